// Formats for machines: OpenMetrics, in-toto, CSV, and JSON that is safe to print.

import Documents
import Policies
import Records
import Testing

@testable import Reports

@Suite struct MachineReportTests {
  @Test func openMetrics() throws {
    let text = String(decoding: OpenMetricsReport().render(try result(mixed, policy: everyOutcomePolicy)), as: UTF8.self)
    for line in [
      "# TYPE flipgate_verdict gauge", "flipgate_verdict{policy=\"nightly\",verdict=\"failed\"} 1.0",
      "flipgate_verdict{policy=\"nightly\",verdict=\"passed\"} 0.0", "# UNIT flipgate_task_items items",
      "flipgate_task_items{policy=\"nightly\",task=\"cooking\"} 12.0",
      "flipgate_flipped_items{policy=\"nightly\",task=\"cooking\",kind=\"negative\"} 2.0",
      // 2 of 12.
      "flipgate_negative_flip_ratio{policy=\"nightly\",task=\"cooking\"} 0.16666666666666666",
      "flipgate_metric_mean{policy=\"nightly\",task=\"cooking\",metric=\"acc\",side=\"candidate\"} 0.75",
      "flipgate_budget_status{policy=\"nightly\",budget=\"flips\",task=\"cooking\",slice=\"\",limit=\"flips\",metric=\"negative_flips\",status=\"failed\"} 1.0",
    ] { #expect(text.contains(line + "\n"), "\(line)\n\(text)") }
    #expect(text.hasSuffix("\n# EOF\n"))
  }

  /// Names that look the same once they are shown or cut are still different series.
  @Test func distinctNames() {
    var names = DistinctNames(limit: 3)
    #expect(names.name("abcd") == "abc…")
    #expect(names.name("abce") == "abc…~2")
    #expect(names.name("abcd") == "abc…")
    #expect(names.name("\u{1B}") == "␛")
    #expect(names.name("␛") == "␛~2")
  }

  private func statement(_ result: GateResult) throws -> JSONValue {
    try JSONValue.parse(InTotoReport().render(result), file: "statement")
  }

  @Test func inToto() throws {
    let statement = try statement(try result(mixed, policy: everyOutcomePolicy))
    #expect(statement["_type"] == "https://in-toto.io/Statement/v1")
    #expect(statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1")
    #expect(statement["subject"] == [["name": "tiny-b", "digest": ["sha256": .string(String(repeating: "b", count: 64))]]])
    let predicate = try #require(statement["predicate"])
    #expect(predicate["result"] == "FAILED")
    #expect(predicate["failedTests"] == ["cooking/flips", "cooking/many"])
    #expect(predicate["warnedTests"] == ["cooking/accuracy min_value", "cooking/waivable", "baking/absent"])
    #expect(predicate["passedTests"] == ["cooking/churn", "cooking/accuracy max_drop"])
    // The policy and the baseline; the sample's task has no real digests.
    #expect(predicate["configuration"]?.array?.compactMap { $0["name"]?.string } == ["policy nightly", "baseline tiny-a"])
  }

  @Test(arguments: [(Verdict.passed, "PASSED"), (.warned, "WARNED"), (.failed, "FAILED"), (.undecided, "FAILED")])
  func inTotoResults(_ verdict: Verdict, _ word: String) throws {
    var result = try result(mixed, policy: everyOutcomePolicy)
    result.verdict = verdict
    let predicate = try #require(try statement(result)["predicate"])
    #expect(predicate["result"]?.string == word && predicate["flipgate_verdict"]?.string == verdict.rawValue)
  }

  /// A log of another tool has no digest of its weights: the statement is about the evidence.
  @Test func inTotoWithoutDigest() throws {
    var result = try result(mixed, policy: everyOutcomePolicy)
    result.candidate.model.weightsDigest = "unknown"
    let subject = try #require(try statement(result)["subject"]?.array)
    #expect(subject.count == 1 && subject[0]["name"] == "result.json")
    #expect(subject[0]["digest"]?["sha256"]?.string?.utf8.count == 64)
  }

  @Test func csv() throws {
    let text = String(decoding: CSVReport().render(try result(mixed, policy: everyOutcomePolicy)), as: UTF8.self)
    let rows = try #require(CSVRows.parse(text))
    #expect(
      rows[0] == [
        "task", "item", "index", "flip", "slices", "target", "baseline_answer", "baseline_correct", "baseline_margin", "baseline_acc",
        "candidate_answer", "candidate_correct", "candidate_margin", "candidate_acc",
      ])
    #expect(rows.count == 3)
    #expect(
      rows[1].dropFirst(2) == ["8", "negative", "", "a warm oven", "a warm oven", "true", "1.5", "1.0", "a wet fridge", "false", "1.25", "0.0"])
  }

  @Test(arguments: [
    ("a", "\"a\""), ("=1", "\"'=1\""), (" +1", "\"' +1\""), ("\t@x", "\"' @x\""), ("＝1", "\"'＝1\""), ("a\"b,c", "\"a\"\"b,c\""),
    ("a\r\nb", "\"a␍↵b\""),
    ("-1", "\"'-1\""), ("", "\"\""),
  ])
  func csvCells(_ text: String, _ expected: String) { #expect(CSVReport.cell(text) == expected) }

  /// What is escaped reads back as it was.
  @Test func safeJSON() throws {
    for text in HostileResult.fragments + HostileResult.texts(50) {
      let bytes = SafeJSON.bytes(of: [.string(text)])
      #expect(try JSONValue.parse(bytes, file: "j") == [.string(text)])
      #expect(!String(decoding: bytes, as: UTF8.self).contains("##"))
    }
    #expect(String(decoding: SafeJSON.bytes(of: ["##\u{202E}é👩‍🚀\u{9B}"]), as: UTF8.self) == "[\n  \"#\\u0023\\u202eé👩\\u200d🚀\\u009b\"\n]\n")
  }

  @Test(arguments: [
    ("##[group]", "# #[group]"), ("###[group]", "# # #[group]"), ("a ##vso[x]", "a # #vso[x]"), ("## heading", "## heading"),
    ("::error::a", ": :error::a"),
    ("  ::error::a", "  : :error::a"), ("a ::b", "a ::b"), ("a\n::b", "a\n: :b"), (":::x", ": ::x"), ("##a##[", "# #a# #["),
  ])
  func commands(_ text: String, _ expected: String) { #expect(withoutCommands(text) == expected) }
}

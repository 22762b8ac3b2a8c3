// Other tools' logs: each kind holds the contract; then what is particular to one of them.

import Documents
import Foundation
import Records
import Testing

@Suite struct ForeignLogTests {
  /// One of each way to move, and the sixth item without a score on the candidate's side: fixtures/generate/foreign_logs.py.
  static let sums = (1, 1, 1, 1, 1)

  static let contracts: [ForeignLogContract] = [
    // Items 0 and 1 of the choices are one document twice: the item that was not answered counts as a wrong choice, a second negative flip.
    .init(
      format: .lmEval, baseline: "lm_eval/baseline", candidate: "lm_eval/candidate",
      expected: ["sums:strict-match": Moves(sums, unscored: 1), "choices:none": Moves((1, 2, 1, 1, 1))], model: "baseline",
      file: "lm_eval/baseline/samples_sums_2026-01-02T03-04-05.678901.jsonl"),
    .init(
      format: .inspect, baseline: "inspect/baseline.json", candidate: "inspect/candidate.json",
      expected: ["sums:match": Moves(sums, errors: 1)], model: "mock/baseline"),
    .init(
      format: .inspect, baseline: "inspect/baseline.eval", candidate: "inspect/candidate.eval",
      expected: ["sums:match": Moves(sums, errors: 1)], model: "mock/baseline"),
    // inspect's own: 0, 2, "5" for 4 and "so 6 it is"; then 0, "3" for 2, 4 and 6. `match` looks at the end of the answer, `includes` anywhere.
    .init(
      format: .inspect, baseline: "inspect_mock_baseline.eval", candidate: "inspect_mock_candidate.eval",
      expected: ["doubling:match": Moves((1, 1, 2, 0, 0)), "doubling:includes": Moves((2, 1, 1, 0, 0))], model: "mockllm/model"),
    .init(
      format: .promptfoo, baseline: "promptfoo/baseline.json", candidate: "promptfoo/candidate.json",
      expected: ["sums:none": Moves(sums, errors: 1)], model: "mock:baseline"),
    .init(
      format: .nemo, baseline: "nemo/baseline/results.jsonl", candidate: "nemo/candidate/results.jsonl",
      expected: ["sums:none": Moves(sums, errors: 1)], model: "baseline"),
    .init(
      format: .helm, baseline: "helm/baseline", candidate: "helm/candidate", expected: ["sums:stop=none:none": Moves(sums, unscored: 1)],
      model: "mock/baseline", file: "helm/baseline/per_instance_stats.json"),
    .init(
      format: .openAIEvals, baseline: "openai_evals/baseline.jsonl", candidate: "openai_evals/candidate.jsonl",
      expected: ["sums.test.v1:none": Moves(sums, errors: 1)], model: "baseline"),
  ]

  @Test(arguments: contracts) func holdsTheContract(_ contract: ForeignLogContract) throws { try contract.hold() }

  @Test func everyFormatHasAContract() {
    #expect(Set(Self.contracts.map(\.format)).union([.flipgate]) == Set(LogFormat.allCases))
  }

  // MARK: Faults

  private static func lmEvalLine(_ id: Int, document: String = "a", correct: String = "1.0", filter: String? = nil) -> String {
    let filter = filter.map { "\"filter\":\"\($0)\"," } ?? ""
    return """
      {"doc_id":\(id),"doc":{"q":"\(document)"},"target":"t","arguments":[["p",{}]],"resps":[["said \(correct)"]],\
      "filtered_resps":["said \(correct)"],\(filter)"exact_match":\(correct)}
      """
  }

  private static func withFile(
    _ text: String, name: String = "samples_t_2026-01-02T03-04-05.678901.jsonl", _ body: (String) throws -> Void
  ) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + name
    try Files.write(text, to: path)
    try body(path)
  }

  @Test func malformedLineIsAnErrorWithItsLine() throws {
    try Self.withFile(Self.lmEvalLine(0) + "\n" + Self.lmEvalLine(1) + "\n{\"doc_id\":2,\n") { path in
      let error = #expect(throws: JSONError.self) { try RecordedRun(path: path) }
      #expect(error?.location.line == 3)
    }
    try Self.withFile(Self.lmEvalLine(0) + "\n{\"doc_id\":1,\"doc\":{}}\n") { path in
      let error = #expect(throws: RecordError.self) { try RecordedRun(path: path) }
      #expect(error?.line == 2 && error?.problem == .missingField("filtered_resps"))
    }
  }

  @Test func olderHarnessLogsHaveNeitherFilterNorHashesNorMetricNames() throws {
    try Self.withFile(Self.lmEvalLine(0, document: "a") + "\n" + Self.lmEvalLine(1, document: "b", correct: "0.0") + "\n") { path in
      let run = try RecordedRun(path: path)
      #expect(run.outcomes.rows.map(\.filter) == ["none", "none"])
      #expect(run.outcomes.rows.map(\.isCorrect) == [true, false])
      #expect(run.header.tasks.map(\.name) == ["t"])
    }
  }

  @Test func theLastOfSeveralAppendedRunsCountsAndIsSaid() throws {
    let first = Self.lmEvalLine(0) + "\n" + Self.lmEvalLine(1, document: "b") + "\n"
    try Self.withFile(first + Self.lmEvalLine(1, document: "b", correct: "0.0") + "\n") { path in
      let run = try RecordedRun(path: path)
      #expect(run.outcomes.rows.map(\.isCorrect) == [true, false])
      #expect(run.outcomes.count == 2 && run.notes.count == 1)
    }
  }

  @Test func equalDocumentsAreItemsOfTheirOwn() throws {
    try Self.withFile(Self.lmEvalLine(1, correct: "0.0") + "\n" + Self.lmEvalLine(0) + "\n") { path in
      let rows = Array(try RecordedRun(path: path).outcomes.rows)
      // By index, not by place: the second line is the data's first document.
      #expect(rows[1].item + "#2" == rows[0].item)
    }
  }

  @Test func scoresThatAreNoNumbersLeaveAnItemUnscored() throws {
    let texts = ["NaN", "[1.0, 2.0]", "null"]
    for text in texts {
      let named = "\"metrics\":[\"exact_match\"],\"exact_match\":\(text)"
      let line = Self.lmEvalLine(0, correct: "1.0").replacingOccurrences(of: "\"exact_match\":1.0", with: named)
      try Self.withFile(line + "\n") { path in
        let run = try RecordedRun(path: path)
        #expect(run.outcomes.rows.map(\.isUnscored) == [true])
        try ComparedOutcome.recall(Array(run.outcomes.rows))
        #expect(run.outcomes.rows.first { _ in true }?.outcome.unscored?.contains("exact_match") == true)
      }
    }
  }

  @Test func whatMayBeSeveralFormatsIsAsked() throws {
    let line = "{\"doc_id\":0,\"doc\":{},\"resps\":[],\"problem_idx\":0,\"reward\":1}\n"
    try Self.withFile(line, name: "x.jsonl") { path in
      let error = #expect(throws: LogError.self) { try LogFormat.detect(path) }
      #expect(error?.problem == .ambiguous([.lmEval, .nemo]))
      #expect(error.map { "\($0)" }?.contains("lm-eval or of nemo") == true)
    }
    try Self.withFile("no json", name: "x.jsonl") { path in
      _ = #expect(throws: LogError(path: path, problem: .unknown)) { try LogFormat.detect(path) }
    }
  }

  @Test func otherVersionsAreRefused() throws {
    let inspect = "{\"version\":3,\"eval\":{\"task\":\"t\"},\"samples\":[]}"
    try Self.withFile(inspect, name: "x.json") { path in
      _ = #expect(throws: LogError(path: path, problem: .newerVersion(.inspect, found: 3, supported: 2))) { try RecordedRun(path: path) }
    }
    let promptfoo = "{\"results\":{\"version\":4,\"results\":[]}}"
    try Self.withFile(promptfoo, name: "x.json") { path in
      _ = #expect(throws: LogError(path: path, problem: .newerVersion(.promptfoo, found: 4, supported: 3))) { try RecordedRun(path: path) }
    }
  }

  @Test func aSideIsOneModel() throws {
    let results = ["a", "b"].map { "{\"provider\":{\"id\":\"\($0)\"},\"vars\":{},\"success\":true,\"score\":1}" }
    try Self.withFile("{\"results\":{\"version\":3,\"results\":[\(results.joined(separator: ","))]}}", name: "x.json") { path in
      _ = #expect(throws: LogError(path: path, problem: .severalModels(["a", "b"]))) { try RecordedRun(path: path) }
    }
  }

  @Test func aFileThatChangedBetweenThePassesIsAnError() throws {
    try Self.withFile(Self.lmEvalLine(0) + "\n") { path in
      let run = try RecordedRun(path: path)
      try Files.write(Self.lmEvalLine(0, document: "other") + "\n", to: path)
      _ = #expect(throws: FileError.self) { try ComparedOutcome.recall(Array(run.outcomes.rows)) }
    }
  }
}

// The result as a document: reading back what was written gives the same value, and broken documents say where.

import Comparison
import Documents
import Foundation
import Policies
import Records
import Testing

@Suite struct ResultTests {
  static func sample() throws -> GateResult {
    var items = SampleItem.flips(bothCorrect: 90, negative: 5, positive: 2, same: 1, changed: 1, slices: [.init(name: "lang", value: "en")])
    items.append(SampleItem(baseline: nil, candidate: 1))
    let body = """
      budgets:
        - {id: flips, task: "*", metric: negative_flips, allowed_ratio: 0.01}
        - {id: gone, task: gone, metric: acc, max_drop: 0.1, action: warn}
        - {id: drops, task: quiz, metric: acc, item_drop: 0.5, allowed_count: 3, max_relative_drop: 0.1, min_value: 0.2, mean_regression: 1}
      slices: [{id: s, tasks: ["*"], by: lang, budgets: [{metric: negative_flips, allowed_count: 1}]}]
      must_not_flip: [{id: m, task: quiz, items: ["\(itemIdentity(1))"]}]
      waivers: [{id: W, budget: flips, owner: jane, reason: label errors, expires: 2026-06-30, allowed_count: 9}]
      notify: [{id: slack, type: slack, url_env: X}]
      """
    let tasks = [SampleTask(items: items), SampleTask(name: "other", metric: "rouge1", items: SampleItem.scores([(0.25, 1), (1, 1e300)]))]
    return try policy("defaults: {max_unscored_ratio: 1}\n" + body).judge(comparison(tasks), today: newYear)
  }

  @Test func readsBackAsItWas() throws {
    let result = try Self.sample()
    let text = result.json.serialized(.indented)
    let again = try GateResult(json: try JSONValue.parse(text, file: "result.json"), file: "result.json")
    #expect(again == result)
    #expect(again.json.serialized(.indented) == text)
  }

  /// The sample repaired: the candidate with the adapter keeps every answer.
  static func remedied(decides: Bool) throws -> GateResult {
    let result = try sample()
    let repaired = try judge("budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: 0}]", SampleItem.flips(bothCorrect: 100))
    let training = Remedy.Training(
      examples: 80, tokens: 4_000, steps: 2, seconds: 1.5, bestStep: 2,
      curve: [
        .init(step: 1, epoch: 0.5, loss: 0.75, validationLoss: nil, learningRate: 0.0005),
        .init(step: 2, epoch: 1, loss: 0.5, validationLoss: 1.25, learningRate: 0.00025),
      ])
    let adapter = Remedy.Adapter(path: "out/adapter", digest: "sha256:adapter", rank: 16, parameters: 1_024)
    return result.remedied(by: adapter, training, judged: repaired, decides: decides)
  }

  @Test(arguments: [false, true]) func aRemedyReadsBackAsItWas(decides: Bool) throws {
    let result = try Self.remedied(decides: decides)
    let again = try GateResult(json: try JSONValue.parse(result.json.serialized(.indented), file: "r"), file: "r")
    #expect(again == result)
    #expect(result.json["remedy"]?["adapter"]?.members?.map(\.key) == ["path", "sha256", "rank", "parameters"])
    #expect(
      result.json["remedy"]?.members?.map(\.key) == [
        "kind", "recipe", "decides", "status", "error", "adapter", "training", "sweep", "before", "after",
      ])
  }

  @Test func onlyARemedyThatDecidesChangesTheVerdict() throws {
    let original = try Self.sample()
    let kept = try Self.remedied(decides: false)
    #expect((kept.verdict, kept.exitStatus) == (original.verdict, original.exitStatus))
    #expect(kept.tasks == original.tasks && kept.budgets == original.budgets && kept.items == original.items)
    #expect(kept.remedy?.before.verdict == original.verdict && kept.remedy?.repair?.after.verdict == .passed)
    let decided = try Self.remedied(decides: true)
    #expect(decided.verdict == .passed && decided.tasks == decided.remedy?.repair?.after.tasks)
    #expect(decided.remedy?.before.budgets == original.budgets)
  }

  @Test func aSweepReadsBackAsItWas() throws {
    var result = try Self.remedied(decides: false)
    var repair = try #require(result.remedy?.repair)
    let entry = { (name: String, flips: Int, loss: Double?) in
      Remedy.Sweep.Entry(
        recipe: name, path: "out/adapter.sweep/1", digest: "sha256:a", figures: .init(right: 70, negativeFlips: flips), validationLoss: loss,
        steps: 9, seconds: 1.5, isOnFrontier: flips == 1)
    }
    repair.sweep = Remedy.Sweep(
      tokens: 100, candidate: .init(right: 68, negativeFlips: 4), entries: [entry("rank=2", 3, 1.5), entry("rank=4", 1, nil)],
      failures: [.init(recipe: "rank=8", reason: "training diverged at step 3")], chosen: 1)
    result.remedy?.outcome = .trained(repair)
    #expect(try GateResult(json: try JSONValue.parse(result.json.serialized(.indented), file: "r"), file: "r") == result)
    #expect(result.json["remedy"]?["sweep"]?.members?.map(\.key) == ["tokens", "candidate", "chosen", "recipes", "failed"])
    #expect(
      result.json["remedy"]?["sweep"]?["recipes"]?.array?.first?.members?.map(\.key) == [
        "name", "path", "sha256", "right", "negative_flips", "validation_loss", "steps", "seconds", "on_frontier",
      ])
    repair.sweep?.chosen = 2
    result.remedy?.outcome = .trained(repair)
    let error = #expect(throws: ResultError.self) { try GateResult(json: result.json, file: "r") }
    #expect(error?.description == "r: remedy.sweep.chosen is a number; expected the place of a recipe")
  }

  /// What was failed or undecided stays so; what would have passed is undecided where the policy asks for the repaired candidate's verdict.
  @Test(arguments: [
    (Verdict.failed, true, Verdict.failed), (.failed, false, .failed), (.undecided, true, .undecided), (.undecided, false, .undecided),
    (.passed, true, .undecided), (.passed, false, .warned), (.warned, true, .undecided), (.warned, false, .warned),
  ])
  func aRemedyThatFailed(_ verdict: Verdict, _ decides: Bool, _ expected: Verdict) throws {
    var original = try Self.sample()
    original.verdict = verdict
    let result = original.remedyFailed("no room\n  because of the disk", decides: decides)
    #expect(result.verdict == expected && result.remedy?.before.verdict == verdict && result.remedy?.repair == nil)
    #expect(result.tasks == original.tasks && result.budgets == original.budgets && result.items == original.items)
    #expect(result.findings.dropLast() == original.findings[...] && result.findings.last?.kind == .remedy)
    let json = try #require(result.json["remedy"])
    #expect(json["status"] == "failed" && json["error"] == "no room\n  because of the disk")
    for key in ["adapter", "training", "after"] { #expect(json[key] == .null) }
    #expect(try GateResult(json: try JSONValue.parse(result.json.serialized(.indented), file: "r"), file: "r") == result)
  }

  @Test func keysStandInTheFormatsOrder() throws {
    let json = try Self.sample().json
    #expect(
      json.members?.map(\.key) == [
        "format", "version", "verdict", "exit_status", "policy", "baseline", "candidate", "differences", "noise", "tasks", "budgets", "findings",
        "waivers", "remedy", "items",
      ])
    #expect(
      json["budgets"]?.array?.first?.members?.map(\.key) == [
        "id", "task", "slice", "metric", "limit", "observed", "allowed", "unit", "interval", "n", "status", "action", "waiver", "reason",
      ])
    #expect(json["items"]?.array?.count == 5)
  }

  @Test func unknownKeysAreIgnored() throws {
    var members = try Self.sample().json.members ?? []
    members.append((key: "later", value: ["x": 1]))
    let json = JSONValue.object(of: members.map { ($0.key, $0.value) })
    #expect(try GateResult(json: json, file: "r") == Self.sample())
  }

  static let broken: [(String, JSONValue, String)] = [
    (
      "format", "flipgate.run",
      "r: this is no result of flipgate: found the format \"flipgate.run\", expected an object with \"format\": \"flipgate.result\""
    ),
    ("version", 2, "r: the result has version 2, and this flipgate reads up to version 1; use a newer flipgate"),
    ("verdict", "fine", "r: verdict is \"fine\"; expected one of passed, warned, failed, undecided"),
    ("budgets", nil, "r: budgets is null; expected a list of objects"),
    ("budgets", [["id": "b"]], "r: budgets[0].task is missing; expected a string"),
    ("waivers", [7], "r: waivers[0] is a number; expected an object"),
    ("remedy", ["kind": "prayer"], "r: remedy.kind is \"prayer\"; expected one of compatibility_adapter"),
  ]

  @Test(arguments: broken)
  func faults(_ key: String, _ value: JSONValue, _ message: String) throws {
    let members = (try Self.sample().json.members ?? []).map { ($0.key, $0.key == key ? value : $0.value) }
    let error = #expect(throws: ResultError.self) { try GateResult(json: .object(of: members), file: "r") }
    #expect(error?.description == message)
  }

  @Test func exitStatuses() {
    #expect(Verdict.allCases.map(\.exitStatus.rawValue) == [0, 0, 1, 3])
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
    #expect([DiagnosticSeverity.configuration, .undecided, .run].map { ExitStatus($0).rawValue } == [2, 3, 4])
  }
}

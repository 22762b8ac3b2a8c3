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
      notify: [{id: slack, type: slack, required: false}]
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
    ("waivers", [7], "r: waivers[0].id is missing; expected a string"),
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

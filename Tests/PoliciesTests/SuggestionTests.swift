// Policies from history: they read, they pass what they were made from, and they fail what is clearly worse.

import Comparison
import Policies
import Records
import Testing

@Suite struct SuggestionTests {
  static func update(_ negative: Int, of items: Int, positive: Int = 0) -> Comparison {
    comparison([SampleTask(items: SampleItem.flips(bothCorrect: items - negative - positive, negative: negative, positive: positive))])
  }

  static func policy(_ updates: [Comparison]) throws -> Policy {
    try Policy.parse(PolicySuggestion(updates).text, file: "s.yaml", knownMetrics: ["acc", "rouge1"])
  }

  /// scipy `beta.ppf(0.95, 9, 292)` = 0.0476001: 8 of 300 leave 4.8 % possible, more than the 2 of 200 (3.11 %) of the other update.
  @Test func theWorstUpdateCounts() throws {
    let policy = try Self.policy([Self.update(8, of: 300), Self.update(2, of: 200)])
    #expect(policy.budgets.map(\.id) == ["quiz-negative_flips", "quiz-changed_wrong", "quiz-acc"])
    #expect(policy.budgets[0].limits == [.flips(.ratio(0.048))])
    #expect(policy.budgets.map(\.rules.minItems) == [200, 200, 200] && policy.budgets.map(\.rules.action) == [.fail, .warn, .fail])
  }

  @Test(arguments: [[0], [1, 5, 3], [40], [299]]) func historyPasses(_ flips: [Int]) throws {
    let updates = flips.map { Self.update($0, of: 300, positive: 1) }
    let policy = try Self.policy(updates)
    for update in updates { #expect(policy.judge(update, today: newYear).verdict == .passed) }
    let worst = flips.max() ?? 0
    if worst < 100 { #expect(policy.judge(Self.update(2 * worst + 10, of: 300), today: newYear).verdict == .failed) }
  }

  @Test func continuousAndUnscoredItems() throws {
    var items = SampleItem.scores((0..<50).map { (0.5, 0.5 - 0.001 * Double($0 % 7)) })
    items[3].candidate = nil
    let update = comparison([SampleTask(metric: "rouge1", items: items)])
    let policy = try Self.policy([update])
    #expect(policy.budgets.map(\.id) == ["quiz-rouge1"] && policy.maxUnscoredRatio == 0.02)
    #expect(policy.judge(update, today: newYear).verdict == .passed)
  }

  /// Four items can't show a fall of less than 1: there is no limit to suggest. Nor is there for a metric that policies can't name.
  @Test func meansThatCannotBeLimited() throws {
    let small = PolicySuggestion([Self.update(1, of: 4, positive: 1)]).text
    #expect(small.contains("  # there are too few items to limit the mean of acc:") && !small.contains("max_drop"))
    let foreign = PolicySuggestion([Self.update(1, of: 400)], knownMetrics: ["rouge1"]).text
    #expect(foreign.contains("  # the mean of acc can't be limited") && !foreign.contains("max_drop"))
    #expect(try Policy.parse(foreign, file: "s.yaml", knownMetrics: ["rouge1"]).budgets.count == 2)
  }

  @Test func nothingToSuggestFrom() {
    #expect(PolicySuggestion([]).isEmpty && PolicySuggestion([comparison([])]).isEmpty)
    #expect(!PolicySuggestion([Self.update(0, of: 1)]).isEmpty)
  }

  /// Names come from records: they stay inside their comments and strings.
  @Test func hostileNames() throws {
    var update = comparison([SampleTask(name: "a\": {b}, #", items: SampleItem.flips(bothCorrect: 9))])
    update.candidate.model.name = "new\nbudgets: []\n"
    let policy = try Self.policy([update])
    #expect(policy.budgets.map(\.task) == Array(repeating: .named("a\": {b}, #"), count: 3))
    #expect(policy.judge(update, today: newYear).verdict == .passed)
  }
}

// Verdicts derived by hand: what is allowed, what is observed, and what the gate says.

import Comparison
import Policies
import Records
import Testing

@Suite struct VerdictTests {
  struct Case: CustomTestStringConvertible {
    var limits: String
    var negative: Int
    var of: Int
    var status: BudgetStatus
    var verdict: Verdict
    var testDescription: String { "\(negative) of \(of), \(limits)" }
  }

  /// Limits are inclusive: b/N = ratio and b = count pass, one item more fails.
  @Test(arguments: [
    Case(limits: "allowed_ratio: 0.05", negative: 5, of: 100, status: .passed, verdict: .passed),
    Case(limits: "allowed_ratio: 0.05", negative: 6, of: 100, status: .failed, verdict: .failed),
    Case(limits: "allowed_ratio: 5%", negative: 5, of: 100, status: .passed, verdict: .passed),
    Case(limits: "allowed_ratio: '5%'", negative: 6, of: 100, status: .failed, verdict: .failed),
    // 0.29 * 100 = 28.999999999999996 in doubles; 29 of 100 is 29 %.
    Case(limits: "allowed_ratio: 0.29", negative: 29, of: 100, status: .passed, verdict: .passed),
    Case(limits: "allowed_ratio: 0.29", negative: 30, of: 100, status: .failed, verdict: .failed),
    // 5 % of 99 is 4.95: 4 items are within it, 5 are not.
    Case(limits: "allowed_ratio: 0.05", negative: 4, of: 99, status: .passed, verdict: .passed),
    Case(limits: "allowed_ratio: 0.05", negative: 5, of: 99, status: .failed, verdict: .failed),
    Case(limits: "allowed_count: 3", negative: 3, of: 10, status: .passed, verdict: .passed),
    Case(limits: "allowed_count: 3", negative: 4, of: 10, status: .failed, verdict: .failed),
    Case(limits: "allowed_count: 0", negative: 0, of: 10, status: .passed, verdict: .passed),
    Case(limits: "allowed_count: 0", negative: 1, of: 1000, status: .failed, verdict: .failed),
    Case(limits: "allowed_ratio: 0", negative: 1, of: 1000, status: .failed, verdict: .failed),
    Case(limits: "allowed_ratio: 1", negative: 10, of: 10, status: .passed, verdict: .passed),
    // max(3, 5 % of 100 = 5) = 5; min = 3.
    Case(limits: "allowed_count: 3, allowed_ratio: 0.05, combine: max", negative: 5, of: 100, status: .passed, verdict: .passed),
    Case(limits: "allowed_count: 3, allowed_ratio: 0.05, combine: max", negative: 6, of: 100, status: .failed, verdict: .failed),
    Case(limits: "allowed_count: 3, allowed_ratio: 0.05, combine: min", negative: 3, of: 100, status: .passed, verdict: .passed),
    Case(limits: "allowed_count: 3, allowed_ratio: 0.05, combine: min", negative: 4, of: 100, status: .failed, verdict: .failed),
    Case(limits: "allowed_count: 0, action: warn", negative: 1, of: 10, status: .warned, verdict: .warned),
    Case(limits: "allowed_count: 0, action: info", negative: 1, of: 10, status: .warned, verdict: .passed),
    // Too few items: undecided by default, and then what the policy says. A budget that is too small to judge is not broken either.
    Case(limits: "allowed_count: 9, min_items: 11", negative: 0, of: 10, status: .undecided, verdict: .undecided),
    Case(limits: "allowed_count: 0, min_items: 11", negative: 5, of: 10, status: .undecided, verdict: .undecided),
    Case(limits: "allowed_count: 9, min_items: 10", negative: 0, of: 10, status: .passed, verdict: .passed),
    Case(limits: "allowed_count: 9, min_items: 11, on_insufficient_evidence: fail", negative: 0, of: 10, status: .failed, verdict: .failed),
    Case(limits: "allowed_count: 9, min_items: 11, on_insufficient_evidence: warn", negative: 0, of: 10, status: .warned, verdict: .warned),
    Case(limits: "allowed_count: 9, min_items: 11, on_insufficient_evidence: pass", negative: 0, of: 10, status: .passed, verdict: .passed),
    Case(limits: "allowed_count: 9, min_items: 11, action: warn", negative: 0, of: 10, status: .undecided, verdict: .warned),
  ])
  func negativeFlips(_ test: Case) throws {
    let result = try judge(
      "budgets: [{id: b, task: quiz, metric: negative_flips, \(test.limits)}]",
      SampleItem.flips(bothCorrect: test.of - test.negative, negative: test.negative))
    #expect(result.budgets.map(\.status) == [test.status], "\(result.budgets.map(\.reason))")
    #expect(result.verdict == test.verdict)
    #expect(result.budgets.map(\.n) == [test.of])
  }

  /// Five counts of 20 items: 8 both right, 3 negative, 2 positive, 4 wrong the same, 3 wrong with another answer.
  @Test(arguments: [
    ("negative_flips", 3.0), ("positive_flips", 2), ("changed_wrong", 3), ("multiple_choice_negative_flips", 6),
  ])
  func flipMetrics(_ metric: String, _ count: Double) throws {
    let items = SampleItem.flips(bothCorrect: 8, negative: 3, positive: 2, same: 4, changed: 3)
    let result = try judge("budgets: [{id: b, task: quiz, metric: \(metric), allowed_count: 20}]", items)
    #expect(result.budgets.map(\.observed) == [count])
    #expect(result.budgets.map(\.unit) == [.count])
  }

  /// acc 0.80 -> 0.79 on 100 items: a drop of 0.01, which doubles make 0.010000000000000009; a relative one of 0.0125.
  @Test(arguments: [
    ("max_drop: 0.01", BudgetStatus.passed), ("max_drop: 0.0099", .failed), ("max_drop: 1%", .passed),
    ("max_relative_drop: 0.0125", .passed), ("max_relative_drop: 0.0124", .failed),
    ("min_value: 0.79", .passed), ("min_value: 0.7901", .failed),
    ("max_gain: 0", .passed), ("mean_regression: 1", .passed), ("mean_regression: 0.99", .failed),
  ])
  func means(_ limit: String, _ status: BudgetStatus) throws {
    let items = SampleItem.flips(bothCorrect: 78, negative: 2, positive: 1, same: 19)
    let result = try judge("budgets: [{id: b, task: quiz, metric: acc, \(limit)}]", items)
    #expect(result.budgets.map(\.status) == [status], "\(result.budgets.map(\.reason))")
  }

  /// acc 0.5 -> 0.9: a gain of 0.4.
  @Test func gainTooGoodToBeTrue() throws {
    let items = SampleItem.flips(bothCorrect: 5, positive: 4, same: 1)
    #expect(try judge("budgets: [{id: b, task: quiz, metric: acc, max_gain: 0.4}]", items).verdict == .passed)
    let result = try judge("budgets: [{id: b, task: quiz, metric: acc, max_gain: 0.39}]", items)
    #expect(result.verdict == .failed)
    #expect(
      result.budgets.first?.reason == "acc 0.5000 → 0.9000: better by 0.4000, more than the 0.39 that is believed without a look; "
        + "judged by the mean (95% interval: -0.0024 to 0.6759)")
  }

  /// Where lower is better, a rise is the drop: 2.0 -> 2.5 is worse by 0.5.
  @Test func lowerIsBetter() throws {
    let task = SampleTask(name: "quiz", metric: "perplexity", higherIsBetter: false, items: SampleItem.scores([(2, 2.5), (2, 2.5)]))
    let policy = try policy("budgets: [{id: b, task: quiz, metric: perplexity, max_drop: 0.4}]")
    let result = policy.judge(comparison([task]), today: newYear)
    #expect(result.verdict == .failed)
    #expect(result.budgets.first?.observed == 0.5)
  }

  /// Drops 0.10, 0.20, 0 and a gain: one of four is past 0.10 (0.5 - 0.4 is 0.1 within a hair), 25 %; m_r = (0.1 + 0.2) / 2 = 0.15.
  @Test func itemDrops() throws {
    let items = SampleItem.scores([(0.5, 0.4), (0.7, 0.5), (0.3, 0.3), (0.1, 0.9)])
    func status(_ limits: String) throws -> BudgetOutcome? {
      try judge("budgets: [{id: b, task: quiz, metric: acc, \(limits)}]", items).budgets.first
    }
    #expect(try status("item_drop: 0.10, allowed_ratio: 0.25")?.status == .passed)
    #expect(try status("item_drop: 0.10, allowed_ratio: 0.24")?.status == .failed)
    #expect(try status("item_drop: 0.10, allowed_count: 1")?.observed == 1)
    #expect(try status("item_drop: 0.05, allowed_count: 1")?.observed == 2)
    #expect(try status("mean_regression: 0.15")?.status == .passed)
    #expect(try status("mean_regression: 0.149")?.status == .failed)
    let result = try judge("budgets: [{id: b, task: quiz, metric: acc, item_drop: 0.10, allowed_count: 4}]", items)
    #expect(result.items.map(\.index) == [1])
  }

  /// The largest doubles: a fall of 3e308 is infinite. It breaks the budget, and is not written as a number.
  @Test func aFallThatOverflows() throws {
    var comparison = comparison([SampleTask(items: SampleItem.scores([(1, 0)]))])
    comparison.tasks[0].metrics[0].baselineMean = 1.5e308
    comparison.tasks[0].metrics[0].candidateMean = -1.5e308
    let result = try policy("budgets: [{id: b, task: quiz, metric: acc, max_drop: 1}]").judge(comparison, today: newYear)
    #expect(result.verdict == .failed)
    #expect(result.budgets.map(\.observed) == [nil])
  }

  @Test func oneBudgetWithSeveralLimitsIsJudgedOnEach() throws {
    let items = SampleItem.flips(bothCorrect: 78, negative: 2, positive: 1, same: 19)
    let result = try judge("budgets: [{id: b, task: quiz, metric: acc, max_drop: 0.02, min_value: 0.8}]", items)
    #expect(result.budgets.map(\.limit) == [.maxDrop, .minValue])
    #expect(result.budgets.map(\.status) == [.passed, .failed])
    #expect(result.verdict == .failed)
  }

  @Test func starIsEveryTaskThatHasTheMetric() throws {
    let tasks = [
      SampleTask(name: "a", items: SampleItem.flips(bothCorrect: 9, negative: 1)),
      SampleTask(name: "b", metric: "rouge1", items: SampleItem.scores([(0.5, 0.5)])),
      SampleTask(name: "c", items: SampleItem.flips(bothCorrect: 10)),
    ]
    let policy = try policy("budgets: [{id: any, task: '*', metric: negative_flips, allowed_count: 0}]")
    let result = policy.judge(comparison(tasks), today: newYear)
    #expect(result.budgets.map(\.task) == ["a", "c"])
    #expect(result.budgets.map(\.status) == [.failed, .passed])
  }

  /// A task with an answer filter is named by its task, or by both.
  @Test(arguments: [("quiz", ["quiz:strict"]), ("quiz:strict", ["quiz:strict"]), ("quiz:loose", ["quiz:loose"])])
  func filters(_ name: String, _ tasks: [String]) throws {
    var comparison = comparison([SampleTask(items: SampleItem.flips(bothCorrect: 3))])
    comparison.tasks[0].filter = "strict"
    let result = try policy("budgets: [{id: b, task: '\(name)', metric: negative_flips, allowed_count: 0}]").judge(
      comparison, today: newYear)
    #expect(result.budgets.map(\.task) == tasks)
    #expect(result.verdict == (name == "quiz:loose" ? .undecided : .passed))
  }

  @Test(arguments: [
    (0.05, "5%"), (0.0425, "4.25%"), (1.0 / 3, "33.33%"), (0, "0%"), (1, "100%"), (0.00001, "0%"), (1e300, "1e+302%"),
    (.nan, "not a number%"),
  ])
  func percentages(_ ratio: Double, _ text: String) { #expect(Numbers.percent(ratio) == text) }

  @Test(arguments: [
    (1.0, 4, "1.0000"), (-0.00001, 4, "0.0000"), (-0.5, 0, "-1"), (0.12345, 4, "0.1235"), (-12.3456, 2, "-12.35"), (1e20, 2, "1e+20"),
    (0.005, 9, "0.005000000"),
  ])
  func fixedDigits(_ value: Double, _ digits: Int, _ text: String) { #expect(Numbers.fixed(value, digits) == text) }

  @Test func reasonsCarryTheNumbers() throws {
    let items = SampleItem.flips(bothCorrect: 94, negative: 6)
    let result = try judge("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 0.05}]", items)
    #expect(
      result.budgets.first?.reason == "6 of 100 items went from right to wrong (6%), 1 more than the allowed 5 (5%); "
        + "judged by the count (95% bounds: 2.64% to 11.5%)")
  }

  @Test func itemsAreTheNegativeFlips() throws {
    let result = try judge(
      "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 5}]", SampleItem.flips(bothCorrect: 3, negative: 2, positive: 1)
    )
    #expect(result.items.map(\.item) == [itemIdentity(3), itemIdentity(4)])
    #expect(result.items.map(\.baseline.prediction) == ["right", "right"])
    #expect(result.items.map(\.candidate.prediction) == ["wrong", "wrong"])
  }
}

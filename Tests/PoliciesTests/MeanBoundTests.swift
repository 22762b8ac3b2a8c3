// Limits of means that are judged by their bound: passed if certain, broken if the opposite is, else undecided with a plan.

import Comparison
import Policies
import Testing

@Suite struct MeanBoundTests {
  /// Scores whose mean falls by `fall`, one way or the other by `spread` around it.
  static func scores(fall: Double, spread: Double, n: Int) -> [SampleItem] {
    SampleItem.scores((0..<n).map { place in (0.5, 0.5 - fall + (place.isMultiple(of: 2) ? spread : -spread)) })
  }

  /// 400 items whose changes are the fall and 0.1 either way: the standard error of the mean is 0.1 / 20 = 0.005, a one-sided bound 0.0082 away.
  @Test(arguments: [
    ("max_drop: 0.05", 0.03, BudgetStatus.passed), ("max_drop: 0.05", 0.07, .failed), ("max_drop: 0.05", 0.045, .undecided),
    ("max_drop: 0.05", 0.055, .undecided), ("max_gain: 0.05", -0.07, .failed), ("max_gain: 0.05", -0.03, .passed),
    ("min_value: 0.4", 0.07, .passed), ("min_value: 0.4", 0.12, .failed), ("min_value: 0.4", 0.1, .undecided),
    ("max_relative_drop: 0.1", 0.03, .passed), ("max_relative_drop: 0.1", 0.07, .failed), ("max_relative_drop: 0.1", 0.05, .undecided),
    ("mean_regression: 0.2", 0.05, .passed), ("mean_regression: 0.1", 0.05, .failed),
  ])
  func continuous(_ limit: String, _ fall: Double, _ status: BudgetStatus) throws {
    let body = "defaults: {decide_on: bound, confidence: {resamples: 2000}}\nbudgets: [{id: b, task: quiz, metric: rouge1, \(limit)}]"
    let tasks = [SampleTask(metric: "rouge1", items: Self.scores(fall: fall, spread: 0.1, n: 400))]
    let budget = try #require(try policy(body).judge(comparison(tasks), today: newYear).budgets.first)
    #expect(budget.status == status, "\(budget.reason)")
    #expect(budget.reason.contains("95% confidence"), "\(budget.reason)")
  }

  /// 0.055 - 0.05 is 0.005, the bound 0.0082 away: (0.0082 / 0.005)^2 = 2.7 times the items, some 680 more.
  @Test func undecidedHasAPlan() throws {
    let body = "defaults: {decide_on: bound}\nbudgets: [{id: b, task: quiz, metric: rouge1, max_drop: 0.05}]"
    let tasks = [SampleTask(metric: "rouge1", items: Self.scores(fall: 0.055, spread: 0.1, n: 400))]
    let reason = try #require(try policy(body).judge(comparison(tasks), today: newYear).budgets.first?.reason)
    let words = reason.split(separator: " ")
    let number = try #require(words.firstIndex(of: "about").flatMap { Int(words[$0 + 1]) }, "\(reason)")
    #expect((600..<780).contains(number), "\(reason)")
  }

  /// Newcombe's bounds at 95 % one-sided are his 90 % interval: 40 of 1,000 items lost and 10 won, -0.0300 with the ends -0.0418 and -0.0184 or so.
  @Test(arguments: [("0.045", BudgetStatus.passed), ("0.03", .undecided), ("0.015", .failed)])
  func rightAndWrong(_ limit: String, _ status: BudgetStatus) throws {
    let body = "budgets: [{id: b, task: quiz, metric: acc, max_drop: \(limit), decide_on: bound}]"
    let budget = try #require(try judge(body, SampleItem.flips(bothCorrect: 700, negative: 40, positive: 10, same: 250)).budgets.first)
    #expect(budget.status == status, "\(budget.reason)")
    let range = Newcombe.pairedDifference(bothCorrect: 700, negative: 40, positive: 10, bothWrong: 250, level: 0.9)
    #expect(budget.interval == -range.upperBound ... -range.lowerBound)
  }

  /// No item got worse: nothing to bound, and nothing lost.
  @Test func nothingLost() throws {
    let body = "budgets: [{id: b, task: quiz, metric: rouge1, mean_regression: 0.1, decide_on: bound}]"
    let tasks = [SampleTask(metric: "rouge1", items: SampleItem.scores([(0.5, 0.5), (0.5, 0.6)]))]
    #expect(try policy(body).judge(comparison(tasks), today: newYear).verdict == .passed)
  }
}

// Budgets judged by their confidence bound: the largest counts of the design's table, and Holm's correction.

import Comparison
import Policies
import Records
import Testing

@Suite struct BoundTests {
  /// `design/metrics.md`: the largest b that certifies 5 % at 95 % is 8 of 300; 1 % of 300 is certified by 0 only.
  /// Failing needs P(Bin(n, ratio) >= b) < 0.05, by scipy `binom.sf(b - 1, 300, 0.05)`: b = 21 gives 0.0776, b = 22 gives 0.0486.
  @Test(arguments: [
    (8, "0.05", BudgetStatus.passed), (9, "0.05", .undecided), (21, "0.05", .undecided), (22, "0.05", .failed),
    (0, "0.01", .passed), (1, "0.01", .undecided),
    // A budget of nothing is judged on the count.
    (0, "0", .passed), (1, "0", .failed),
  ])
  func bounds(_ count: Int, _ ratio: String, _ status: BudgetStatus) throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: \(ratio), decide_on: bound}]"
    let result = try judge(body, SampleItem.flips(bothCorrect: 300 - count, negative: count))
    #expect(result.budgets.map(\.status) == [status], "\(result.budgets.map(\.reason))")
  }

  @Test func undecidedSaysHowManyMoreItemsWouldDecide() throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 0.05, decide_on: bound}]"
    let reason = try #require(try judge(body, SampleItem.flips(bothCorrect: 290, negative: 10)).budgets.first?.reason)
    // 10 of 300 is 3.33 %. A plan is within 1 % of the smallest number; at 3.33 % of 408 items (14) scipy's bound `beta.ppf(0.95, 15, 394)` is 5.31 %,
    // so that more than 108 are needed.
    let words = reason.split(separator: " ")
    let number = try #require(words.firstIndex(of: "about").map { words[$0 + 1] }.flatMap { Int($0) })
    #expect(number > 108 && number < 400, "\(reason)")
    let after = Int((10.0 / 300 * Double(300 + number)).rounded())
    #expect(ClopperPearson.upperBound(after, of: 300 + number, level: 0.95) <= 0.05)
    #expect(reason.contains("can't be told from the allowed 15 (5%) with 95% confidence"))
  }

  /// At exactly the allowed rate no number of items decides.
  @Test func neverDecided() throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 0.05, decide_on: bound}]"
    let result = try judge(body, SampleItem.flips(bothCorrect: 285, negative: 15))
    #expect(result.budgets.first?.reason.hasSuffix("more items at this rate would not decide it") == true)
  }

  @Test func intervalsAreInTheBudgetsUnit() throws {
    let items = SampleItem.flips(bothCorrect: 292, negative: 8)
    // scipy: beta.ppf(0.05, 8, 293) = 0.0133369, beta.ppf(0.95, 9, 292) = 0.0476001.
    let ratio = try #require(
      try judge("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 0.05}]", items).budgets.first?.interval)
    let count = try #require(
      try judge("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 10}]", items).budgets.first?.interval)
    #expect(abs(ratio.lowerBound - 0.0133369) < 1e-6 && abs(ratio.upperBound - 0.0476001) < 1e-6, "\(ratio)")
    #expect(abs(count.upperBound - 300 * ratio.upperBound) < 1e-9)
  }

  /// 23 of 300 against 5 % has p = 0.0292: broken alone, but with a second budget beside it Holm asks for 2 p <= 0.05.
  @Test func holm() throws {
    let tasks = [
      SampleTask(name: "a", items: SampleItem.flips(bothCorrect: 277, negative: 23)),
      SampleTask(name: "b", items: SampleItem.flips(bothCorrect: 298, negative: 2)),
    ]
    func statuses(_ correction: String) throws -> [BudgetStatus] {
      let body = """
        defaults: {decide_on: bound, confidence: {correction: \(correction)}}
        budgets: [{id: b, task: '*', metric: negative_flips, allowed_ratio: 0.05}]
        """
      return try policy(body).judge(comparison(tasks), today: newYear).budgets.map(\.status)
    }
    #expect(try statuses("none") == [.failed, .passed])
    #expect(try statuses("holm") == [.undecided, .passed])
  }
}

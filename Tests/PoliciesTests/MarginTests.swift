// Close calls: flips whose choice was hardly ahead on either side, counted apart where a budget says so.

import Comparison
import Policies
import Records
import Testing

@Suite struct MarginTests {
  /// 3 of 10 items flip: one a close call on both sides, one on the candidate's alone, one on neither.
  static let items =
    SampleItem.flips(bothCorrect: 7) + SampleItem.negative(margins: [(0.02, 0.05), (0.5, 0.05), (2, 3)])

  @Test(arguments: [(0.01, 3.0, 0), (0.05, 3, 0), (0.06, 2, 1), (0.6, 1, 2), (4, 0, 3)])
  func confidentFlips(_ margin: Double, _ count: Double, _ closeCalls: Int) throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 2, min_margin: \(margin)}]"
    let budget = try #require(try judge(body, Self.items).budgets.first)
    #expect(budget.observed == count && budget.n == 10)
    #expect(budget.status == (count > 2 ? .failed : .passed))
    let apart =
      closeCalls == 0 ? "; none was a close call (" : "; \(closeCalls) more \(closeCalls == 1 ? "was a close call" : "were close calls") ("
    #expect(budget.reason.contains(apart + "ahead by less than \(Numbers.short(margin)) nats on both sides)"), "\(budget.reason)")
  }

  @Test func theSentence() throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 0.2, min_margin: 0.1}]"
    #expect(
      try judge(body, Self.items).budgets.first?.reason
        == "2 of 10 items went from right to wrong (20%); 1 more was a close call (ahead by less than 0.1 nats on both sides), within the allowed 2 (20%); judged "
        + "by the count (95% bounds: 3.68% to 50.69%)"
    )
  }

  /// Without choices nothing is known to be a close call, so that every flip counts.
  @Test func withoutMarginsEveryFlipCounts() throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 2, min_margin: 4}]"
    #expect(try judge(body, SampleItem.flips(bothCorrect: 7, negative: 3)).verdict == .failed)
    var half = Self.items
    for index in half.indices { half[index].margins = index == 9 ? half[index].margins : nil }
    #expect(try judge(body, half).budgets.map(\.observed) == [2])
  }

  /// A changed wrong answer is a close call by the same rule, and a slice's budget leaves out its own items only.
  @Test func otherFlipsAndSlices() throws {
    var changed = SampleItem.flips(changed: 2, slices: [.init(name: "language", value: "de")])
    changed[0].margins = (0.01, 0.01)
    changed[1].margins = (0.01, 1)
    let items = changed + Self.items
    let body = """
      budgets: [{id: b, task: quiz, metric: multiple_choice_negative_flips, allowed_count: 5, min_margin: 0.1}]
      slices: [{id: s, tasks: [quiz], by: language, budgets: [{metric: changed_wrong, allowed_count: 5, min_margin: 0.1}]}]
      """
    #expect(try judge(body, items).budgets.map(\.observed) == [3, 1])
  }

  /// Margins are columns: no text is asked for because of them.
  @Test func whatIsFetchedAndWhatIsShown() throws {
    let comparison = comparison([SampleTask(items: SampleItem.flips(bothCorrect: 3, negative: 1, positive: 2, changed: 1))])
    let plain = try policy("budgets: [{id: b, task: quiz, metric: positive_flips, allowed_count: 5}]")
    let margins = try policy("budgets: [{id: b, task: quiz, metric: positive_flips, allowed_count: 5, min_margin: 0.1}]")
    #expect(plain.notablePairs(of: comparison.tasks[0]).map(\.flip) == [.negative])
    #expect(margins.notablePairs(of: comparison.tasks[0]).map(\.flip) == [.negative])
    #expect(margins.judge(comparison, today: newYear).items.map(\.flip) == [.negative])
  }

  /// From files the counts are those of records in memory, with and without a second pass for texts.
  @Test func marginsFromFiles() throws {
    var items = SampleItem.flips(bothCorrect: 3, positive: 4) + Self.items
    for index in 3..<7 { items[index].margins = (0.01 * Double(index), 0.04) }
    let tasks = [SampleTask(items: items)]
    let folder = try PolicyFolder([:])
    for isBaseline in [true, false] {
      try RecordWriter.write(record(tasks, isBaseline: isBaseline), to: "\(folder.path)/\(isBaseline).jsonl")
    }
    let policy = try policy(
      """
      budgets:
        - {id: a, task: quiz, metric: negative_flips, allowed_count: 9, min_margin: 0.06}
        - {id: b, task: quiz, metric: positive_flips, allowed_count: 9, min_margin: 0.055}
      """)
    let sides = try [true, false].map { try RecordedRun(path: "\(folder.path)/\($0).jsonl") }
    let comparison = try Comparison.compare(sides[0], sides[1], settings: policy.comparisonSettings, notable: policy.notablePairs)
    // Of the positive flips those with 0.03, 0.04 and 0.05 are below 0.055 on both sides, the one with 0.06 is not.
    #expect(policy.judge(comparison, today: newYear).budgets.map(\.observed) == [2, 1])
    let fresh = try [true, false].map { try RecordedRun(path: "\(folder.path)/\($0).jsonl") }
    let untouched = try Comparison.compare(fresh[0], fresh[1], fetchesTexts: false)
    #expect(policy.judge(untouched, today: newYear).budgets.map(\.observed) == [2, 1])
  }
}

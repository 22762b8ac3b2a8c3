// Waivers, items that may never flip, and slices.

import Comparison
import Policies
import Records
import Testing

@Suite struct ExceptionTests {
  static func waived(_ waiver: String, negative: Int, today: String = "2026-06-30", digest: String = "sha256:new") throws -> GateResult {
    let body = """
      budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: 2}]
      waivers: [{id: W, budget: flips, owner: jane, reason: label errors, expires: 2026-06-30, \(waiver)}]
      """
    let items = SampleItem.flips(bothCorrect: 100 - negative, negative: negative)
    let today = try #require(CalendarDate(today))
    return try policy(body).judge(comparison([SampleTask(items: items)], candidateDigest: digest), today: today)
  }

  /// The budget allows 2 and the waiver 4, up to and including its last day.
  @Test(arguments: [
    (2, "2026-06-30", BudgetStatus.passed, WaiverOutcome.State.unused, Verdict.passed),
    (3, "2026-06-30", .waived, .used, .warned), (4, "2026-06-30", .waived, .used, .warned),
    (5, "2026-06-30", .failed, .unused, .failed), (3, "2026-07-01", .failed, .expired, .failed),
    (2, "2026-07-01", .passed, .expired, .warned),
  ])
  func waivers(_ negative: Int, _ today: String, _ status: BudgetStatus, _ state: WaiverOutcome.State, _ verdict: Verdict) throws {
    let result = try Self.waived("allowed_count: 4", negative: negative, today: today)
    #expect(result.budgets.map(\.status) == [status])
    #expect(result.waivers.map(\.state) == [state])
    #expect(result.verdict == verdict)
    #expect(result.budgets.map(\.waiver) == [status == .waived ? "W" : nil])
  }

  @Test func aWaiverCanBeForOneCandidate() throws {
    #expect(try Self.waived("allowed_count: 4, candidate: 'sha256:new'", negative: 3).verdict == .warned)
    #expect(try Self.waived("allowed_count: 4, candidate: 'sha256:new'", negative: 3, digest: "sha256:newer").verdict == .failed)
  }

  /// A ceiling of 1 % is below the budget's 2 of 100: it lowers nothing.
  @Test func aWaiverOnlyRaises() throws {
    #expect(try Self.waived("allowed_ratio: 0.01", negative: 2).budgets.map(\.status) == [.passed])
    #expect(try Self.waived("allowed_ratio: 0.01", negative: 3).budgets.map(\.status) == [.failed])
  }

  @Test func mustNotFlip() throws {
    let items = SampleItem.flips(bothCorrect: 2, negative: 1)
    func result(_ item: Int, _ more: String = "") throws -> GateResult {
      try judge("must_not_flip: [{id: m, task: quiz, items: ['\(itemIdentity(item))'], reason: contract\(more)}]", items)
    }
    #expect(try result(0).verdict == .passed)
    #expect(try result(2).verdict == .failed)
    #expect(try result(2, ", action: warn").verdict == .warned)
    #expect(try result(9).verdict == .undecided)
    #expect(try result(9, ", on_missing: fail").verdict == .failed)
    #expect(try result(2).budgets.first?.limit == .mustNotFlip)
  }

  /// English: 0 of 10 flip. German: 2 of 10 do, 20 % of the slice though only 10 % of the task.
  @Test func slices() throws {
    let items =
      SampleItem.flips(bothCorrect: 10, slices: [.init(name: "language", value: "en")])
      + SampleItem.flips(bothCorrect: 8, negative: 2, slices: [.init(name: "language", value: "de")])
    let body = """
      budgets: [{id: all, task: quiz, metric: negative_flips, allowed_ratio: 0.1}]
      slices: [{id: by-language, tasks: ["*"], by: language, budgets: [{metric: negative_flips, allowed_ratio: 0.1}]}]
      """
    let result = try judge(body, items)
    #expect(result.budgets.map(\.slice) == [nil, "language=de", "language=en"])
    #expect(result.budgets.map(\.id) == ["all", "by-language/negative_flips", "by-language/negative_flips"])
    #expect(result.budgets.map(\.status) == [.passed, .failed, .passed])
    #expect(result.verdict == .failed)
    let small = try judge(body.replacing("by: language,", with: "by: language, min_items: 11,"), items)
    #expect(small.budgets.map(\.status) == [.passed, .undecided, .undecided])
  }

  @Test func aSliceThatNoItemHasIsMissing() throws {
    let body = "slices: [{id: s, tasks: [quiz], by: language, budgets: [{metric: negative_flips, allowed_ratio: 1}]}]"
    #expect(try judge(body, SampleItem.flips(bothCorrect: 3)).verdict == .undecided)
  }

  @Test func itemsOutsideEverySliceAreNamed() throws {
    let items = SampleItem.flips(bothCorrect: 3, slices: [.init(name: "language", value: "en")]) + SampleItem.flips(bothCorrect: 2)
    let body = "slices: [{id: s, tasks: [quiz], by: language, budgets: [{metric: negative_flips, allowed_ratio: 1}]}]"
    let result = try judge(body, items)
    #expect(result.verdict == .warned)
    #expect(result.findings.map(\.message) == ["2 items of 5 have no \"language\" and are in no slice of \"s\""])
  }
}

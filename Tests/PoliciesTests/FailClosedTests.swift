// Missing evidence is never a pass, and a known regression is never hidden by it.

import Comparison
import Policies
import Records
import Testing

@Suite struct FailClosedTests {
  static let flips = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 1}]"

  @Test func noTask() throws {
    let result = try policy(Self.flips).judge(comparison([]), today: newYear)
    #expect(result.verdict == .undecided)
    #expect(result.exitStatus.rawValue == 3)
  }

  @Test func noItem() throws {
    #expect(try judge(Self.flips, []).verdict == .undecided)
    #expect(try judge("defaults: {on_missing: pass, on_insufficient_evidence: pass}\n" + Self.flips, []).verdict == .undecided)
  }

  @Test(arguments: [true, false]) func itemsOnOneSideOnly(_ isBaseline: Bool) throws {
    var items = SampleItem.flips(bothCorrect: 10)
    if isBaseline { items[3].isOnCandidate = false } else { items[3].isOnBaseline = false }
    let result = try judge(Self.flips, items)
    #expect(result.verdict == .undecided)
    #expect(result.findings.map(\.kind) == [.missingItems])
  }

  @Test func aWholeSideIsMissing() throws {
    var items = SampleItem.flips(bothCorrect: 10)
    for index in items.indices { items[index].isOnCandidate = false }
    #expect(try judge(Self.flips, items).verdict == .undecided)
  }

  /// 1 of 10 items failed: above the default of none, within 10 %.
  @Test func errors() throws {
    var items = SampleItem.flips(bothCorrect: 10)
    items[0].candidateFailure = "context_overflow"
    let result = try judge(Self.flips, items)
    #expect(result.verdict == .undecided)
    #expect(result.findings.map(\.message) == ["1 of 10 items failed with an error, and max_error_ratio allows none"])
    #expect(try judge("defaults: {max_error_ratio: 0.1}\n" + Self.flips, items).verdict == .passed)
    #expect(try judge("defaults: {max_error_ratio: 0.09}\n" + Self.flips, items).verdict == .undecided)
  }

  @Test func unscored() throws {
    var items = SampleItem.flips(bothCorrect: 10)
    items[0].candidate = nil
    #expect(try judge(Self.flips, items).verdict == .undecided)
    #expect(try judge("defaults: {max_unscored_ratio: 0.1}\n" + Self.flips, items).verdict == .passed)
  }

  @Test func askedDifferently() throws {
    let items = SampleItem.flips(bothCorrect: 5, negative: 5)
    let policy = try policy("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 0}]")
    let result = policy.judge(comparison([SampleTask(items: items)], candidateTaskDigest: "sha256:other"), today: newYear)
    // Five flips would break the budget, but the two sides were asked different things.
    #expect(result.verdict == .undecided)
    #expect(result.budgets.map(\.status) == [.undecided])
    #expect(result.findings.contains { $0.kind == .incomparable && $0.level == .undecided })
  }

  @Test func aKnownRegressionBeatsWhatIsUndecided() throws {
    var broken = SampleItem.flips(bothCorrect: 10)
    broken[0].candidateFailure = "context_overflow"
    let tasks = [SampleTask(name: "bad", items: SampleItem.flips(negative: 10)), SampleTask(name: "partial", items: broken)]
    let policy = try policy("budgets: [{id: b, task: '*', metric: negative_flips, allowed_ratio: 0.1}]")
    let result = policy.judge(comparison(tasks), today: newYear)
    #expect(result.budgets.map(\.status) == [.failed, .undecided])
    #expect(result.verdict == .failed)
  }

  @Test(arguments: [
    ("error", BudgetStatus.undecided, Verdict.undecided), ("fail", .failed, .failed), ("warn", .warned, .warned),
    ("pass", .passed, .passed),
  ])
  func missingTask(_ rule: String, _ status: BudgetStatus, _ verdict: Verdict) throws {
    let body = """
      budgets:
        - {id: here, task: quiz, metric: negative_flips, allowed_ratio: 1}
        - {id: gone, task: quizz, metric: negative_flips, allowed_ratio: 1, on_missing: \(rule)}
      """
    let result = try judge(body, SampleItem.flips(bothCorrect: 3))
    #expect(result.budgets.map(\.status) == [.passed, status])
    #expect(result.verdict == verdict)
    #expect(result.budgets.last?.reason.contains("did you mean \"quiz\"?") == true)
  }

  @Test func missingMetric() throws {
    let result = try judge("budgets: [{id: b, task: quiz, metric: acc_nrom, max_drop: 0.1}]", SampleItem.flips(bothCorrect: 3))
    #expect(result.verdict == .undecided)
    #expect(result.budgets.first?.reason.contains("it has no metric \"acc_nrom\"") == true)
  }

  /// Nothing was judged on any item, so nothing passes, whatever `on_missing` says.
  @Test func nothingJudged() throws {
    let body = "budgets: [{id: b, task: other, metric: negative_flips, allowed_ratio: 1, on_missing: pass}]"
    #expect(try judge(body, SampleItem.flips(bothCorrect: 3)).verdict == .undecided)
  }

  @Test(arguments: [("error", Verdict.undecided), ("fail", .failed), ("warn", .undecided), ("pass", .undecided)])
  func requiredTask(_ rule: String, _ verdict: Verdict) throws {
    let body = "required_tasks: [quiz, other]\ndefaults: {on_missing: \(rule)}\n" + Self.flips
    #expect(try judge(body, SampleItem.flips(bothCorrect: 3)).verdict == verdict)
  }

  /// A task that no budget speaks of can be broken without blocking: it is a warning.
  @Test func unjudgedTasksWarn() throws {
    var items = SampleItem.flips(bothCorrect: 3)
    items[0].isOnCandidate = false
    let tasks = [SampleTask(items: SampleItem.flips(bothCorrect: 3)), SampleTask(name: "extra", items: items)]
    #expect(try policy(Self.flips).judge(comparison(tasks), today: newYear).verdict == .warned)
  }

  @Test func aLimitThatCannotBreakIsNamed() throws {
    let result = try judge("budgets: [{id: b, task: quiz, metric: acc, max_drop: 1}]", SampleItem.flips(bothCorrect: 3))
    #expect(result.verdict == .warned)
    #expect(result.findings.map(\.kind) == [.limit])
  }

  @Test func flipsNeedRightAndWrong() throws {
    #expect(try judge(Self.flips, SampleItem.scores([(0.5, 0.5)])).verdict == .undecided)
  }
}

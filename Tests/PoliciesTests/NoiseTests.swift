// The noise floor: items that flip against themselves are listed and can be left out, and noise of other models is refused.

import Comparison
import Policies
import Records
import Testing

@Suite struct NoiseTests {
  /// 10 items, of which the candidate flips the last three.
  static let tasks = [SampleTask(items: SampleItem.flips(bothCorrect: 7, negative: 3))]

  /// The baseline asked again, with some items wrong.
  static func again(wrong places: [Int], isBaseline: Bool = true) -> RecordedRun {
    var record = record(tasks, isBaseline: isBaseline)
    for place in places {
      record.outcomes[place].isCorrect = false
      record.outcomes[place].prediction = "something else"
      record.outcomes[place].scores = [.init(metric: "acc", value: 0)]
    }
    return RecordedRun(record)
  }

  static func comparison(_ repeats: [RecordedRun]) throws -> Comparison {
    let sides = (RecordedRun(record(tasks, isBaseline: true)), RecordedRun(record(tasks, isBaseline: false)))
    let floor = try NoiseFloor(baseline: sides.0, candidate: sides.1, repeats: repeats.map { ("again.jsonl", $0) })
    return try Comparison.compare(sides.0, sides.1, noise: floor)
  }

  @Test func jitterIsCountedOverAllRuns() throws {
    let noise = try #require(try Self.comparison([Self.again(wrong: [8]), Self.again(wrong: [8, 9]), Self.again(wrong: [9])]).noise)
    #expect(noise.baselineRuns == 4 && noise.candidateRuns == 1)
    let task = try #require(noise.tasks.first)
    // The first run against the third: 8 and 9. The second against the fourth: one each way.
    #expect(task.items == 10 && task.flips == 2 && task.unstable.map(\.index) == [8, 9])
    #expect(task.jitter.map { $0.change(of: "acc") } == [1, 1] && task.metrics.map(\.meanChange) == [0.2])
  }

  /// 3 of 10 flip; items 8 and 9 are unstable: without them 1 of 8 does.
  @Test(arguments: [
    ("count", 1, 3.0, 10, BudgetStatus.failed), ("exclude", 1, 1, 8, .passed), ("exclude", 0, 1, 8, .failed), ("count", 3, 3, 10, .passed),
  ])
  func unstableItemsCanBeLeftOut(_ rule: String, _ allowed: Int, _ observed: Double, _ n: Int, _ status: BudgetStatus) throws {
    let policy = try policy(
      "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: \(allowed), unstable_items: \(rule)}]")
    let result = policy.judge(try Self.comparison([Self.again(wrong: [8, 9])]), today: newYear)
    #expect(result.budgets.map(\.observed) == [observed] && result.budgets.map(\.n) == [n] && result.budgets.map(\.status) == [status])
    #expect(result.budgets[0].reason.contains("2 unstable items are left out") == (rule == "exclude"))
    #expect(result.findings.contains { $0.kind == .noise && $0.message.contains("2 of 10 items flip against themselves") })
    // Two flips are noise: a budget that counts them and allows fewer asks for less than the model itself can keep.
    let isBelow = result.findings.contains { $0.kind == .noise && $0.level == .warning }
    #expect(isBelow == (rule == "count" && allowed < 2))
    #expect(result.noise?.tasks.first?.unstable.count == 2)
  }

  /// Steady records take nothing away, and neither does the wish to leave out without any.
  @Test func withoutNoiseEveryFlipCounts() throws {
    let policy = try policy("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 2, unstable_items: exclude}]")
    #expect(policy.judge(try Self.comparison([Self.again(wrong: [])]), today: newYear).verdict == .failed)
    let plain = policy.judge(Comparison.compare(record(Self.tasks, isBaseline: true), record(Self.tasks, isBaseline: false)), today: newYear)
    #expect(plain.verdict == .failed && plain.findings.contains { $0.kind == .noise && $0.level == .note })
  }

  /// Where every item is unstable nothing is left to judge by, and that is no pass.
  @Test func nothingStableIsUndecided() throws {
    let policy = try policy("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 1, unstable_items: exclude}]")
    #expect(policy.judge(try Self.comparison([Self.again(wrong: Array(0..<10))]), today: newYear).verdict == .undecided)
  }

  @Test func noiseOfAnotherModelIsRefused() throws {
    var other = record(Self.tasks, isBaseline: true)
    other.header.model.weightsDigest = "sha256:other"
    let error = #expect(throws: NoiseError.self) { try Self.comparison([RecordedRun(other)]) }
    #expect(error?.description.hasPrefix("again.jsonl: this record can't say how much of a change is noise: it is of the model old") == true)
    var asked = record(Self.tasks, isBaseline: false)
    asked.header.tasks[0].fewshotCount = 5
    #expect(throws: NoiseError.self) { try Self.comparison([RecordedRun(asked)]) }
    var torn = record(Self.tasks, isBaseline: true)
    torn.isComplete = false
    #expect(throws: NoiseError.self) { try Self.comparison([RecordedRun(torn)]) }
  }

  @Test func itsDocumentReadsBack() throws {
    let policy = try policy("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 2}]")
    let result = policy.judge(try Self.comparison([Self.again(wrong: [2, 9])]), today: newYear)
    #expect(try GateResult(json: result.json, file: "r") == result)
  }

  /// A mean moves by 0.25 between two runs: a limit of 0.2 is below the floor, one of 0.3 is not.
  @Test(arguments: [("max_drop: 0.2", true), ("max_drop: 0.3", false), ("mean_regression: 0.4", true), ("mean_regression: 0.6", false)])
  func limitsOfMeans(_ limit: String, _ isBelow: Bool) throws {
    let tasks = [SampleTask(metric: "rouge1", items: SampleItem.scores([(0.5, 0.5), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5)]))]
    var second = record(tasks, isBaseline: true)
    // Two of four items lose 0.5: the mean 0.25, and the items that lose 0.5 each.
    for place in [0, 1] { second.outcomes[place].scores = [.init(metric: "rouge1", value: 0)] }
    let sides = (RecordedRun(record(tasks, isBaseline: true)), RecordedRun(record(tasks, isBaseline: false)))
    let floor = try NoiseFloor(baseline: sides.0, candidate: sides.1, repeats: [("a", RecordedRun(second))])
    let result = try policy("budgets: [{id: b, task: quiz, metric: rouge1, \(limit)}]").judge(
      try Comparison.compare(sides.0, sides.1, noise: floor), today: newYear)
    #expect(result.findings.contains { $0.kind == .noise && $0.level == .warning } == isBelow)
  }
}

// Two records to flips, rates and metrics, by hand.

import Comparison
import Documents
import Records
import Testing

@Suite struct FlipTests {
  /// Ten items: AAAA|AAA|BB|B|... a = 4 both right, b = 2 negative, c = 1 positive, d = 3 wrong, of which 2 the same and 1 changed.
  static let baseline = ComparisonSamples.record("AAAAAABBBB")
  static let candidate = ComparisonSamples.record("AAAABCABBC")

  @Test func countsByHand() throws {
    let task = Comparison.compare(Self.baseline, Self.candidate).tasks[0]
    let flips = try #require(task.flips)
    #expect((flips.bothCorrect, flips.negative, flips.positive) == (4, 2, 1))
    #expect((flips.bothWrongSame, flips.bothWrongChanged) == (2, 1))
    #expect(
      task.pairs.map(\.flip) == [
        .bothCorrect, .bothCorrect, .bothCorrect, .bothCorrect, .negative, .negative, .positive, .bothWrongSame, .bothWrongSame,
        .bothWrongChanged,
      ])
    #expect(task.items.paired == 10 && task.items.baseline == 10 && task.items.candidate == 10)
    #expect(task.metrics[0].flips == flips)
  }

  /// N = 10, a = 4, b = 2, c = 1, d = 3: the candidate is wrong on 5, the baseline right on 6 and wrong on 4.
  @Test func ratesByHand() throws {
    let rates = try #require(Comparison.compare(Self.baseline, Self.candidate).tasks[0].flips?.rates)
    #expect(rates.negativeFlipRate == 0.2)
    #expect(rates.positiveFlipRate == 0.1)
    #expect(rates.changedWrongRate == 0.1)
    #expect(rates.multipleChoiceNegativeFlipRate == 0.3)
    #expect(rates.negativeFlipImpact == 0.4)
    // 0.2 / (0.6 x 0.5) = 2 x 10 / (6 x 5).
    #expect(agrees(rates.relativeNegativeFlipRate ?? .nan, 2.0 / 3, within: 1e-15))
    #expect(agrees(rates.backwardTrustCompatibility ?? .nan, 4.0 / 6, within: 1e-15))
    #expect(rates.backwardErrorCompatibility == 0.75)
  }

  @Test func ratesWithoutADenominatorAreNil() {
    let none = FlipCounts().rates
    #expect(none.negativeFlipRate == nil && none.changedWrongRate == nil && none.multipleChoiceNegativeFlipRate == nil)
    let right = Comparison.compare(ComparisonSamples.record("AAA"), ComparisonSamples.record("AAA")).tasks[0].flips?.rates
    #expect(right?.negativeFlipRate == 0 && right?.negativeFlipImpact == nil && right?.relativeNegativeFlipRate == nil)
    #expect(right?.backwardTrustCompatibility == 1 && right?.backwardErrorCompatibility == nil)
    let wrong = Comparison.compare(ComparisonSamples.record("B"), ComparisonSamples.record("B")).tasks[0].flips?.rates
    #expect(wrong?.negativeFlipImpact == 0 && wrong?.backwardTrustCompatibility == nil && wrong?.backwardErrorCompatibility == 1)
  }

  /// Agreement: 4 of 4 right ones, 2 of 3 wrong ones, 6 of 10 together.
  @Test func agreementByHand() {
    let agreement = Comparison.compare(Self.baseline, Self.candidate).tasks[0].agreement
    #expect(agreement?.exact == 0.6 && agreement?.bothCorrect == 1)
    #expect(agrees(agreement?.bothWrong ?? .nan, 2.0 / 3, within: 1e-15))
  }

  /// P(Bin(3, 1/2) >= 2) = 4/8; accuracy falls by (1 - 2)/10; (1.959964 + 0.841621) sqrt(0.3 / 10) = 0.485249.
  @Test func testsByHand() throws {
    let task = Comparison.compare(Self.baseline, Self.candidate).tasks[0]
    let tests = try #require(task.tests)
    #expect(agrees(tests.mcnemarOneSidedP ?? .nan, 0.5, within: 1e-14))
    #expect(tests.negativeFlipRateInterval == ClopperPearson.bounds(2, of: 10, level: 0.95))
    #expect(tests.accuracyChangeInterval?.contains(-0.1) == true)
    #expect(tests.accuracyChangeInterval == task.metrics[0].interval && task.metrics[0].intervalMethod == .newcombe)
    #expect(agrees(tests.minimumDetectableChange ?? .nan, 0.485249, within: 1e-6))
  }

  @Test func aRecordAgainstItselfHasNoFlips() {
    let comparison = Comparison.compare(Self.baseline, Self.baseline)
    #expect(comparison.tasks[0].flips?.negative == 0 && comparison.tasks[0].flips?.positive == 0)
    #expect(comparison.tasks[0].agreement?.exact == 1)
    #expect(comparison.differences.isEmpty && comparison.isComparable)
  }

  /// Answers that look alike but are composed otherwise ("é" as one scalar or two) are different bytes, hence different answers.
  @Test func answersAreComparedByteForByte() {
    var (old, new) = (ComparisonSamples.record("B"), ComparisonSamples.record("B"))
    old.outcomes[0].prediction = "caf\u{E9}"
    new.outcomes[0].prediction = "cafe\u{301}"
    #expect(Comparison.compare(old, new).tasks[0].flips?.bothWrongChanged == 1)
  }

  @Test func theOrderOfTheLinesDoesNotMatter() {
    var shuffled = Self.candidate
    shuffled.outcomes.reverse()
    let (one, other) = (Comparison.compare(Self.baseline, Self.candidate), Comparison.compare(Self.baseline, shuffled))
    #expect(one.json == other.json)
  }

  /// For any answers: the five counts make N, accuracy changes by PFR - NFR, NFR_mc contains NFR, and swapping the sides swaps b and c.
  @Test func identitiesHoldForRandomAnswers() throws {
    var state: UInt64 = 42
    func answers(_ count: Int) -> String {
      String(
        (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return ["A", "A", "B", "C"][Int(state >> 62)] as Character
        })
    }
    for count in [1, 2, 17, 200] {
      let (first, second) = (ComparisonSamples.record(answers(count)), ComparisonSamples.record(answers(count)))
      let task = Comparison.compare(first, second).tasks[0]
      let swapped = try #require(Comparison.compare(second, first).tasks[0].flips)
      let flips = try #require(task.flips)
      #expect(flips.total == count)
      let rates = flips.rates
      let change = (rates.positiveFlipRate ?? .nan) - (rates.negativeFlipRate ?? .nan)
      #expect(agrees(task.metrics[0].meanChange ?? .nan, change, within: 1e-12))
      #expect(flips.multipleChoiceNegative >= flips.negative)
      #expect(flips.negative == swapped.positive && flips.positive == swapped.negative && flips.bothWrong == swapped.bothWrong)
      #expect(task.metrics[0].gained == flips.positive && task.metrics[0].regressed == flips.negative)
    }
  }
}

@Suite struct PairingTests {
  @Test func whatCannotBePairedIsCountedWithItsReason() {
    var (old, new) = (ComparisonSamples.record("AAAAA"), ComparisonSamples.record("AAAABB"))
    old.outcomes[1].error = .init(kind: "context_overflow", message: "too long")
    new.outcomes[1].error = .init(kind: "context_overflow", message: "too long")
    new.outcomes[2].error = .init(kind: "oom", message: "")
    old.outcomes[3].unscored = "no answer"
    old.outcomes[3].isCorrect = nil
    new.outcomes.remove(at: 0)
    // Baseline 0...4, candidate 1...5: 0 and 5 stand alone, 1 and 2 have errors, 3 is unscored, 4 is paired: a negative flip.
    let task = Comparison.compare(old, new).tasks[0]
    #expect(task.items.baseline == 5 && task.items.candidate == 5 && task.items.paired == 1)
    #expect(task.items.onlyBaseline == 1 && task.items.onlyCandidate == 1 && task.items.errors == 2 && task.items.unscored == 1)
    #expect(task.unpaired.map(\.reason) == [.onlyBaseline, .error, .error, .unscored, .onlyCandidate])
    #expect(task.flips?.negative == 1 && task.flips?.total == 1)
  }

  @Test func anItemThatOnlyOneSideScoresIsUnscored() {
    let (old, new) = (ComparisonSamples.record([0.5, 0.25, nil]), ComparisonSamples.record([nil, 0.5, nil]))
    let task = Comparison.compare(old, new).tasks[0]
    #expect(task.items.paired == 1 && task.items.unscored == 2 && task.flips == nil)
    // Right and wrong on one side only: neither is guessed.
    let mixed = Comparison.compare(ComparisonSamples.record("A"), ComparisonSamples.record([1.0])).tasks[0]
    #expect(mixed.items.paired == 0 && mixed.items.unscored == 1)
  }

  @Test func repetitionsAreSeen() {
    var old = ComparisonSamples.record("AB")
    old.outcomes.append(old.outcomes[0])
    let task = Comparison.compare(old, ComparisonSamples.record("AB")).tasks[0]
    #expect(task.items.baseline == 3 && task.items.paired == 2 && task.items.onlyBaseline == 1)
  }

  @Test func filtersAreComparedEachOnItsOwn() {
    var (old, new) = (ComparisonSamples.record("AA"), ComparisonSamples.record("AB"))
    for place in 0..<2 {
      var (a, b) = (old.outcomes[place], new.outcomes[place])
      (a.filter, b.filter) = ("strict", "strict")
      (b.isCorrect, b.prediction) = (false, "C")
      old.outcomes.append(a)
      new.outcomes.append(b)
    }
    let tasks = Comparison.compare(old, new).tasks
    #expect(tasks.map(\.filter) == ["none", "strict"])
    #expect(tasks.map { $0.flips?.negative } == [1, 2])
  }

  @Test func tasksStandInTheBaselinesOrderThenTheCandidatesOwn() {
    var (old, new) = (ComparisonSamples.record("A"), ComparisonSamples.record("A"))
    old.header.tasks.append(ComparisonSamples.header(task: "old").tasks[0])
    new.header.tasks.insert(ComparisonSamples.header(task: "new").tasks[0], at: 0)
    var extra = new.outcomes[0]
    extra.task = "new"
    new.outcomes.append(extra)
    let comparison = Comparison.compare(old, new)
    #expect(comparison.tasks.map(\.task) == ["quiz", "old", "new"])
    #expect(comparison.tasks[2].items.onlyCandidate == 1 && comparison.tasks[2].items.paired == 0)
    #expect(comparison.tasks[1].tests == nil && comparison.tasks[1].agreement == nil)
    #expect(comparison.differences.map(\.aspect) == ["task_presence", "task_presence"])
    #expect(comparison.isComparable)
  }

  @Test func emptyRecords() {
    let comparison = Comparison.compare(ComparisonSamples.record(""), ComparisonSamples.record(""))
    #expect(comparison.tasks[0].items == TaskComparison.ItemCounts())
    #expect(comparison.tasks[0].flips == nil && comparison.tasks[0].metrics[0].meanChange == nil)
  }
}

@Suite struct ComparabilityTests {
  @Test(arguments: ["task", "data", "num_fewshot", "primary_metric", "metric_direction"])
  func whatInvalidates(aspect: String) {
    var new = ComparisonSamples.record("A")
    switch aspect {
    case "task": new.header.tasks[0].taskDigest = "x"
    case "data": new.header.tasks[0].dataDigest = "x"
    case "num_fewshot": new.header.tasks[0].fewshotCount = 5
    case "primary_metric": new.header.tasks[0].primaryMetric = "x"
    default: new.header.tasks[0].metrics[0].higherIsBetter = false
    }
    let comparison = Comparison.compare(ComparisonSamples.record("A"), new)
    #expect(comparison.differences.map(\.aspect) == [aspect])
    #expect(comparison.differences[0].task == "quiz")
    #expect(!comparison.isComparable)
  }

  @Test func whatIsSaidButAllowed() {
    var new = ComparisonSamples.record("A")
    new.header.engine = .init(name: "other", version: "2", precision: "bf16", matrixLibrary: "x", kernels: "y")
    new.header.tokenizerDigest = "x"
    new.header.chatTemplateDigest = "x"
    new.header.tasks[0].metrics.append(.init(name: "f1", higherIsBetter: true))
    let comparison = Comparison.compare(ComparisonSamples.record("A"), new)
    #expect(
      comparison.differences.map(\.aspect) == ["metrics", "precision", "engine", "matrix_library", "kernels", "tokenizer", "chat_template"])
    #expect(comparison.isComparable)
    // The weights, and the model's name, are what is compared; an adapter on one side is said.
    new = ComparisonSamples.record("A")
    new.header.model = .init(
      name: "n", weightsDigest: "x", configDigest: "y", adapterDigest: "z", parameters: 2, architecture: "gemma")
    let adapted = Comparison.compare(ComparisonSamples.record("A"), new)
    #expect(adapted.differences.map(\.aspect) == ["adapter"] && adapted.isComparable)
  }

  @Test func noItemInCommonInvalidates() {
    var new = ComparisonSamples.record("AB")
    for place in new.outcomes.indices { new.outcomes[place].item += "x" }
    let comparison = Comparison.compare(ComparisonSamples.record("AB"), new)
    #expect(comparison.differences.map(\.aspect) == ["items"] && !comparison.isComparable)
  }

  @Test func anInterruptedRunInvalidates() {
    var new = ComparisonSamples.record("A")
    new.isComplete = false
    #expect(!Comparison.compare(ComparisonSamples.record("A"), new).isComparable)
    #expect(!Comparison.compare(new, new).isComparable)
  }
}

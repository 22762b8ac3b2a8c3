// The training loop on a model whose loss is known: a run that is stopped and resumed gives the bits of one that was not.

import Documents
import Foundation
import Synchronization
import Testing

@testable import Adaptation

/// Three values that are drawn towards the mean of the examples' numbers: loss (v - x)² / 2, gradient v - x, x an example's first token.
final class QuadraticLearner: Learner {
  let split: ValidationSplit
  var values: [Float] = [5, -3, 0.5]
  var gradients: [Float] = [0, 0, 0]
  /// Draws at which the loss is no number.
  var badDraws: Set<UInt64> = []
  /// What dropout would be: the draw moves the gradient a little.
  var draws: [UInt64] = []

  init(_ split: ValidationSplit) { self.split = split }
  var valueCount: Int { 3 }

  func update<Failure: Error>(
    _ body: (_ values: inout MutableSpan<Float>, _ gradients: inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    // Spans of locals: those of a class's properties can't be handed on.
    var (heldValues, heldGradients) = (values, gradients)
    defer { (values, gradients) = (heldValues, heldGradients) }
    do {
      var valueSpan = heldValues.mutableSpan
      var gradientSpan = heldGradients.mutableSpan
      try body(&valueSpan, &gradientSpan)
    }
  }

  func clearGradients() { gradients = [0, 0, 0] }

  func learn(_ batch: [Int], draw: UInt64, gradientScale: Double) -> BatchLoss {
    draws.append(draw)
    if badDraws.contains(draw) { return BatchLoss(loss: .nan, weight: 1) }
    var result = BatchLoss()
    for index in batch {
      let target = Float(split.training[index].tokens[0])
      for place in values.indices {
        gradients[place] += (values[place] - target + Float(draw % 3) * 0.01) * Float(gradientScale) / Float(batch.count)
      }
      result.add(loss(split.training[index]))
    }
    return result
  }

  func validate(_ batch: [Int]) -> BatchLoss {
    var result = BatchLoss()
    for index in batch { result.add(loss(split.validation[index])) }
    return result
  }

  private func loss(_ example: EncodedExample) -> BatchLoss {
    let target = Float(example.tokens[0])
    let value = values.reduce(0) { $0 + ($1 - target) * ($1 - target) / 2 }
    return BatchLoss(loss: Double(value), crossEntropy: Double(value), weight: Double(example.trained.count))
  }
}

@Suite struct TrainerTests {
  static func split(_ count: Int) -> ValidationSplit {
    let examples = (0..<count).map { number in
      EncodedExample(
        tokens: Array(repeating: Int32(number % 4), count: 2 + number % 5), trained: 1..<2 + number % 5, completionStart: 0, weight: 1,
        isTruncated: false, example: TrainingExample(prompt: "", completion: "\(number)", origin: .line(file: "t", line: number + 1)))
    }
    return ValidationSplit(examples, settings: settings())
  }

  static func settings() -> TrainingSettings {
    var settings = TrainingSettings()
    settings.learningRate = 0.05
    settings.epochs = 4
    settings.batchTokens = 12
    settings.accumulation = 2
    settings.shape = .cosine
    settings.optimizer.weightDecay = 0.01
    return settings
  }

  static func folder() -> String { NSTemporaryDirectory() + "flipgate-trainer-\(UUID().uuidString)" }

  static func trainer(
    _ learner: QuadraticLearner, _ settings: TrainingSettings = settings(), folder: String, stopsAfter: Int? = nil, interval: Double = 1e9
  ) throws -> Trainer {
    let asked = Mutex(0)
    let ticks = Mutex(0.0)
    return try Trainer(
      learner, split: learner.split, settings: settings, identity: ["data": "d"], folder: folder,
      environment: TrainingEnvironment(
        clock: {
          ticks.withLock { ticks in
            ticks += 0.25
            return ticks
          }
        },
        isCancelled: {
          asked.withLock { asked in
            asked += 1
            return stopsAfter.map { asked > $0 } ?? false
          }
        }, checkpointInterval: interval))
  }

  @Test func learnsTheMean() throws {
    let folder = Self.folder()
    defer { Files.removeFolder(folder) }
    let learner = QuadraticLearner(Self.split(40))
    var settings = Self.settings()
    settings.epochs = 60
    settings.optimizer.weightDecay = 0
    let outcome = try Self.trainer(learner, settings, folder: folder).run(resumes: false)
    // Targets 0, 1, 2, 3 in equal shares but for the longer examples' weight and those kept for validation: the mean is near 1.5.
    for value in outcome.values { #expect(abs(value - 1.5) < 0.4) }
    #expect(outcome.steps > 60)
    #expect(try #require(outcome.bestLoss) < (try #require(outcome.firstLoss)))
    let steps = outcome.curve.map(\.step)
    #expect(steps == steps.sorted() && Set(steps).count == steps.count && steps.last == outcome.steps)
  }

  @Test(arguments: [0, 1, 2, 5, 9, 14]) func resumedRunsHaveTheSameBits(stop: Int) throws {
    let whole = QuadraticLearner(Self.split(40))
    let wholeFolder = Self.folder()
    let folder = Self.folder()
    defer {
      Files.removeFolder(wholeFolder)
      Files.removeFolder(folder)
    }
    let expected = try Self.trainer(whole, folder: wholeFolder).run(resumes: false)
    let first = QuadraticLearner(Self.split(40))
    let error = #expect(throws: TrainingError.self) { try Self.trainer(first, folder: folder, stopsAfter: stop).run(resumes: false) }
    guard case .interrupted(stop, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // A new process: nothing but the state on disk.
    let second = QuadraticLearner(Self.split(40))
    let outcome = try Self.trainer(second, folder: folder).run(resumes: true)
    #expect(outcome.values == expected.values && second.values == whole.values)
    #expect(outcome.curve == expected.curve)
    #expect((outcome.bestStep, outcome.bestLoss, outcome.firstLoss) == (expected.bestStep, expected.bestLoss, expected.firstLoss))
    #expect(first.draws + second.draws == whole.draws)
    let logs = try [wholeFolder, folder].map { folder in
      var lines: [JSONValue] = []
      try JSONLines.forEach(in: try Files.read(TrainingFiles.log(in: folder)), file: "log") { line, _ in lines.append(line) }
      return lines
    }
    #expect(logs[0].count == logs[1].count)
    #expect(logs[0].map { $0["loss"] } == logs[1].map { $0["loss"] })
  }

  /// A run that died between two states makes the steps since the last one again.
  @Test func aKilledRunGoesOnFromItsLastState() throws {
    let folder = Self.folder()
    let wholeFolder = Self.folder()
    defer {
      Files.removeFolder(folder)
      Files.removeFolder(wholeFolder)
    }
    let expected = try Self.trainer(QuadraticLearner(Self.split(40)), folder: wholeFolder).run(resumes: false)
    // A state after every step, then a run whose log is ahead of its state.
    let first = QuadraticLearner(Self.split(40))
    _ = #expect(throws: TrainingError.self) { try Self.trainer(first, folder: folder, stopsAfter: 6, interval: 0).run(resumes: false) }
    let state = try Files.read(TrainingFiles.state(in: folder))
    let second = QuadraticLearner(Self.split(40))
    _ = #expect(throws: TrainingError.self) { try Self.trainer(second, folder: folder, stopsAfter: 4).run(resumes: true) }
    try Files.write(state, to: TrainingFiles.state(in: folder))
    let outcome = try Self.trainer(QuadraticLearner(Self.split(40)), folder: folder).run(resumes: true)
    #expect(outcome.values == expected.values && outcome.curve == expected.curve)
  }

  @Test func anotherRunsStateIsRefused() throws {
    let folder = Self.folder()
    defer { Files.removeFolder(folder) }
    _ = #expect(throws: TrainingError.self) { try Self.trainer(QuadraticLearner(Self.split(40)), folder: folder, stopsAfter: 3).run(resumes: false) }
    var settings = Self.settings()
    settings.learningRate = 0.1
    let error = #expect(throws: TrainingError.self) {
      try Self.trainer(QuadraticLearner(Self.split(40)), settings, folder: folder).run(resumes: true)
    }
    #expect(error?.description.contains("settings.learning_rate was 0.05 there, and is 0.1 here") == true)
  }

  @Test func damagedStatesAreRefused() throws {
    let folder = Self.folder()
    defer { Files.removeFolder(folder) }
    _ = #expect(throws: TrainingError.self) { try Self.trainer(QuadraticLearner(Self.split(40)), folder: folder, stopsAfter: 3).run(resumes: false) }
    let path = TrainingFiles.state(in: folder)
    let bytes = try Files.read(path)
    try Files.write(Array(bytes.dropLast(5)), to: path)
    #expect(throws: TrainingError.self) { try Self.trainer(QuadraticLearner(Self.split(40)), folder: folder).run(resumes: true) }
  }

  @Test func divergenceKeepsTheLastGoodState() throws {
    let folder = Self.folder()
    defer { Files.removeFolder(folder) }
    let learner = QuadraticLearner(Self.split(40))
    learner.badDraws = [6]
    let error = #expect(throws: TrainingError.self) { try Self.trainer(learner, folder: folder).run(resumes: false) }
    // Two batches a step: draw 6 is the first of step 4.
    guard case .diverged(4, "the loss", let checkpoint?)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(Files.exists(checkpoint))
    #expect(error?.severity == .run)
    let isUsable = learner.values.allSatisfy { $0.isFinite }
    #expect(isUsable)
  }

  @Test func timeEndsARun() throws {
    let folder = Self.folder()
    defer { Files.removeFolder(folder) }
    var settings = Self.settings()
    settings.maxSeconds = 5
    let outcome = try Self.trainer(QuadraticLearner(Self.split(40)), settings, folder: folder).run(resumes: false)
    let whole = try Self.trainer(QuadraticLearner(Self.split(40)), folder: folder).run(resumes: false)
    #expect(outcome.steps >= 1 && outcome.steps < whole.steps)
    #expect(outcome.curve.last?.validationLoss != nil)
  }

  @Test func stepsEndARunAndItsSchedule() throws {
    let folder = Self.folder()
    defer { Files.removeFolder(folder) }
    var settings = Self.settings()
    settings.maxSteps = 5
    let trainer = try Self.trainer(QuadraticLearner(Self.split(40)), settings, folder: folder)
    #expect(trainer.totalSteps == 5)
    #expect(try trainer.run(resumes: false).steps == 5)
  }

  @Test func badSettingsAreNamed() throws {
    var settings = Self.settings()
    settings.learningRate = .nan
    let error = #expect(throws: TrainingError.self) { try settings.check() }
    #expect(error?.description == "the training setting \"learning rate\" is nan; expected a number above 0, at most 1")
  }

  @Test func batchesStayWithinTheBudget() {
    // 5 + 6 = 11 fit in 12; 3 does not fit beside them, 9 does beside 3; 20 is too long for any and goes alone.
    #expect(EpochPlan.batches([0, 1, 2, 3, 4, 5], lengths: [5, 6, 3, 9, 20, 1], batchTokens: 12) == [[0, 1], [2, 3], [4], [5]])
  }
}

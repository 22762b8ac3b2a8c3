// Twenty steps of the trainer on every family against PyTorch + PEFT: the weights that come out, not the gradients alone.

import Documents
import Foundation
import Tensors
import Testing

@testable import Adaptation
@testable import Checkpoints
@testable import LanguageModels

@Suite struct TrainedWeightsTests {
  static let families: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: OptimizerTests.fixtures + "/training")) ?? []  // an empty list fails below
    return names.sorted()
  }()

  /// What `fixtures/generate/training.py` sets, 20 epochs of one step.
  private static var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.learningRate = 0.01
    settings.warmupSteps = 4
    settings.epochs = 20
    // A sequence a batch and both in a step: the order in an epoch is of no account but for how their gradients are summed.
    settings.batchTokens = 2
    settings.accumulation = 2
    settings.optimizer = AdamW.Settings(epsilon: 1e-4, weightDecay: 0.01)
    settings.clipNorm = 1
    settings.validationShare = 0
    return settings
  }

  private static func tokens(_ reference: Checkpoint, _ name: String) throws -> [Int32] {
    let ids = try #require(reference[name])
    let bytes = try ids.file.read(ids.byteRange)
    // 64 bits a token; the IDs fit two bytes of their eight.
    return (0..<ids.elementCount).map { place in Int32(bytes[place * 8]) | Int32(bytes[place * 8 + 1]) << 8 }
  }

  @Test func everyFamilyIsTrained() throws {
    let architectures = Set(
      try Self.families.map { try LanguageModel.blueprint(path: OptimizerTests.fixtures + "/families/\($0)").architecture })
    #expect(architectures == Set(ArchitectureCatalog.all.map(\.name)))
  }

  /// The whole loop: batches, accumulation, clipping, schedule, AdamW. Compared is where each factor is against how far it went, as Euclidean lengths:
  /// an error of 1 % in every update would show as 1e-2. Measured: 1.6e-6 to 3.8e-5, and 1.5e-4 for smollm3, whose rounding errors grow from step to
  /// step: there PyTorch's own run in f32 is 5.3e-4 from f64, which the file holds as its distance (up to 7.7e-5 for the others).
  @Test(arguments: families)
  func twentyStepsGiveTheWeightsOfPEFT(_ name: String) throws {
    let folder = OptimizerTests.fixtures + "/training/\(name)"
    let base = try BaseWeights(try Checkpoint(path: OptimizerTests.fixtures + "/families/\(name)"), options: LanguageModel.Options())
    let student = try TrainableModel(base: base, startingFrom: try Adapter(path: folder), options: TrainingOptions(threads: 1))
    let reference = try Checkpoint(path: OptimizerTests.fixtures + "/families/\(name)/reference.safetensors")
    let examples = try (0..<2).map { index in
      let tokens = try Self.tokens(reference, "input_ids.\(index)")
      return EncodedExample(
        tokens: tokens, trained: 1..<tokens.count, completionStart: 0, weight: 1, isTruncated: false,
        example: TrainingExample(prompt: "", completion: "\(index)", origin: .line(file: "reference", line: index + 1)))
    }
    let split = ValidationSplit(training: examples, validation: [], settings: Self.settings)
    let learner = try AdapterLearner(student, objective: .crossEntropy, old: nil, new: nil, split: split, threads: 1)
    let working = TrainerTests.folder()
    defer { Files.removeFolder(working) }
    let start = student.values
    let outcome = try Trainer(
      learner, split: split, settings: Self.settings, identity: .null, folder: working, environment: TrainingEnvironment(clock: { 0 })
    ).run(resumes: false)
    #expect(outcome.steps == 20)

    let expected = try Checkpoint(path: folder + "/steps.safetensors")
    let distance = Double(try expected.floats(of: try #require(expected["distance"]))[0])
    let losses = try expected.floats(of: try #require(expected["losses"]))
    let curve = outcome.curve.filter { $0.step > 0 }.map(\.loss)
    #expect(curve.count == 20 && zip(curve, losses).allSatisfy { abs($0 - Double($1)) <= max(1e-5, distance) * Double($1) }, "\(curve) \(losses)")
    var worst = 0.0
    for parameter in student.parameters {
      let weights = try expected.floats(of: try #require(expected[parameter.name]))
      try #require(weights.count == parameter.range.count)
      var (error, way) = (0.0, 0.0)
      for (place, weight) in zip(parameter.range, weights) {
        error += pow(Double(outcome.values[place]) - Double(weight), 2)
        way += pow(Double(start[place]) - Double(weight), 2)
      }
      worst = max(worst, (error / way).squareRoot())
    }
    #expect(worst <= max(5e-5, distance), "\(worst) of the way")
  }
}

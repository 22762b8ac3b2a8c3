// Gradients of every family against PyTorch + PEFT, and the same bits however they are computed.

import Foundation
import Tensors
import Testing

@testable import Checkpoints
@testable import LanguageModels

/// An adapter of `fixtures/training` with the loss and the gradients that PEFT makes of it.
struct TrainingCase {
  let base: BaseWeights
  let adapter: Adapter
  let batch: TokenBatch
  let loss: Double
  let gradients: [String: [Float]]

  static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("training"))) ?? []  // an empty list fails below
    return names.sorted()
  }()

  init(_ name: String, options: LanguageModel.Options = .init()) throws {
    base = try BaseWeights(try Checkpoint(path: Fixtures.path("families/\(name)")), options: options)
    adapter = try Adapter(path: Fixtures.path("training/\(name)"))
    let reference = try Checkpoint(path: Fixtures.path("families/\(name)/reference.safetensors"))
    batch = TokenBatch(try (0..<2).map { try FamilyContract.tokens(reference, "input_ids.\($0)") })
    let found = try Checkpoint(path: Fixtures.path("training/\(name)/gradients.safetensors"))
    loss = Double(try found.floats(of: try #require(found["loss"]))[0])
    var gradients: [String: [Float]] = [:]
    for tensor in found.tensors where tensor.name != "loss" { gradients[tensor.name] = try found.floats(of: tensor) }
    self.gradients = gradients
  }

  func model(threads: Int = 1, activationMemory: Int? = nil, dropout: Float = 0) throws -> TrainableModel {
    try TrainableModel(
      base: base, startingFrom: adapter, dropout: dropout,
      options: .init(threads: threads, activationMemory: activationMemory, dropoutSeed: 5))
  }
}

/// The mean cross-entropy of next tokens, in double, and its gradient: what the tests train on.
enum NextTokenLoss {
  static func compute(_ states: Matrix, _ batch: TokenBatch, _ vocabulary: VocabularySlices) throws -> (loss: Double, gradient: Matrix) {
    let scratch = ScratchMemory()
    let rows = batch.rows
    let total = Double(batch.sequences.reduce(0) { $0 + $1.count - 1 })
    var logits = Array(repeating: [Double](), count: rows)
    let slices = try (0..<vocabulary.count).map { try Matrix(rows: rows, columns: vocabulary.range($0).count) }
    for slice in 0..<vocabulary.count {
      try vocabulary.logits(slice, of: states, rows: rows, into: slices[slice], scratch: scratch)
      for row in 0..<rows { logits[row] += slices[slice].row(row).map(Double.init) }
    }
    var loss = 0.0
    for (range, sequence) in zip(batch.ranges, batch.sequences) {
      for (offset, row) in range.enumerated() {
        let raw = logits[row]
        let capped = vocabulary.softCap.map { cap in raw.map { Double(cap) * tanh($0 / Double(cap)) } } ?? raw
        let top = capped.max() ?? 0
        let sum = capped.reduce(0) { $0 + exp($1 - top) }
        let isScored = offset + 1 < sequence.count
        if isScored { loss -= (capped[Int(sequence[offset + 1])] - top - log(sum)) / total }
        for token in raw.indices {
          var gradient = isScored ? exp(capped[token] - top) / sum / total : 0
          if isScored, token == Int(sequence[offset + 1]) { gradient -= 1 / total }
          if let cap = vocabulary.softCap { gradient *= 1 - (capped[token] / Double(cap)) * (capped[token] / Double(cap)) }
          slices[token / 1024][row, token % 1024] = Float(gradient)
        }
      }
    }
    let gradient = try Matrix(rows: rows, columns: vocabulary.width)
    for slice in 0..<vocabulary.count {
      try vocabulary.backward(slice, of: slices[slice], rows: rows, into: gradient, scratch: scratch)
    }
    return (loss, gradient)
  }

  /// Loss and gradients of one step.
  static func step(_ model: TrainableModel, _ batch: TokenBatch, step: UInt64 = 0) throws -> (loss: Double, gradients: [Float]) {
    model.clearGradients()
    let (loss, gradient) = try compute(try model.forward(batch, step: step), batch, model.vocabulary)
    try model.backward(gradient)
    return (loss, model.gradients)
  }
}

@Suite struct TrainingGradientTests {
  @Test func everyFamilyHasACase() throws {
    let families = Set(
      try TrainingCase.names.map { try LanguageModel.blueprint(path: Fixtures.path("families/\($0)")).architecture })
    #expect(families == Set(ArchitectureCatalog.all.map(\.name)))
  }

  /// PEFT's gradients in f64. Every factor within 1e-4 of its largest value; f32 in PyTorch itself is up to 4e-5 away.
  @Test(arguments: TrainingCase.names)
  func gradientsAreThoseOfPEFT(_ name: String) throws {
    let test = try TrainingCase(name)
    let model = try test.model()
    let (loss, gradients) = try NextTokenLoss.step(model, test.batch)
    #expect(abs(loss - test.loss) < 1e-4 * test.loss, "loss \(loss), expected \(test.loss)")
    #expect(Set(model.parameters.map(\.name)) == Set(test.gradients.keys))
    for parameter in model.parameters {
      let expected = try #require(test.gradients[parameter.name])
      let scale = expected.map(abs).max() ?? 0
      let worst = zip(gradients[parameter.range], expected).map { $0.isFinite ? abs($0 - $1) : .infinity }.max() ?? .infinity
      #expect(expected.count == parameter.range.count && worst <= 1e-4 * scale, "\(parameter.name): \(worst / scale) of the largest")
    }
  }

  /// New factors on all linear maps are those that PEFT makes: the names, the shapes, and settings that read as the same.
  @Test(arguments: TrainingCase.names)
  func newFactorsAreThoseOfPEFT(_ name: String) throws {
    let test = try TrainingCase(name)
    let model = try TrainableModel(base: test.base, settings: .init(rank: 2, alpha: 3), seed: 1, options: .init())
    let expected = Dictionary(uniqueKeysWithValues: test.adapter.weights.tensors.map { ($0.name, $0.shape) })
    #expect(Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.shape) }) == expected)
    for parameter in model.parameters {
      let values = model.values[parameter.range]
      if parameter.name.contains("lora_B") {
        #expect(values.allSatisfy { $0 == 0 })
      } else {
        let bound = 1 / Float(parameter.shape[1]).squareRoot()
        #expect(values.allSatisfy { abs($0) <= bound } && Set(values).count > 1)
      }
    }
    for module in test.adapter.modules {
      #expect(try model.adapterConfiguration.targets(module), "\(module)")
      #expect(try model.adapterConfiguration.scale(of: module) == 1.5)
    }
  }

  /// Threads, recomputation of all or some layers: no bit differs, with dropout and without.
  @Test(arguments: TrainingCase.names)
  func gradientsHaveTheSameBits(_ name: String) throws {
    let test = try TrainingCase(name)
    for dropout: Float in [0, 0.25] {
      let expected = try NextTokenLoss.step(try test.model(dropout: dropout), test.batch, step: 3)
      for (threads, memory) in [(2, nil), (3, nil), (1, 0), (2, 40_000)] as [(Int, Int?)] {
        let model = try test.model(threads: threads, activationMemory: memory, dropout: dropout)
        for _ in 0..<2 {  // the second time on memory that has been used
          let (loss, gradients) = try NextTokenLoss.step(model, test.batch, step: 3)
          #expect(loss == expected.loss && gradients == expected.gradients, "\(threads) threads, memory \(memory ?? -1), dropout \(dropout)")
        }
      }
    }
  }

  /// What is trained is what is evaluated: hidden states bit for bit those of the decoder with the adapter.
  @Test(arguments: TrainingCase.names)
  func statesAreTheDecoders(_ name: String) throws {
    let test = try TrainingCase(name)
    let trained = try test.model(threads: 2)
    let decoder = try LanguageModel(base: test.base, adapter: test.adapter, options: .init())
    let rows = 0..<test.batch.rows
    let expected = try decoder.hiddenStates(test.batch, threads: 2)
    let states = try trained.hiddenStates(test.batch)
    #expect(rows.allSatisfy { states.row($0) == expected.row($0) })
    let forward = try trained.forward(test.batch, step: 0)
    #expect(rows.allSatisfy { forward.row($0) == expected.row($0) })
    let alone = try decoder.hiddenStates(TokenBatch([test.batch.sequences[1]]), threads: 1)
    #expect(test.batch.sequences[1].indices.allSatisfy { alone.row($0) == expected.row(test.batch.sequences[0].count + $0) })
  }
}

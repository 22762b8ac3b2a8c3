// What a trainable model begins with and refuses, gradients that PEFT has no plain form of, and products in bf16.

import Documents
import Foundation
import Tensors
import Testing
import Tokenization

@testable import Checkpoints
@testable import LanguageModels

@Suite struct TrainableModelTests {
  private func base(_ name: String, _ options: LanguageModel.Options = .init()) throws -> BaseWeights {
    try BaseWeights(try Checkpoint(path: Fixtures.path("families/\(name)")), options: options)
  }

  /// Numbers of about 0.3 in every factor.
  private func filled(_ model: TrainableModel, seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    model.values = (0..<model.valueCount).map { _ in 0.5 * numbers.float() }
  }

  private let batch = TokenBatch([(0..<19).map { Int32(3 + $0 * 11 % 200) }, (0..<8).map { Int32(5 + $0 * 17 % 200) }])

  /// Experts and routers, as older versions of transformers name them, against differences of the loss along each factor's gradient.
  ///
  /// Along its own direction a gradient g's slope is |g|. The loss, about 6, comes from f32 logits: off by some 1e-6; with steps of 5e-4 the
  /// difference is off by some 2e-3, and by the loss's curvature. Where a token changes its experts there is a jump: one side may be spoilt.
  @Test(arguments: [
    ("mixtral", ["w1", "w2", "w3", "gate", "q_proj"]), ("qwen3_moe", ["gate", "up_proj", "down_proj", "o_proj"]),
    ("qwen3_moe_mixed", ["gate", "gate_proj", "up_proj", "v_proj"]),
  ])
  func mixturesAgreeWithDifferences(_ name: String, targets: [String]) throws {
    let settings = LoRASettings(rank: 3, alpha: 6, targets: .modules(.names(targets)))
    let model = try TrainableModel(base: try base(name), settings: settings, seed: 1, options: .init())
    filled(model, seed: 21)
    let start = model.values
    let (middle, gradients) = try NextTokenLoss.step(model, batch)
    func loss(_ values: [Float]) throws -> Double {
      model.values = values
      return try NextTokenLoss.compute(try model.hiddenStates(batch), batch, model.vocabulary).loss
    }
    var checked = 0
    for parameter in model.parameters {
      let length = gradients[parameter.range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      if length < 1e-3 { continue }  // an expert that hardly any token chose
      var (above, below) = (start, start)
      for index in parameter.range {
        let step = Float(5e-4 / length) * gradients[index]
        above[index] += step
        below[index] -= step
      }
      let slopes = [try loss(above) - middle, try middle - loss(below)].map { $0 / 5e-4 }
      #expect(
        slopes.contains { abs($0 - length) < 0.02 * length + 6e-3 }, "\(parameter.name): \(length), by differences \(slopes)")
      checked += 1
    }
    #expect(checked * 4 > model.parameters.count * 3)
    model.values = start
    let expected = try NextTokenLoss.step(model, batch).gradients
    let other = try TrainableModel(base: model.base, settings: settings, seed: 1, options: .init(threads: 3, activationMemory: 0))
    other.values = start
    #expect(try NextTokenLoss.step(other, batch).gradients == expected)
  }

  /// Gradients add up until they are cleared, and a step down the slope lowers the loss.
  @Test func gradientsAddUp() throws {
    let model = try TrainableModel(base: try base("llama3"), settings: .init(rank: 4, alpha: 4), seed: 3, options: .init(threads: 2))
    let (loss, once) = try NextTokenLoss.step(model, batch)
    let (_, gradient) = try NextTokenLoss.compute(try model.forward(batch, step: 1), batch, model.vocabulary)
    try model.backward(gradient)
    // x + x has no rounding.
    #expect(model.gradients == once.map { 2 * $0 })
    model.update { (values: inout MutableSpan<Float>, gradients: inout MutableSpan<Float>) in
      for index in 0..<values.count { values[index] -= 0.05 * gradients[index] }
    }
    #expect(try NextTokenLoss.step(model, batch).loss < loss)
    // With B zero, A has no gradient and B has.
    for parameter in model.parameters {
      #expect(once[parameter.range].allSatisfy { $0 == 0 } == parameter.name.contains("lora_A"), "\(parameter.name)")
    }
  }

  /// The same seed gives the same start, another one another; dropout's masks depend on the step alone.
  @Test func seeds() throws {
    let base = try base("llama3")
    func model(_ seed: UInt64) throws -> TrainableModel {
      try TrainableModel(base: base, settings: .init(rank: 4, alpha: 4, dropout: 0.5), seed: seed, options: .init())
    }
    #expect(try model(1).values == model(1).values)
    #expect(try model(1).values != model(2).values)
    let trained = try model(1)
    filled(trained, seed: 4)
    let first = try NextTokenLoss.step(trained, batch, step: 8)
    #expect(try NextTokenLoss.step(trained, batch, step: 9).loss != first.loss)
    #expect(try NextTokenLoss.step(trained, batch, step: 8).gradients == first.gradients)
  }

  /// Only some layers: what lies below the first of them has no part in the gradient, which is the one of all layers.
  @Test func gradientsOfSomeLayers() throws {
    let base = try base("qwen2")
    let all = try TrainableModel(
      base: base, settings: .init(rank: 2, alpha: 4, targets: .modules(.names(["v_proj", "down_proj"]))), seed: 5, options: .init())
    filled(all, seed: 6)
    var values = all.values
    for parameter in all.parameters where !parameter.name.contains("layers.1.self_attn") {
      if parameter.name.contains("lora_B") { for index in parameter.range { values[index] = 0 } }
    }
    all.values = values
    let expected = try NextTokenLoss.step(all, batch).gradients
    let pattern = try NamePattern(#"model\.layers\.1\.self_attn\.v_proj"#)
    let some = try TrainableModel(
      base: base, settings: .init(rank: 2, alpha: 4, targets: .modules(.pattern(pattern))), seed: 5, options: .init())
    let places = all.parameters.filter { $0.name.contains("layers.1.self_attn") }
    #expect(some.parameters.map(\.name) == places.map(\.name))
    some.values = places.flatMap { values[$0.range] }
    #expect(try NextTokenLoss.step(some, batch).gradients == places.flatMap { expected[$0.range] })
  }

  /// Products in bf16: near those in f32, and the same bits for all threads.
  @Test(arguments: MatrixLibrariesInBuild.names, ["llama3", "phi3", "gemma2"])
  func halfPrecision(_ library: String, name: String) throws {
    let single = try TrainingCase(name)
    let expected = try NextTokenLoss.step(try single.model(), single.batch).gradients
    let test = try TrainingCase(name, options: .init(precision: .bf16, matrixLibrary: library))
    let gradients = try NextTokenLoss.step(try test.model(), test.batch).gradients
    func length(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
    // bf16 has 8 bits: 2^-9 a rounding, some tens of them deep.
    #expect(length(zip(gradients, expected).map { $0 - $1 }) < 0.1 * length(expected))
    #expect(try NextTokenLoss.step(try test.model(threads: 3, activationMemory: 0), test.batch).gradients == gradients)
  }

  /// f32 by another library: the same but for rounding.
  @Test(arguments: MatrixLibrariesInBuild.names)
  func librariesAgree(_ library: String) throws {
    let test = try TrainingCase("gpt2", options: .init(matrixLibrary: library))
    let (loss, gradients) = try NextTokenLoss.step(try test.model(threads: 2), test.batch)
    #expect(abs(loss - test.loss) < 1e-4 * test.loss)
    #expect(try NextTokenLoss.step(try test.model(threads: 1), test.batch).gradients == gradients)
  }

  // MARK: Refusals

  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "nothing was thrown"
    } catch let error as ModelError {
      return "\(error): \(error.cause.map { "\($0)" } ?? "")"
    } catch {
      return "\(error)"
    }
  }

  /// Adapters that are more than plain factors.
  @Test(arguments: [
    ("llama3_dora", "DoRA"), ("llama3_saved_embedding", "saved modules"), ("llama_embedding", "embedding"), ("qwen2_one_layer", "lora_bias"),
    ("gpt_neox_bias", "biases"), ("llama3_tokens", "tokens"),
  ])
  func adaptersThatAreMore(_ name: String, _ word: String) throws {
    let path = Fixtures.path("adapters/\(name)")
    let base = try BaseWeights(try Checkpoint(path: try AdapterCase.base(of: path)), options: .init())
    let text = message { _ = try TrainableModel(base: base, startingFrom: try Adapter(path: path), options: .init()) }
    #expect(text.contains(word) && text.contains("can't be trained") && text.contains(path), "\(text)")
  }

  /// Plain adapters with ranks and scales by pattern, and rank stabilisation, begin as they are.
  @Test(arguments: [
    "llama3_plain", "llama3_rslora_pattern", "qwen2_rank_pattern", "gpt2_plain", "phi3_fused", "opt_350m_projections", "mixtral_attention",
  ])
  func plainAdaptersAreTheStart(_ name: String) throws {
    let path = Fixtures.path("adapters/\(name)")
    let base = try BaseWeights(try Checkpoint(path: try AdapterCase.base(of: path)), options: .init())
    let adapter = try Adapter(path: path)
    let model = try TrainableModel(base: base, startingFrom: adapter, options: .init(threads: 2))
    #expect(model.adapterConfiguration == adapter.configuration)
    let values = model.values
    for tensor in adapter.weights.tensors {
      let parameter = try #require(model.parameters.first { $0.name == tensor.name })
      #expect(parameter.shape == tensor.shape)
      #expect(try Array(values[parameter.range]) == adapter.weights.floats(of: tensor))
    }
    let states = try model.hiddenStates(batch)
    let expected = try LanguageModel(base: base, adapter: adapter, options: .init()).hiddenStates(batch, threads: 1)
    #expect((0..<batch.rows).allSatisfy { states.row($0) == expected.row($0) })
  }

  @Test func targetsThatAreNotThere() throws {
    let base = try base("llama3")
    func refused(_ targets: LoRAConfiguration.Targets, rank: Int = 2, alpha: Float = 1, dropout: Float = 0) -> String {
      message {
        _ = try TrainableModel(
          base: base, settings: .init(rank: rank, alpha: alpha, dropout: dropout, targets: targets), seed: 0, options: .init())
      }
    }
    #expect(refused(.modules(.names(["q_proj", "v_prj"]))).contains(#"did you mean "v_proj"?"#))
    #expect(refused(.modules(.names(["lm_head"]))).contains("lm_head"))
    #expect(refused(.modules(.names(["embed_tokens", "q_proj"]))).contains("embed_tokens"))
    #expect(refused(.modules(.pattern(try NamePattern("model.*q")))).contains("no module of which is a target"))
    #expect(refused(.allLinear, rank: 0).contains(#""r" is 0"#))
    #expect(refused(.allLinear, alpha: .nan).contains(#""lora_alpha" is nan"#))
    #expect(refused(.allLinear, dropout: 1).contains(#""lora_dropout" is 1.0"#))
    let gguf = try BaseWeights(try Checkpoint(path: Fixtures.path("families/llama3.gguf")), options: .init())
    let text = message { _ = try TrainableModel(base: gguf, settings: .init(), seed: 0, options: .init()) }
    #expect(text.contains("a GGUF file can't be trained"), "\(text)")
  }

  @Test func batchesThatDoNotFit() throws {
    let model = try TrainableModel(base: try base("llama3"), settings: .init(rank: 2), seed: 0, options: .init())
    #expect(message { _ = try model.forward(TokenBatch([[1, 100_000]]), step: 0) }.contains("100000"))
    #expect(message { _ = try model.forward(TokenBatch([[-1]]), step: 0) }.contains("-1"))
    let long = TokenBatch([Array(repeating: 1, count: model.blueprint.contextLength + 1)])
    #expect(message { _ = try model.hiddenStates(long) }.contains("context window"))
    let teacher = try LanguageModel(base: model.base, options: .init())
    #expect(message { _ = try teacher.hiddenStates(long, threads: 2) }.contains("context window"))
    // Nothing, and sequences of nothing, are no reason to fail.
    #expect(try model.hiddenStates(TokenBatch([])).rows == 0)
    #expect(try teacher.hiddenStates(TokenBatch([]), threads: 2).rows == 0)
    let gaps = TokenBatch([[], batch.sequences[1], []])
    let states = try model.forward(gaps, step: 0)
    try model.backward(states)
    let expected = try teacher.hiddenStates(gaps, threads: 2)
    // B is zero: the model is its base.
    #expect((0..<gaps.rows).allSatisfy { states.row($0) == expected.row($0) })
  }
}

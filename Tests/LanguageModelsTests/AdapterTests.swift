// Adapters against PEFT: the same logits unmerged and merged, the same bits however they are asked for, and one copy of the base's weights.

import Documents
import Foundation
import Tensors
import Testing

@testable import Checkpoints
@testable import LanguageModels

/// An adapter of `fixtures/adapters` with what PEFT 0.21 makes of it.
struct AdapterCase: Sendable, CustomTestStringConvertible {
  var name: String
  var library: String
  var isMerged: Bool
  var testDescription: String { "\(name), \(library)\(isMerged ? ", merged" : "")" }

  static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("adapters"))) ?? []  // an empty list fails below
    return names.filter { $0 != "refused" }.sorted()
  }()

  static let all = names.flatMap { name in
    MatrixLibrariesInBuild.names.flatMap { library in [false, true].map { AdapterCase(name: name, library: library, isMerged: $0) } }
  }

  var path: String { Fixtures.path("adapters/\(name)") }
  /// The base that the configuration names, relative to `fixtures`.
  static func base(of path: String) throws -> String { Fixtures.path(try #require(try Adapter(path: path).configuration.base)) }

  func model() throws -> LanguageModel {
    try LanguageModel(
      path: try Self.base(of: path), adapter: path, options: .init(threads: 2, matrixLibrary: library, mergesAdapter: isMerged))
  }
}

@Suite struct AdapterTests {
  @Test func thereAreAdapters() { #expect(AdapterCase.names.count >= 20) }

  /// PEFT's logits, in f32 on transformers' model; the design asks for 1e-4.
  @Test(arguments: AdapterCase.all)
  func logitsAgree(_ test: AdapterCase) throws {
    let model = try test.model()
    let reference = try Checkpoint(path: test.path + "/reference.safetensors")
    let ids = try FamilyContract.tokens(reference, "input_ids.0")
    let expected = try reference.floats(of: try #require(reference["logits.0"]))
    let logits = try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count).flatMap { $0 }
    let worst = zip(logits, expected).map { $0.isFinite ? abs($0 - $1) : .infinity }.max() ?? .infinity
    #expect(logits.count == expected.count && worst < 1e-4, "the largest difference is \(worst)")
  }

  /// Step by step, in small passes, on several threads, with and without shared prefixes: no bit differs.
  @Test(arguments: AdapterCase.all)
  func anItemAlwaysHasTheSameBits(_ test: AdapterCase) throws {
    let model = try test.model()
    let ids = try FamilyContract.tokens(try Checkpoint(path: test.path + "/reference.safetensors"), "input_ids.0")
    let whole = try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count)
    let stepwise = try SequenceReader(model, limit: ids.count)
    for (position, id) in ids.enumerated() { #expect(try stepwise.append([id], logitsAt: 0..<1) == [whole[position]], "position \(position)") }

    var random = SeededTokens(seed: 31)
    let groups = random.groups(8, vocabulary: model.blueprint.vocabularySize, context: 1..<12, choice: 1..<6)
    let reference = try Self.scores(model, groups, threads: 1, capacity: 768)
    for (threads, capacity, shares) in [(2, 16, true), (1, 33, false)] {
      #expect(try Self.scores(model, groups, threads: threads, capacity: capacity, shares: shares) == reference, "capacity \(capacity)")
    }
    for index in [0, 5] { #expect(try Self.scores(model, [groups[index]], threads: 1, capacity: 768) == [reference[index]]) }
  }

  private static func scores(
    _ model: LanguageModel, _ groups: [[ScoringRequest]], threads: Int, capacity: Int, shares: Bool = true
  ) throws -> [[ScoredContinuation]] {
    let slots = Slots<[ScoredContinuation]>(count: groups.count)
    try LikelihoodScorer(model, threads: threads, capacity: capacity, sharesPrefixes: shares).score(groups) { slots.set($0, to: $1) }
    return slots.values
  }

  /// bf16 products of the base, the adapter's own in f32: close to f32, and the same merged or not but for rounding.
  @Test(arguments: ["llama3_dora", "phi3_fused"])
  func precisionIsTheBases(_ name: String) throws {
    let path = Fixtures.path("adapters/\(name)")
    let reference = try Checkpoint(path: path + "/reference.safetensors")
    let ids = try FamilyContract.tokens(reference, "input_ids.0")
    let expected = try reference.floats(of: try #require(reference["logits.0"]))
    let model = try LanguageModel(path: try AdapterCase.base(of: path), adapter: path, options: .init(precision: .bf16, threads: 2))
    let logits = try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count).flatMap { $0 }
    let scale = expected.map(abs).max() ?? 1
    // bf16 has 8 bits: 2^-8 a product, a few layers deep.
    #expect(zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity < 0.1 * scale)
  }

  /// Base, base with one adapter and base with another: one copy of what none of them changes.
  @Test(arguments: MatrixLibrariesInBuild.names)
  func modelsShareTheBasesWeights(_ library: String) throws {
    let options = LanguageModel.Options(threads: 1, matrixLibrary: library)
    let base = try BaseWeights(try Checkpoint(path: Fixtures.path("families/llama3")), options: options)
    let plain = try LanguageModel(base: base, options: options)
    let first = try LanguageModel(base: base, adapter: try Adapter(path: Fixtures.path("adapters/llama3_plain")), options: options)
    let second = try LanguageModel(base: base, adapter: try Adapter(path: Fixtures.path("adapters/llama3_dora")), options: options)
    for index in 0..<plain.blueprint.layers.count {
      let layers = try [plain, first, second].map { try $0.decoder.weights.layer(index) }
      for layer in layers.dropFirst() {
        #expect(layer.attention.queryKeyValue.weights as AnyObject === layers[0].attention.queryKeyValue.weights as AnyObject)
        #expect(layer.attention.output.weights as AnyObject === layers[0].attention.output.weights as AnyObject)
      }
      #expect(layers[0].attention.queryKeyValue.change == nil && layers[1].attention.queryKeyValue.change != nil)
    }
    let slices = try [plain, first, second].map { try $0.decoder.weights.vocabularySlice(0) }
    #expect(slices[1].weights as AnyObject === slices[0].weights as AnyObject && slices[2].weights as AnyObject === slices[0].weights as AnyObject)
    let packed = base.bytes
    let third = try LanguageModel(base: base, adapter: try Adapter(path: Fixtures.path("adapters/llama3_rslora_pattern")), options: options)
    for index in 0..<plain.blueprint.layers.count { _ = try third.decoder.weights.layer(index) }
    #expect(base.bytes == packed)

    // Sharing changes no bit.
    let ids = (1..<20).map { Int32($0 * 11) }
    func logits(_ model: LanguageModel) throws -> [[Float]] {
      try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count)
    }
    #expect(try logits(plain) == logits(try LanguageModel(path: Fixtures.path("families/llama3"), options: options)))
    #expect(
      try logits(first)
        == logits(try LanguageModel(path: Fixtures.path("families/llama3"), adapter: Fixtures.path("adapters/llama3_plain"), options: options)))
  }

  /// Names as older versions and other trainers write them.
  @Test func olderSpellingsAreRead() throws {
    let source = Fixtures.path("adapters/llama3_dora")
    let folder = try TemporaryFolder()
    let adapter = try Adapter(path: source)
    let spellings: [(String) -> String] = [
      { String($0.dropFirst("base_model.model.".count)) },
      { $0.replacing("lora_A.weight", with: "lora_A.default.weight").replacing("lora_B.weight", with: "lora_B.default.weight") },
      { $0.replacing("lora_magnitude_vector", with: "lora_magnitude_vector.weight") },
      { $0.replacing("model.model.layers", with: "model._orig_mod.model.layers") },
      { $0.replacing("base_model.model.model.", with: "base_model.model.model.language_model.") },
    ]
    let ids = (1..<20).map { Int32($0 * 11) }
    func logits(_ path: String) throws -> [[Float]] {
      let model = try LanguageModel(path: Fixtures.path("families/llama3"), adapter: path, options: .init())
      return try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count)
    }
    let expected = try logits(source)
    for (index, spelling) in spellings.enumerated() {
      let path = folder.path("spelling\(index)")
      try Files.makeDirectory(path)
      try FileManager.default.copyItem(atPath: source + "/adapter_config.json", toPath: path + "/adapter_config.json")
      let tensors = try adapter.weights.tensors.map {
        NewTensor(name: spelling($0.name), shape: $0.shape, values: .f32(try adapter.weights.floats(of: $0)))
      }
      try SafetensorsWriter.write(tensors, to: path + "/adapter_model.safetensors")
      #expect(try logits(path) == expected, "spelling \(index)")
    }
  }

  /// What the trainer will write is what the reader takes apart.
  @Test func namesAreWrittenAsTheyAreRead() throws {
    for name in AdapterCase.names {
      for tensor in try Adapter(path: Fixtures.path("adapters/\(name)")).weights.tensors where tensor.name.contains(".lora_") {
        let parsed = try #require(AdapterTensorName(tensor.name))
        #expect(parsed.text == tensor.name)
      }
    }
  }

  @Test(arguments: AdapterCase.names)
  func settingsAreWrittenAsTheyAreRead(_ name: String) throws {
    let configuration = try Adapter(path: Fixtures.path("adapters/\(name)")).configuration
    let text = configuration.json.serialized(.indented)
    #expect(try LoRAConfiguration(try JSONValue.parse(text), place: name) == configuration)
  }
}

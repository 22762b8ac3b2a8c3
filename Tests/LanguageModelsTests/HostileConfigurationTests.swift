// Every value of every family's configuration replaced by what it must not be: an error that says so, or a model that runs; never a crash.

import Documents
import Foundation
import Tensors
import Testing

@testable import Checkpoints
@testable import LanguageModels

@Suite struct HostileConfigurationTests {
  static let folders = FamilyTests.checkpoints.filter { !$0.hasSuffix(".gguf") }

  /// What a value is replaced by; nil takes it away.
  private static func mutations(of value: JSONValue) -> [JSONValue?] {
    var all: [JSONValue?] = [nil, .null, 0, -1, 3, .integer(1 << 31), .integer(.max), 0.5, 1e-300, 1e300, true, "x", [], [:]]
    if let number = value.integer { all += [.integer(number &+ 1), .integer(number &* 2)] }
    if let array = value.array {
      all += [.array(array.dropLast()), .array(array + [-1])]
      all += [JSONValue.null, 0, 1e300].map { value in .array(array.map { _ in value }) }
    }
    return all
  }

  /// The configuration with one place changed: the members of objects inside are places of their own.
  private static func variants(_ json: JSONValue) -> [JSONValue] {
    guard let members = json.members else { return [] }
    func rebuilt(_ index: Int, _ value: JSONValue?) -> JSONValue {
      .object(
        of: members.enumerated().compactMap { place, member in
          place == index ? value.map { (member.key, $0) } : (member.key, member.value)
        })
    }
    var all: [JSONValue] = []
    for (index, member) in members.enumerated() {
      all += mutations(of: member.value).map { rebuilt(index, $0) }
      all += variants(member.value).map { rebuilt(index, $0) }
    }
    return all
  }

  @Test(arguments: folders)
  func noConfigurationCrashes(_ name: String) throws {
    let source = Fixtures.path("families/\(name)")
    let folder = try TemporaryFolder()
    for file in ["model.safetensors", "tokenizer.json", "tokenizer_config.json"] where Files.exists("\(source)/\(file)") {
      try FileManager.default.createSymbolicLink(atPath: folder.path(file), withDestinationPath: "\(source)/\(file)")
    }
    let config = URL(filePath: folder.path("config.json"))
    let plain = try LanguageModel.blueprint(path: source)
    var (taken, refused) = (0, 0)
    for variant in Self.variants(try JSONValue.parse(try Files.read(source + "/config.json"), file: name)) {
      try Data(variant.serialized(.indented).utf8).write(to: config)
      do {
        taken += 1
        // What is taken and is another model also runs.
        if try LanguageModel.blueprint(path: folder.path).isSame(as: plain) { continue }
        let model = try LanguageModel(path: folder.path, options: .init(matrixLibrary: "openblas"))
        _ = try SequenceReader(model, limit: min(6, model.blueprint.contextLength)).append([1, 2], logitsAt: 1..<2)
      } catch {
        #expect(!explanation(of: error).isEmpty, "\(variant.serialized()): \(error)")
        (taken, refused) = (taken - 1, refused + 1)
      }
    }
    #expect(taken > 0 && refused > 0)
  }

  static let files = FamilyTests.checkpoints.filter { $0.hasSuffix(".gguf") }

  /// Bytes of GGUF metadata changed, here and there: an error or a model that runs.
  @Test(arguments: files)
  func noMetadataCrashes(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Files.read(Fixtures.path("families/\(name)"))
    let path = folder.path(name)
    // The architecture's own keys stand before the vocabulary.
    let end = Array("tokenizer.ggml".utf8)
    let metadata = (24..<whole.count - end.count).first { whole[$0] == end[0] && whole[$0..<$0 + end.count].elementsEqual(end) } ?? 1024
    var random = SeededTokens(seed: 51)
    for _ in 0..<120 {
      var bytes = whole
      for _ in 0...random.int(in: 0..<2) {
        bytes[random.int(in: 24..<metadata)] = [0, 1, 2, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())][random.int(in: 0..<7)]
      }
      try Data(bytes).write(to: URL(filePath: path))
      do {
        let model = try LanguageModel(path: path, options: .init(matrixLibrary: "openblas"))
        _ = try SequenceReader(model, limit: min(6, model.blueprint.contextLength)).append([1, 2], logitsAt: 1..<2)
      } catch {
        #expect(!explanation(of: error).isEmpty)
      }
    }
  }

  /// Sizes that the files can't have are refused before anything is made of them.
  @Test(arguments: ["mixtral", "qwen3_moe", "stablelm_12b", "llama"])
  func hugeCountsAreRefusedAtOnce(_ name: String) throws {
    let source = Fixtures.path("families/\(name)")
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.path("model.safetensors"), withDestinationPath: source + "/model.safetensors")
    let config = try JSONValue.parse(try Files.read(source + "/config.json"), file: name)
    let huge: [String: JSONValue] = [
      "num_local_experts": .integer(1 << 24), "num_experts": .integer(1 << 24), "num_hidden_layers": 4096, "vocab_size": .integer(1 << 24),
      "num_attention_heads": .integer(1 << 22), "num_key_value_heads": .integer(1 << 22), "hidden_size": .integer(1 << 22), "head_dim": 1,
      "max_position_embeddings": .integer(1 << 24), "intermediate_size": .integer(1 << 24),
    ]
    let members = (config.members ?? []).map { ($0.key, huge[$0.key] ?? $0.value) }
    try Files.write(JSONValue.object(of: members).serialized(.compact), to: folder.path("config.json"))
    let time = ContinuousClock().measure {
      #expect(throws: ModelError.self) {
        let blueprint = try LanguageModel.blueprint(path: folder.path)
        let base = try BaseWeights(try Checkpoint(path: folder.path), options: .init())
        _ = try Decoder(blueprint, reader: WeightReader(base: base), threads: 1)
      }
    }
    #expect(time < .seconds(5), "\(time)")
  }
}

extension DecoderBlueprint {
  fileprivate func isSame(as other: DecoderBlueprint) -> Bool {
    contextLength == other.contextLength && embedding == other.embedding && layers == other.layers && unembedding == other.unembedding
  }
}

// Opening, order, lookup with shapes and nearest names, metadata and digests.

import Checkpoints
import Documents
import Foundation
import Tensors
import Testing

@Suite struct CheckpointTests {
  @Test func shardsAreOneList() throws {
    let folder = Fixtures.path("hostile/folders/legal-shards")
    let checkpoint = try Checkpoint(path: folder)
    // model-1.safetensors holds w, model-2.safetensors holds v: files in the order of their names.
    #expect(checkpoint.tensors.map(\.name) == ["w", "v"])
    #expect(checkpoint.tensors.map { Files.name(of: $0.path) } == ["model-1.safetensors", "model-2.safetensors"])
    #expect(checkpoint.folder == folder)
    #expect(checkpoint.config?["model_type"]?.string == "llama")
    #expect(checkpoint.metadata == nil)
    #expect(checkpoint.parameterCount == 4)
  }

  @Test(arguments: 1...3) func partsOfAGGUFAreOneList(number: Int) throws {
    // The first part holds no tensor, the second b and a, the third c; any part may be named.
    let checkpoint = try Checkpoint(path: Fixtures.path("hostile/gguf/legal-split-0000\(number)-of-00003.gguf"))
    #expect(checkpoint.tensors.map(\.name) == ["b", "a", "c"])
    #expect(checkpoint.fileCount == 3)
    #expect(checkpoint.metadata?.integer("split.no") == 0)
    #expect(checkpoint.parameterCount == 24)
  }

  @Test func aFileThatChangesWhileInUseIsAnErrorAndNoSignal() throws {
    let tensor = NewTensor(name: "w", shape: [4096, 4], values: .f32([Float](repeating: 1, count: 16_384)))
    try Fixtures.withFile(named: "model.safetensors", []) { (path) throws in
      func fails(_ words: String, _ body: () throws -> Void) {
        do {
          try body()
          Issue.record("was read")
        } catch {
          #expect(explanation(of: error).contains(words), "\(explanation(of: error))")
          #expect((error as? CheckpointError)?.severity == .run)
        }
      }
      try SafetensorsWriter.write([tensor], to: path)
      let whole = try Files.read(path)
      let checkpoint = try Checkpoint(path: path)
      let opened = try checkpoint.tensor("w")
      #expect(try checkpoint.floats(of: opened).allSatisfy { $0 == 1 })
      // Cut to a page: what was mapped before could not be touched any more.
      try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 4096)
      fails("had \(whole.count) bytes and now has 4096") { _ = try checkpoint.floats(of: opened) }
      fails("had \(whole.count) bytes and now has 4096") { _ = try checkpoint.weightsDigest() }
      // Written anew in place, with the same length: its time differs.
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      try handle.write(contentsOf: Data(whole))
      try handle.close()
      fails("its bytes were written anew") { _ = try checkpoint.floats(of: opened) }
    }
  }

  @Test func aReplacedFileIsReadAsItWas() throws {
    // Another file under the same name, as a download writes it: the one that was opened is still there.
    try Fixtures.withFile(named: "model.safetensors", []) { (path) throws in
      try SafetensorsWriter.write([NewTensor(name: "w", shape: [2], values: .f32([1, 2]))], to: path)
      let checkpoint = try Checkpoint(path: path)
      try SafetensorsWriter.write([NewTensor(name: "w", shape: [2], values: .f32([3, 4]))], to: path)
      #expect(try checkpoint.floats(of: try checkpoint.tensor("w")) == [1, 2])
    }
  }

  @Test func digestsAreThoseOfTheFiles() throws {
    // sha256sum fixtures/hostile/folders/legal-one-file/{model.safetensors,config.json}
    let one = try Checkpoint(path: Fixtures.path("hostile/folders/legal-one-file"))
    #expect(try one.weightsDigest() == "sha256:2698a97669c07822cf69e98d3f6b7d0ad1018df83fb19aee8921e9b037aae80d")
    #expect(one.configDigest == "sha256:81dddc8c379baae137d99d24c5fa081d3a5ce52b6a221ddc22fe364711f8beaf")
    // (cd fixtures/hostile/folders/legal-shards; for f in model-1 model-2; do echo sha256:$(sha256sum < $f.safetensors | cut -c-64); done | sha256sum)
    let shards = try Checkpoint(path: Fixtures.path("hostile/folders/legal-shards"))
    #expect(try shards.weightsDigest() == "sha256:54ea77187c88c9a9e4601cc3c35231f85c46ac723bf7b81351f895b8c6718890")
  }

  @Test func metadataOfEveryType() throws {
    // The numbers are those of add_metadata in fixtures/generate/gguf_quantization.py: the ends of each type's range.
    let metadata = try #require(try Checkpoint(path: Fixtures.path("quantization/types.gguf")).metadata)
    #expect(metadata.keys.prefix(3) == ["general.architecture", "t.uint8", "t.int8"])
    #expect(metadata.string("general.architecture") == "test")
    #expect(metadata["t.uint8"] == .integer(255))
    #expect(metadata["t.int8"] == .integer(-128))
    #expect(metadata["t.uint16"] == .integer(65535))
    #expect(metadata["t.int16"] == .integer(-32768))
    #expect(metadata.integer("t.uint32") == 4_294_967_295)
    #expect(metadata["t.int32"] == .integer(-2_147_483_648))
    #expect(metadata["t.float32"] == .float(Double(Float(0.1))))
    #expect(metadata.bool("t.bool") == true)
    #expect(metadata.string("t.string") == "grüße")
    #expect(metadata["t.bytes"] == .bytes([0xFF, 0x00, 0x61]))
    #expect(metadata["t.uint64"] == .unsigned(.max))
    #expect(metadata["t.int64"] == .integer(.min))
    #expect(metadata.double("t.float64") == 0.1)
    #expect(metadata.integers("a.uint8") == [0, 255])
    #expect(metadata.integers("a.int8") == [-128, 127])
    #expect(metadata.integers("a.uint16") == [0, 65535])
    #expect(metadata.integers("a.int16") == [-32768, 32767])
    #expect(metadata.integers("a.uint32") == [0, 4_294_967_295])
    #expect(metadata.int32s("a.int32") == [.min, .max])
    #expect(metadata.floats("a.float32")?.map(\.bitPattern) == [Float(0.1).bitPattern, 0x8000_0000])
    #expect(metadata["a.bool"] == .array(.bool([true, false])))
    #expect(metadata.strings("a.strings") == ["a", "", "größe"])
    #expect(metadata.strings("a.bytes") == nil)
    #expect(metadata.byteStrings("a.bytes") == [[0x6F, 0x6B], [0xF0, 0x9F], []])
    #expect(metadata.byteStrings("a.strings") == [[0x61], [], Array("größe".utf8)])
    #expect(metadata["a.uint64"] == .array(.uint64([0, .max])))
    #expect(metadata.integers("a.uint64") == nil)
    #expect(metadata.integers("a.int64") == [.min, .max])
    #expect(metadata["a.float64"] == .array(.float64([0.1])))
  }

  @Test func aMissingNameSuggestsTheNearest() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("quantization/types.gguf"))
    do {
      _ = try checkpoint.root.scope("q4_0").tensor("randon", shape: [6, 256])
      Issue.record("was found")
    } catch {
      #expect(error.problem == .missingTensor("q4_0.randon", nearest: "q4_0.random", count: 19))
      #expect(error.description == "\(checkpoint.path): there is no tensor \"q4_0.randon\"; did you mean \"q4_0.random\"?")
    }
  }

  @Test func aShapeThatDiffersNamesBoth() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("quantization/types.gguf"))
    do {
      _ = try checkpoint.tensor("q4_0.random", shape: [256, 6])
      Issue.record("was accepted")
    } catch {
      #expect(error.problem == .shape(tensor: "q4_0.random", type: .q4_0, found: [6, 256], expected: [256, 6]))
      for word in ["q4_0.random", "[6, 256] (q4_0)", "expected [256, 6]", checkpoint.path] { #expect(error.description.contains(word)) }
    }
  }

  @Test func scopesJoinNames() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("quantization/types.gguf"))
    let scope = checkpoint.root.scope("model", "layers", 11)
    #expect(scope.fullName("self_attn.q_proj.weight") == "model.layers.11.self_attn.q_proj.weight")
    #expect(!scope.contains("self_attn.q_proj.weight"))
    #expect(try scope.optionalTensor("bias", shape: [1])?.name == nil)
    #expect(try checkpoint.root.scope("f32").optionalTensor("random", shape: [6, 256])?.elementType == .f32)
  }

  @Test func integersAreNoWeights() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("hostile/safetensors/legal-odd-bytes.safetensors"))
    #expect(throws: CheckpointError(path: checkpoint.path, problem: .notReal(tensor: "a", type: .u8))) {
      try checkpoint.floats(of: try checkpoint.tensor("a"))
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: FileError(path: "/nonexistent/model.gguf", problem: .notFound)) { try Checkpoint(path: "/nonexistent/model.gguf") }
  }
}

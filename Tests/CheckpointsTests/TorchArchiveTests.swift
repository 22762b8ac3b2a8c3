// Files of torch.save against what PyTorch itself reads from them, bit for bit (fixtures/generate/torch_files.py).

import Checkpoints
import Documents
import Foundation
import Tensors
import Testing

@Suite struct TorchArchiveTests {
  /// What PyTorch says of a tensor.
  struct Expected: Decodable, Sendable {
    var type: String
    var shape: [Int]
    /// The elements as f32, for real numbers.
    var bits: [UInt32]?
  }

  static let golden: [String: [String: Expected]] = {
    do {
      return try JSONDecoder().decode([String: [String: Expected]].self, from: Data(try Fixtures.bytes("torch/golden.json")))
    } catch {
      return [:]  // `everyFileIsCompared` fails then
    }
  }()

  static let types: [String: ElementType] = [
    "float64": .f64, "float32": .f32, "float16": .f16, "bfloat16": .bf16, "int64": .i64, "uint8": .u8, "bool": .bool, "uint16": .u16, "uint32": .u32,
  ]

  @Test func everyFileIsCompared() throws {
    #expect(try Files.list(Fixtures.path("torch")).filter { $0 != "golden.json" } == Self.golden.keys.sorted())
  }

  @Test(arguments: golden.keys.sorted()) func bitsEqualTheReference(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("torch/\(file)"))
    let expected = try #require(Self.golden[file])
    #expect(Set(checkpoint.tensors.map(\.name)) == Set(expected.keys))
    for tensor in checkpoint.tensors {
      let wanted = try #require(expected[tensor.name])
      #expect(tensor.elementType == Self.types[wanted.type], "\(tensor.name)")
      #expect(tensor.shape == wanted.shape, "\(tensor.name)")
      guard let bits = wanted.bits else {
        #expect(throws: CheckpointError(path: tensor.path, problem: .notReal(tensor: tensor.name, type: tensor.elementType))) {
          try checkpoint.floats(of: tensor)
        }
        continue
      }
      #expect(try checkpoint.floats(of: tensor).map(\.bitPattern) == bits, "\(tensor.name)")
      // A part of the rows, before and after what was gathered is given back.
      for _ in 0..<2 where tensor.rowCount > 1 {
        var part = [Float](repeating: 0, count: tensor.rowLength)
        var span = part.mutableSpan
        try checkpoint.dequantize(tensor, rows: 1..<2, into: &span)
        #expect(part.map(\.bitPattern) == bits[tensor.rowLength..<2 * tensor.rowLength].map { $0 }, "\(tensor.name)")
        checkpoint.discard(tensor)
      }
    }
  }

  @Test func bf16OfAViewIsCopiedAsItIs() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("torch/views.bin"))
    let tensor = try checkpoint.tensor("brain", shape: [5, 2])
    var copied = [UInt16](repeating: 0, count: 10)
    var span = copied.mutableSpan
    try checkpoint.copyBFloat16(tensor, rows: 0..<5, into: &span)
    // bf16 is the upper half of the f32 of the same value.
    #expect(copied == Self.golden["views.bin"]?["brain"]?.bits?.map { UInt16($0 >> 16) })
  }

  @Test func theContainerIsSaid() throws {
    #expect(try Checkpoint(path: Fixtures.path("torch/types.bin")).container == .torchArchive)
    #expect(try Checkpoint(path: Fixtures.path("torch/old.bin")).container == .torchLegacy)
    let folder = try Checkpoint(path: Fixtures.path("torch/sharded"))
    #expect(folder.container == .torchArchive)
    #expect(folder.fileCount == 2)
    #expect(folder.config?["model_type"]?.string == "llama")
  }

  @Test func namesThatShareAStorageCountOnce() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("torch/shared.bin"))
    let embed = try checkpoint.tensor("embed", shape: [6, 4])
    #expect(try checkpoint.tensor("head", shape: [6, 4]).byteRange == embed.byteRange)
    // 24 of embed and head, 8 of rows, 17 of tail, 1 of one: the last three are parts with bytes of their own.
    #expect(checkpoint.parameterCount == 24 + 8 + 17 + 1)
  }

  @Test func theDigestIsThatOfTheFile() throws {
    // MANIFEST.json holds the SHA-256 of every fixture.
    struct Manifest: Decodable {
      struct File: Decodable {
        var path: String
        var sha256: String
      }
      var files: [File]
    }
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(try Fixtures.bytes("MANIFEST.json")))
    let entry = try #require(manifest.files.first { $0.path == "torch/types.bin" })
    #expect(try Checkpoint(path: Fixtures.path("torch/types.bin")).weightsDigest() == "sha256:" + entry.sha256)
  }

  /// Opcodes of one byte that each would nest or pile up a value: a million of them take no stack and little memory.
  @Test(arguments: [(UInt8(0x85), "legal"), (UInt8(0x28), "nests deeper"), (UInt8(0x5D), "piles up"), (UInt8(0x32), "piles up")])
  func longPickles(opcode: UInt8, words: String) throws {
    let whole = try Fixtures.bytes("hostile/torch/legal-old.bin")
    // Behind the three small pickles in front of the state dictionary and its protocol mark: an empty tuple, the opcodes, and POP of what is left.
    let start = try #require(whole.indices.first { whole[$0...].starts(with: [0x80, 2, 0x7D, 0x28, 0x58]) }) + 2
    let bytes = whole[..<start] + [0x29] + [UInt8](repeating: opcode, count: 1_100_000) + [0x30] + whole[start...]
    try Fixtures.withFile(named: "model.bin", Array(bytes)) { (path) throws in
      if words == "legal" {
        #expect(try Checkpoint(path: path).tensors.map(\.name) == ["w"])
        return
      }
      do {
        _ = try Checkpoint(path: path)
        Issue.record("was opened")
      } catch {
        #expect(explanation(of: error).contains(words), "\(error)")
      }
    }
  }
}

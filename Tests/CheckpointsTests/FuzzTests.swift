// Damaged files of every container: each opens with tensors that can be read, or is refused with a sentence; none stops the process or takes its memory.

import Checkpoints
import Documents
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct FuzzTests {
  /// Every file of a folder of the fixtures that is small enough to be tried often.
  static func samples(_ folders: String..., ending: String) throws -> [[UInt8]] {
    try folders.flatMap { folder in
      try Files.list(Fixtures.path(folder)).filter { $0.hasSuffix(ending) }.map { try Fixtures.bytes("\(folder)/\($0)") }.filter { $0.count < 20_000 }
    }
  }

  /// Opens a checkpoint and takes all of its numbers.
  static func read(_ path: String) throws {
    let checkpoint = try Checkpoint(path: path)
    for tensor in checkpoint.tensors {
      let size = try #require(Files.size(tensor.path))
      #expect(tensor.byteRange.lowerBound >= 0 && tensor.byteRange.upperBound <= size)
      #expect(tensor.shape.reduce(1, *) == tensor.elementCount)
      if tensor.elementType.isReal { #expect(try checkpoint.floats(of: tensor).count == tensor.elementCount) }
      checkpoint.discard(tensor)
    }
    #expect(try checkpoint.weightsDigest().count == 71)  // "sha256:" and 64 digits
  }

  static func check(_ outcome: FuzzOutcome) {
    // All refused would mean that the samples are bad; all accepted, that nothing was damaged.
    #expect(outcome.accepted > 0 && outcome.accepted < outcome.cases, "\(outcome.accepted) of \(outcome.cases) cases were accepted")
  }

  @Test func safetensors() async {
    await #expect(processExitsWith: .success) {
      let samples = try Self.samples("hostile/safetensors", ending: ".safetensors")
      Self.check(try fuzz("safetensors", file: "model.safetensors", samples: samples) { path, _ in try Self.read(path) })
    }
  }

  @Test func gguf() async {
    await #expect(processExitsWith: .success) {
      let samples = try Self.samples("hostile/gguf", ending: ".gguf")
      Self.check(try fuzz("gguf", file: "model.gguf", samples: samples) { path, _ in try Self.read(path) })
    }
  }

  @Test func torchFiles() async {
    await #expect(processExitsWith: .success) {
      let samples = try Self.samples("torch", "hostile/torch", ending: ".bin")
      // Names and opcodes that change what a pickle means: REDUCE, BUILD, MARK, TUPLE, BINPERSID, DUP, MEMOIZE.
      let tokens = ["R", "b", "(", "t", "Q", "2", "\u{94}", "cos\nsystem\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "\u{85}"]
      Self.check(try fuzz("torch", file: "model.bin", samples: samples, tokens: tokens) { path, _ in try Self.read(path) })
    }
  }

  @Test(arguments: ["config.json", "model.safetensors.index.json"]) func folderFiles(file: String) async {
    // An exit test takes no values from around it; each of the two runs is one.
    if file == "config.json" {
      await #expect(processExitsWith: .success) { try Self.folder("config.json", "hostile/folders/quantized-gptq/config.json") }
    } else {
      await #expect(processExitsWith: .success) {
        try Self.folder("model.safetensors.index.json", "hostile/folders/legal-shards/model.safetensors.index.json")
      }
    }
  }

  static func folder(_ file: String, _ hostile: String) throws {
    let whole = "hostile/folders/legal-shards"
    let samples = [try Fixtures.bytes("\(whole)/\(file)"), try Fixtures.bytes("\(whole)/\(file)"), try Fixtures.bytes(hostile)]
    let tokens = ["quantization_config", "quant_method", "weight_map", "model-1.safetensors", "../", "/dev/zero"]
    let outcome = try fuzz(file, file: file, samples: samples, tokens: tokens) { path, _ in
      let folder = Files.parent(of: path)
      for name in try Files.list(Fixtures.path(whole)) where name != file && !Files.exists("\(folder)/\(name)") {
        try FileManager.default.copyItem(atPath: Fixtures.path("\(whole)/\(name)"), toPath: "\(folder)/\(name)")
      }
      try read(folder)
    }
    check(outcome)
  }
}

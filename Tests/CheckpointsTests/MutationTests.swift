// Thousands of damaged copies of small valid files: each opens with ranges inside the file, or is refused; none stops the process.

import Documents
import Foundation
import Tensors
import Testing

@testable import Checkpoints

@Suite struct MutationTests {
  /// SplitMix64 (Steele, Lea, Flood 2014): the same damage on every run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Bytes with one to four faults: a flipped bit, another byte, 8 bytes of an extreme number, a cut, a repeated or a removed piece.
  static func damaged(_ bytes: [UInt8], upTo end: Int, _ generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard bytes.count > 8 else { return bytes }
      let place = Int.random(in: 0..<min(end, bytes.count - 8), using: &generator)
      switch Int.random(in: 0..<16, using: &generator) {
      case 0..<6: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 6..<10: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 10..<13:
        let extremes: [UInt64] = [0, 1, .max, 1 << 63, 1 << 62, 1 << 32, 1 << 31, 0xFFFF_FFFF, UInt64(bytes.count)]
        let number = extremes.randomElement(using: &generator) ?? 0
        for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(index * 8)) }
      case 13: bytes.removeLast(bytes.count - place)
      case 14: bytes.insert(contentsOf: bytes[place..<place + 8], at: place)
      default: bytes.removeSubrange(place..<place + 8)
      }
    }
    return bytes
  }

  static func check(_ tensors: [TensorEntry], dataStart: Int, fileBytes: Int) {
    for tensor in tensors {
      #expect(tensor.byteRange.lowerBound >= 0 && tensor.byteRange.upperBound <= fileBytes - dataStart)
      #expect(tensor.elementType.byteCount(elements: tensor.elementCount) == tensor.byteRange.count)
      #expect(TensorEntry.elementCount(of: tensor.shape) == tensor.elementCount)
    }
  }

  static func smallSafetensors() -> [UInt8] {
    SafetensorsWriter.bytes(
      of: [
        NewTensor(name: "model.layers.0.up.weight", shape: [2, 3], values: .f32([1, 2, 3, 4, 5, 6])),
        NewTensor(name: "model.norm.weight", shape: [4], values: .bf16([1, 2, 3, 4])),
        NewTensor(name: "scale", shape: [], values: .f32([1])), NewTensor(name: "none", shape: [0, 7], values: .f32([])),
      ], metadata: ["format": "pt", "note": "größe \"x\""])
  }

  @Test func safetensorsHeaders() {
    let valid = Self.smallSafetensors()
    var generator = Generator(state: 1)
    var opened = 0
    for _ in 0..<4000 {
      let bytes = Self.damaged(valid, upTo: valid.count, &generator)
      guard let header = try? SafetensorsHeader(bytes.span, path: "f") else { continue }  // refused is what is wanted
      Self.check(header.tensors, dataStart: header.dataStart, fileBytes: bytes.count)
      opened += 1
    }
    // Some damage hits only the data or a name; without any of it the loop would have tested nothing but the first check.
    #expect(opened > 100 && opened < 3000)
  }

  @Test func ggufHeaders() throws {
    let valid = try Fixtures.bytes("quantization/types.gguf")
    let whole = try GGUFHeader(valid.span, path: "f")
    // The data are cut down to what the first tensor needs, so that a copy is cheap; then all of the header can be damaged.
    var generator = Generator(state: 2)
    var opened = 0
    for _ in 0..<2000 {
      let bytes = Self.damaged(valid, upTo: whole.dataStart, &generator)
      guard let header = try? GGUFHeader(bytes.span, path: "f") else { continue }  // refused is what is wanted
      Self.check(header.tensors, dataStart: header.dataStart, fileBytes: bytes.count)
      opened += 1
    }
    #expect(opened > 50 && opened < 1500)
  }

  /// Through the file system and up to the numbers: what opens can be read.
  @Test func wholeFiles() throws {
    let safetensors = Self.smallSafetensors()
    let gguf = try Fixtures.bytes("hostile/gguf/legal-alignment-8.gguf")
    var generator = Generator(state: 3)
    for round in 0..<300 {
      let bytes = Self.damaged(round % 2 == 0 ? safetensors : gguf, upTo: .max, &generator)
      try Fixtures.withFile(bytes) { (path) throws in
        guard let checkpoint = try? Checkpoint(path: path) else { return }  // refused is what is wanted
        for tensor in checkpoint.tensors where tensor.elementType.isReal {
          #expect(try checkpoint.floats(of: tensor).count == tensor.elementCount)
        }
        #expect(try checkpoint.weightsDigest().count == 71)  // "sha256:" and 64 digits
      }
    }
  }
}

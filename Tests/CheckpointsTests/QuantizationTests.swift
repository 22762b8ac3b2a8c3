// Every element type against PyPI `gguf`'s own dequantisation, bit for bit (fixtures/generate/gguf_quantization.py).

import Checkpoints
import Tensors
import Testing

@Suite struct QuantizationTests {
  static let names =
    ["f32", "f16", "bf16", "f64", "q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "q2_k", "q3_k", "q4_k", "q5_k", "q6_k"].map { "\($0).random" }
    + ["q4_0", "q4_1", "q5_0", "q5_1", "q8_0"].map { "\($0).quantized" }

  let stored: Checkpoint
  let expected: Checkpoint

  init() throws {
    stored = try Checkpoint(path: Fixtures.path("quantization/types.gguf"))
    expected = try Checkpoint(path: Fixtures.path("quantization/expected.safetensors"))
  }

  @Test func everyTensorIsTested() {
    #expect(Set(stored.tensors.map(\.name)) == Set(Self.names))
    #expect(Set(stored.tensors.map(\.elementType)) == Set(ElementType.allCases.filter(\.isReal)))
  }

  @Test(arguments: names) func bitsEqualTheReference(name: String) throws {
    let tensor = try stored.tensor(name, shape: [6, 256])
    let found = try stored.floats(of: tensor).map(\.bitPattern)
    let wanted = try expected.floats(of: try expected.tensor(name, shape: [6, 256])).map(\.bitPattern)
    let differing = zip(found, wanted).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
    #expect(differing.isEmpty, "\(differing.count) of \(wanted.count) elements differ, the first at \(differing.first ?? 0)")
  }

  @Test(arguments: names) func aPartOfTheRowsIsAPartOfTheTensor(name: String) throws {
    let tensor = try stored.tensor(name)
    var part = [Float](repeating: 0, count: 3 * tensor.rowLength)
    var span = part.mutableSpan
    try stored.dequantize(tensor, rows: 2..<5, into: &span)
    let whole = try stored.floats(of: tensor)
    #expect(part.map(\.bitPattern) == whole[2 * 256..<5 * 256].map(\.bitPattern))
  }

  @Test func bf16IsCopiedAsItIs() throws {
    let tensor = try stored.tensor("bf16.random", shape: [6, 256])
    var copied = [UInt16](repeating: 0, count: tensor.elementCount)
    var span = copied.mutableSpan
    try stored.copyBFloat16(tensor, rows: 0..<tensor.rowCount, into: &span)
    // bf16 is the upper half of the f32 of the same value.
    let upperHalves = try expected.floats(of: try expected.tensor("bf16.random")).map { UInt16($0.bitPattern >> 16) }
    #expect(copied == upperHalves)
  }

  @Test func anotherTypeIsNotCopiedAsBF16() throws {
    let tensor = try stored.tensor("f32.random")
    #expect(throws: CheckpointError(path: stored.path, problem: .notBFloat16(tensor: "f32.random", type: .f32))) {
      var copied = [UInt16](repeating: 0, count: tensor.elementCount)
      var span = copied.mutableSpan
      try stored.copyBFloat16(tensor, rows: 0..<tensor.rowCount, into: &span)
    }
  }

  /// Every half-precision number, against the compiler's own conversion.
  @Test func everyHalfIsExact() {
    let bytes = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    var floats = [Float](repeating: 0, count: 65536)
    var span = floats.mutableSpan
    ElementType.f16.decode(bytes.span, into: &span)
    for bits in 0...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = floats[Int(bits)]
      if expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern { Issue.record("\(bits) gives \(found), not \(expected)") }
    }
  }

  /// Block sizes are those of ggml: `GGML_QUANT_SIZES` in PyPI `gguf` 0.19.0.
  @Test(arguments: [
    (ElementType.q4_0, 32, 18), (.q4_1, 32, 20), (.q5_0, 32, 22), (.q5_1, 32, 24), (.q8_0, 32, 34), (.q2_K, 256, 84), (.q3_K, 256, 110),
    (.q4_K, 256, 144), (.q5_K, 256, 176), (.q6_K, 256, 210), (.bf16, 1, 2),
  ])
  func blockSizes(type: ElementType, elements: Int, bytes: Int) {
    #expect(type.blockElements == elements)
    #expect(type.blockBytes == bytes)
    #expect(type.byteCount(elements: 3 * elements) == 3 * bytes)
    #expect(type.byteCount(elements: -elements) == nil)
    #expect(elements == 1 || type.byteCount(elements: elements + 1) == nil)
    #expect(ElementType.f64.byteCount(elements: 1 << 61) == nil)  // 2^64 bytes
  }
}

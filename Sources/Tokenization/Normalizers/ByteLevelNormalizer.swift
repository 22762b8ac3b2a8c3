// Writes each byte of the text as its character of GPT-2's byte alphabet.

struct ByteLevelNormalizer: Normalizer {
  static let typeName = "ByteLevel"
  init(_ config: ComponentConfig) {}

  func normalize(_ text: inout NormalizedText) {
    var result: [UInt8] = []
    result.reserveCapacity(text.bytes.count * 2)
    ByteAlphabet.encode(text.bytes, 0..<text.bytes.count, into: &result)
    text.bytes = result
  }
}

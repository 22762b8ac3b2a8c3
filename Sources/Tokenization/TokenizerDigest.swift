// What a tokenizer's digest is made of: everything that decides which IDs a text gets.

extension Tokenizer {
  /// The material of the tokenizer's digest: settings, then each token with its ID, then what the model merges, in a fixed order.
  ///
  /// Two tokenizers with equal material encode and decode equally. Files that differ only in layout have equal material.
  public func digestInput() -> [UInt8] {
    var result = Array(settings.utf8)
    result.append(0)
    let vocabulary = model.vocabulary
    for id in 0..<Int32(vocabulary.upperBound) {
      guard let token = vocabulary.token(id) else { continue }
      appendNumber(id, to: &result)
      appendNumber(Int32(token.count), to: &result)
      result += token
    }
    result += model.digestInput()
    return result
  }
}

/// Appends a number as four bytes, the lowest first.
func appendNumber(_ number: Int32, to bytes: inout [UInt8]) {
  for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> Int32(shift))) }
}

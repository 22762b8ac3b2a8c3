// Replaces every match of a fixed text or a pattern by a fixed text: as a normaliser, and as a decoder token by token.

struct Replace: Normalizer, Decoder {
  static let typeName = "Replace"
  let pattern: TextPattern
  let content: [UInt8]

  init(_ config: ComponentConfig) throws(TokenizerError) {
    pattern = try config.pattern("pattern")
    content = Array(try config.string("content").utf8)
  }

  init(_ text: String, by content: String) {
    pattern = .literal(Array(text.utf8))
    self.content = Array(content.utf8)
  }

  func normalize(_ text: inout NormalizedText) throws(RunawayPattern) {
    let bytes = text.bytes
    if bytes.isEmpty { return }
    var firstMatch: Range<Int>?
    try pattern.matches(in: bytes, 0..<bytes.count) { if firstMatch == nil { firstMatch = $0 } }
    // The replacement stems from the last character that it replaces.
    if let match = firstMatch, match.lowerBound == 0, !match.isEmpty, content.isEmpty || match.count > scalarWidth(bytes[0]) {
      text.isAtOrigin = false
    }
    text.bytes = try replaceAll(pattern, in: bytes, by: content)
  }

  func decode(_ tokens: inout [[UInt8]]) throws(RunawayPattern) {
    for index in tokens.indices where !tokens[index].isEmpty { tokens[index] = try replaceAll(pattern, in: tokens[index], by: content) }
  }
}

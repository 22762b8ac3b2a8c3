// SentencePiece's own normalisation (nmt_nfkc and its like), grapheme by grapheme, as the reference applies it.

internal import Documents

struct Precompiled: Normalizer {
  static let typeName = "Precompiled"
  /// Longer graphemes are only mapped scalar by scalar.
  private static let longestGrapheme = 5

  let map: CharacterMap

  init(_ config: ComponentConfig) throws(TokenizerError) {
    let member = try config.required("precompiled_charsmap")
    guard let bytes = base64Decoded(Array(try member.string().utf8)) else {
      throw member.error(.wrongKind(found: "something else", expected: "a character map in base 64"))
    }
    guard let map = CharacterMap(bytes) else {
      throw member.error(.wrongKind(found: "\(bytes.count) bytes that contradict each other", expected: "a character map"))
    }
    self.map = map
  }

  /// The form of the shortest match replaces a whole grapheme: strange, and what the reference does.
  func normalize(_ text: inout NormalizedText) {
    let bytes = text.bytes
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      if Self.standsAlone(bytes, position) {
        write(bytes, position..<position + 1, into: &result)
        position += 1
        continue
      }
      // Two ASCII characters are never in one grapheme, but for CR LF.
      var end = position + 1
      while end < bytes.count, !(bytes[end - 1] < 0x80 && bytes[end] < 0x80 && !(bytes[end - 1] == 0x0D && bytes[end] == 0x0A)) { end += 1 }
      for grapheme in String(decoding: bytes[position..<end], as: UTF8.self) {
        let count = grapheme.utf8.count
        write(bytes, position..<position + count, into: &result)
        position += count
      }
    }
    text.bytes = result
  }

  /// Whether the ASCII character at `position` is a grapheme by itself.
  private static func standsAlone(_ bytes: [UInt8], _ position: Int) -> Bool {
    guard bytes[position] < 0x80 else { return false }
    guard position + 1 < bytes.count else { return true }
    return bytes[position + 1] < 0x80 && !(bytes[position] == 0x0D && bytes[position + 1] == 0x0A)
  }

  private func write(_ bytes: [UInt8], _ grapheme: Range<Int>, into result: inout [UInt8]) {
    if grapheme.count <= Self.longestGrapheme, let form = map.form(bytes, grapheme) {
      result += form
      return
    }
    var position = grapheme.lowerBound
    while position < grapheme.upperBound {
      let end = position + scalarWidth(bytes[position])
      result += map.form(bytes, position..<end) ?? bytes[position..<end]
      position = end
    }
  }
}

// SentencePiece's precompiled character map: a double-array trie from texts to their normal form.

/// Normal forms of short texts, as SentencePiece's `normalizer.cc` stores them: the trie's size in bytes, its units of 32 bits, and the normal
/// forms, each with a zero byte behind it. All numbers are little-endian. The units are those of the library Darts-clone.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let forms: [UInt8]

  /// - Returns: nil where the sizes contradict each other or the normal forms are no UTF-8.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let size = Int(Self.number(bytes, 0))
    guard size > 0, size % 4 == 0, size <= bytes.count - 4 else { return nil }
    units = stride(from: 4, to: 4 + size, by: 4).map { Self.number(bytes, $0) }
    forms = Array(bytes[(4 + size)...])
    if String(validating: forms, as: UTF8.self) == nil { return nil }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }

  /// The normal form of the shortest text in the map that `bytes[range]` begins with, or nil.
  func form(_ bytes: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8>? {
    var node = Self.offset(units[0])
    for byte in bytes[range] {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
      node ^= Self.offset(unit)
      if unit >> 8 & 1 == 1 {
        guard node < units.count else { return nil }
        return form(at: Int(units[node] & 0x7FFF_FFFF))
      }
    }
    return nil
  }

  private func form(at start: Int) -> ArraySlice<UInt8>? {
    // A form that began inside of a character would not be text.
    guard start < forms.count, forms[start] & 0xC0 != 0x80 else { return nil }
    let end = forms[start...].firstIndex(of: 0) ?? forms.count
    return forms[start..<end]
  }

  private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }
}

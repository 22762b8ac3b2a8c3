// GPT-2's pattern by hand, some ten times faster than the pattern engine; a test holds the two equal.

/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`; its matches cover the text without gaps.
enum GPT2Scanner {
  private enum Kind: UInt8 { case letter, number, space, other }

  private static let asciiKinds: [Kind] = (UInt32(0)..<128).map(computedKind)

  private static func computedKind(_ value: UInt32) -> Kind {
    if ScalarProperties.isWhiteSpace(value) { return .space }
    let category = ScalarProperties.category(value)
    return !category.isDisjoint(with: .letter) ? .letter : !category.isDisjoint(with: .number) ? .number : .other
  }

  static func split(_ bytes: [UInt8], _ start: Int, _ end: Int, _ part: (Int, Int) -> Void) {
    let asciiKinds = asciiKinds
    func kind(at position: Int) -> (Kind, Int) {
      let byte = bytes[position]
      if byte < 0x80 { return (asciiKinds[Int(byte)], 1) }
      let (value, width) = scalar(bytes, at: position)
      return (computedKind(value), width)
    }
    var position = start
    while position < end {
      let from = position
      if bytes[position] == UInt8(ascii: "'"), let width = contraction(bytes, position, end) {
        position += width
        part(from, position)
        continue
      }
      var (first, width) = kind(at: position)
      if bytes[position] == 0x20, position + 1 < end, case (let next, let nextWidth) = kind(at: position + 1), next != .space {
        (first, width) = (next, nextWidth + 1)
      }
      position += width
      var lastWidth = width
      while position < end {
        let (next, width) = kind(at: position)
        if next != first { break }
        position += width
        lastWidth = width
      }
      // White space before a word leaves its last scalar to the word, or to stand alone.
      if first == .space, position < end, position - lastWidth > from { position -= lastWidth }
      part(from, position)
    }
  }

  private static func contraction(_ bytes: [UInt8], _ position: Int, _ end: Int) -> Int? {
    guard position + 1 < end else { return nil }
    switch bytes[position + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return position + 2 < end && bytes[position + 2] == UInt8(ascii: "e") ? 3 : nil
    case UInt8(ascii: "l"): return position + 2 < end && bytes[position + 2] == UInt8(ascii: "l") ? 3 : nil
    default: return nil
    }
  }
}

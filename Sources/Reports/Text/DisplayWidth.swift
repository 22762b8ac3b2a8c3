// How many columns a text takes on a terminal: 2 for wide East Asian characters and emoji, 0 for marks.

/// Columns on a terminal, by Unicode's East Asian Width (UAX #11) and emoji presentation.
enum DisplayWidth {
  /// Wide and fullwidth ranges of Unicode 14 that are not emoji, joined over unassigned code points.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F265,
    0x20000...0x3FFFD,
  ]

  static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

  /// A character is as wide as its widest scalar, so that an emoji made of several takes two columns.
  static func of(_ character: Character) -> Int {
    if let ascii = character.asciiValue { return ascii >= 0x20 && ascii != 0x7F ? 1 : 0 }
    var width = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F { return 2 }
      width = max(width, of(scalar))
    }
    return width
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.properties.generalCategory == .control ? 0 : 1 }
    if scalar.properties.isEmojiPresentation { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
  }

  /// The text cut to a number of columns; a cut is marked with `…`.
  static func cut(_ text: String, to columns: Int) -> String {
    var result = ""
    var kept = ""
    var width = 0
    for character in text {
      width += of(character)
      if width > columns { return columns > 0 ? kept + "…" : "" }
      result.append(character)
      // Still short enough for the mark to follow.
      if width < columns { kept = result }
    }
    return result
  }

  /// The text cut or filled with spaces to a number of columns.
  static func fit(_ text: String, to columns: Int, alignedRight: Bool = false) -> String {
    let cut = cut(text, to: columns)
    let space = String(repeating: " ", count: max(0, columns - of(cut)))
    return alignedRight ? space + cut : cut + space
  }
}

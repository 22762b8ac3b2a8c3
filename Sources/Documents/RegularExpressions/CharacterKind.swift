// `\d`, `\s`, `\w` of Python, by Unicode or by ASCII, and letters that differ by case alone.

/// A kind of code points as Python's `str` methods and `re` have it.
public enum CharacterKind: Sendable {
  case digit, space, word
  case asciiDigit, asciiSpace, asciiWord

  public func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .digit: scalar.isASCII ? Self.isASCIIDigit(scalar) : scalar.properties.generalCategory == .decimalNumber
    case .space: Self.isSpace(scalar)
    case .word: Self.isWord(scalar)
    case .asciiDigit: Self.isASCIIDigit(scalar)
    case .asciiSpace: (0x09...0x0D).contains(scalar.value) || scalar == " "
    case .asciiWord: scalar.isASCII && Self.isWord(scalar)
    }
  }

  private static func isASCIIDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

  /// `str.isspace` of one code point.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// `str.isalnum` of one code point, or the underscore.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    case 0..<0x80: false
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
      default: scalar.properties.numericType != nil
      }
    }
  }

  /// The letter of ASCII that differs by case, if the code point is one.
  static func asciiRelative(_ value: UInt32) -> UInt32? {
    switch value {
    case 0x41...0x5A, 0x61...0x7A: value ^ 0x20
    default: nil
    }
  }

  /// The lower case of one code point by itself (Unicode's simple mapping).
  static func lower(_ value: UInt32) -> UInt32 {
    if value < 0x80 { return (0x41...0x5A).contains(value) ? value | 0x20 : value }
    // The only capital whose full mapping is longer than its simple one.
    if value == 0x130 { return 0x69 }
    return single(Unicode.Scalar(value)?.properties.lowercaseMapping) ?? value
  }

  private static func upper(_ value: UInt32) -> UInt32 {
    if value < 0x80 { return (0x61...0x7A).contains(value) ? value & 0xDF : value }
    return single(Unicode.Scalar(value)?.properties.uppercaseMapping) ?? value
  }

  private static func single(_ mapping: String?) -> UInt32? {
    guard let scalars = mapping?.unicodeScalars, scalars.count == 1 else { return nil }
    return scalars.first?.value
  }

  /// Code points that a search regardless of case takes for this one: its lower case, and others with the same capital.
  static func relatives(_ value: UInt32) -> [UInt32] {
    let lower = lower(value)
    let upper = upper(lower)
    var found = [lower, upper]
    // Letters that share a capital with another small letter: micro sign, dotless i, long s, kelvin and angstrom signs, final sigma, ...
    for group in sharedCapitals where group.contains(lower) || group.contains(value) { found += group }
    return found
  }

  /// Small and capital letters that count as one (CPython's `_EXTRA_CASES` with their capitals).
  private static let sharedCapitals: [[UInt32]] = [
    [0x69, 0x131, 0x49, 0x130], [0x73, 0x17F, 0x53], [0xB5, 0x3BC, 0x39C], [0x345, 0x3B9, 0x1FBE, 0x399], [0x390, 0x1FD3], [0x3B0, 0x1FE3],
    [0x3B2, 0x3D0, 0x392], [0x3B5, 0x3F5, 0x395], [0x3B8, 0x3D1, 0x398, 0x3F4], [0x3BA, 0x3F0, 0x39A], [0x3C0, 0x3D6, 0x3A0],
    [0x3C1, 0x3F1, 0x3A1], [0x3C2, 0x3C3, 0x3A3], [0x3C6, 0x3D5, 0x3A6], [0x1E61, 0x1E9B, 0x1E60], [0x6B, 0x4B, 0x212A], [0xE5, 0xC5, 0x212B],
    [0x3C9, 0x3A9, 0x2126], [0xFB05, 0xFB06],
  ]
}

// What kind of scalar: general categories and the other Unicode properties that tokenizers ask for, at the versions the reference uses.

/// A set of general categories, a bit each.
struct CategorySet: OptionSet, Sendable, Hashable {
  var rawValue: UInt32

  static let uppercaseLetter = CategorySet(rawValue: 1 << 0)
  static let lowercaseLetter = CategorySet(rawValue: 1 << 1)
  static let titlecaseLetter = CategorySet(rawValue: 1 << 2)
  static let modifierLetter = CategorySet(rawValue: 1 << 3)
  static let otherLetter = CategorySet(rawValue: 1 << 4)
  static let nonspacingMark = CategorySet(rawValue: 1 << 5)
  static let spacingMark = CategorySet(rawValue: 1 << 6)
  static let enclosingMark = CategorySet(rawValue: 1 << 7)
  static let decimalNumber = CategorySet(rawValue: 1 << 8)
  static let letterNumber = CategorySet(rawValue: 1 << 9)
  static let otherNumber = CategorySet(rawValue: 1 << 10)
  static let connectorPunctuation = CategorySet(rawValue: 1 << 11)
  static let dashPunctuation = CategorySet(rawValue: 1 << 12)
  static let openPunctuation = CategorySet(rawValue: 1 << 13)
  static let closePunctuation = CategorySet(rawValue: 1 << 14)
  static let initialPunctuation = CategorySet(rawValue: 1 << 15)
  static let finalPunctuation = CategorySet(rawValue: 1 << 16)
  static let otherPunctuation = CategorySet(rawValue: 1 << 17)
  static let mathSymbol = CategorySet(rawValue: 1 << 18)
  static let currencySymbol = CategorySet(rawValue: 1 << 19)
  static let modifierSymbol = CategorySet(rawValue: 1 << 20)
  static let otherSymbol = CategorySet(rawValue: 1 << 21)
  static let spaceSeparator = CategorySet(rawValue: 1 << 22)
  static let lineSeparator = CategorySet(rawValue: 1 << 23)
  static let paragraphSeparator = CategorySet(rawValue: 1 << 24)
  static let control = CategorySet(rawValue: 1 << 25)
  static let format = CategorySet(rawValue: 1 << 26)
  static let surrogate = CategorySet(rawValue: 1 << 27)
  static let privateUse = CategorySet(rawValue: 1 << 28)
  static let unassigned = CategorySet(rawValue: 1 << 29)

  static let letter: CategorySet = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
  static let mark: CategorySet = [.nonspacingMark, .spacingMark, .enclosingMark]
  static let number: CategorySet = [.decimalNumber, .letterNumber, .otherNumber]
  static let punctuation: CategorySet = [
    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation,
  ]
  static let symbol: CategorySet = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
  static let separator: CategorySet = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
  static let other: CategorySet = [.control, .format, .surrogate, .privateUse, .unassigned]

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ category: Unicode.GeneralCategory) {
    self =
      switch category {
      case .uppercaseLetter: .uppercaseLetter
      case .lowercaseLetter: .lowercaseLetter
      case .titlecaseLetter: .titlecaseLetter
      case .modifierLetter: .modifierLetter
      case .otherLetter: .otherLetter
      case .nonspacingMark: .nonspacingMark
      case .spacingMark: .spacingMark
      case .enclosingMark: .enclosingMark
      case .decimalNumber: .decimalNumber
      case .letterNumber: .letterNumber
      case .otherNumber: .otherNumber
      case .connectorPunctuation: .connectorPunctuation
      case .dashPunctuation: .dashPunctuation
      case .openPunctuation: .openPunctuation
      case .closePunctuation: .closePunctuation
      case .initialPunctuation: .initialPunctuation
      case .finalPunctuation: .finalPunctuation
      case .otherPunctuation: .otherPunctuation
      case .mathSymbol: .mathSymbol
      case .currencySymbol: .currencySymbol
      case .modifierSymbol: .modifierSymbol
      case .otherSymbol: .otherSymbol
      case .spaceSeparator: .spaceSeparator
      case .lineSeparator: .lineSeparator
      case .paragraphSeparator: .paragraphSeparator
      case .control: .control
      case .format: .format
      case .surrogate: .surrogate
      case .privateUse: .privateUse
      case .unassigned: .unassigned
      @unknown default: .unassigned
      }
  }

  /// The sets that `\p{...}` names, by the names of the Unicode standard.
  static let named: [String: CategorySet] = [
    "L": .letter, "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter, "Lo": .otherLetter,
    "M": .mark, "Mn": .nonspacingMark, "Mc": .spacingMark, "Me": .enclosingMark,
    "N": .number, "Nd": .decimalNumber, "Nl": .letterNumber, "No": .otherNumber,
    "P": .punctuation, "Pc": .connectorPunctuation, "Pd": .dashPunctuation, "Ps": .openPunctuation, "Pe": .closePunctuation,
    "Pi": .initialPunctuation, "Pf": .finalPunctuation, "Po": .otherPunctuation,
    "S": .symbol, "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol,
    "Z": .separator, "Zs": .spaceSeparator, "Zl": .lineSeparator, "Zp": .paragraphSeparator,
    "C": .other, "Cc": .control, "Cf": .format, "Cs": .surrogate, "Co": .privateUse, "Cn": .unassigned,
    "Letter": .letter, "Mark": .mark, "Number": .number, "Punctuation": .punctuation, "Symbol": .symbol, "Separator": .separator,
    "Other": .other,
  ]
}

/// Scalar properties as PyPI `tokenizers` 0.23.3 sees them: each of its libraries carries a Unicode version of its own, found by asking it about
/// every scalar. A scalar that is younger than the library's version is unassigned there.
enum ScalarProperties {
  /// The general category in split patterns (Oniguruma: Unicode 16).
  static func category(_ value: UInt32) -> CategorySet {
    value < 0x10000 ? CategorySet(rawValue: 1 << UInt32(planeZero[Int(value)])) : computedCategory(value)
  }

  private static let planeZero: [UInt8] = (0..<UInt32(0x10000)).map { UInt8(computedCategory($0).rawValue.trailingZeroBitCount) }

  static func computedCategory(_ value: UInt32) -> CategorySet {
    if value == 0x295 { return .lowercaseLetter }  // U+0295 became Lo in Unicode 17
    return category(value, upTo: 16)
  }

  /// The general category of a scalar, unassigned if it is younger than a major version of Unicode.
  private static func category(_ value: UInt32, upTo major: Int) -> CategorySet {
    guard let properties = Unicode.Scalar(value)?.properties else { return .surrogate }
    let category = properties.generalCategory
    if let age = properties.age, age.major > major { return .unassigned }
    return CategorySet(category)
  }

  /// White space: the Unicode property, the same in Oniguruma's `\s`, Rust's `\s` and `char::is_whitespace`.
  static func isWhiteSpace(_ value: UInt32) -> Bool {
    switch value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// `\w` in split patterns. Oniguruma counts the superscripts and fractions of Latin-1 in.
  static func isPatternWord(_ value: UInt32) -> Bool {
    switch value {
    case 0xB2, 0xB3, 0xB9, 0xBC...0xBE: return true
    default: return isWord(value, joiners: false)
    }
  }

  /// `\w` of Rust's `regex` (Unicode 16), which splits by the `Whitespace` pre-tokenizer and guards `single_word` tokens.
  static func isRustWord(_ value: UInt32) -> Bool { isWord(value, joiners: true) }

  /// Letters, marks, decimal digits, connectors and what else is alphabetic; joiners if they count.
  static func isWord(_ value: UInt32, joiners: Bool) -> Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
    case 0..<0x80: return false
    default: break
    }
    let category = category(value)
    if category == .unassigned { return false }
    if !category.isDisjoint(with: [.letter, .mark, .decimalNumber, .connectorPunctuation]) { return true }
    guard let properties = Unicode.Scalar(value)?.properties else { return false }
    return properties.isAlphabetic || (joiners && properties.isJoinControl)
  }

  /// Rust's `char::is_numeric` (Unicode 17): any number.
  static func isNumeric(_ value: UInt32) -> Bool {
    if value < 0x80 { return value >= 0x30 && value <= 0x39 }
    return !category(value, upTo: 17).isDisjoint(with: .number)
  }

  /// Punctuation as the crate `unicode_categories` has it (Unicode 8), and all ASCII punctuation and symbols.
  static func isPunctuation(_ value: UInt32) -> Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    case 0...0x7F: false
    case 0x166D, 0x111C9: true
    default: !category(value, upTo: 8).isDisjoint(with: .punctuation)
    }
  }

  /// A combining mark as the crate `unicode-normalization-alignments` has it (Unicode 9): what `StripAccents` removes.
  static func isCombiningMark(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x300, 0x111C9: false
    case 0x1CF2, 0x1CF3: true
    default: !category(value, upTo: 9).isDisjoint(with: .mark)
    }
  }

  /// A non-spacing mark as `unicode_categories` has it (Unicode 8): what `BertNormalizer` removes as an accent.
  static func isNonspacingMark(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x300, 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    case 0x1734, 0x1171E: true
    default: category(value, upTo: 8) == .nonspacingMark
    }
  }

  /// Control, format, private use (Unicode 8, unassigned left out): what `BertNormalizer` cleans away, besides U+0000 and U+FFFD.
  static func isBertControl(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0A, 0x0D: false
    case 0x20..<0x7F: false
    default: !category(value, upTo: 8).isDisjoint(with: [.control, .format, .privateUse])
    }
  }

  /// The canonical combining class in Unicode 9, 0 for younger scalars.
  static func combiningClass(_ value: UInt32) -> UInt8 {
    guard value >= 0x300, let properties = Unicode.Scalar(value)?.properties else { return 0 }
    let combiningClass = properties.canonicalCombiningClass.rawValue
    if combiningClass != 0, let age = properties.age, age.major > 9 { return 0 }
    return combiningClass
  }

  /// Han in Unicode 16, for `\p{Han}`; the standard library has no scripts.
  static let han: [ClosedRange<UInt32>] = [
    0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF,
    0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9, 0x16FE2...0x16FE3, 0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739,
    0x2B740...0x2B81D, 0x2B820...0x2CEA1, 0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D, 0x30000...0x3134A, 0x31350...0x323AF,
  ]
}

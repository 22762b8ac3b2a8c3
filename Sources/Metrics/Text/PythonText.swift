// Text as Python's str has it: lists of code points, its white space, its lower case.

/// What the reference implementations take from Python's `str` and `re`. Swift's `String` compares and counts grapheme clusters instead.
///
/// Python 3.11 has Unicode 14, Swift 6.3 a later one: characters that came since then can differ.
enum PythonText {
  /// Whether `str.split()`, `str.strip()` and `\s` take the character for white space.
  static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// Whether `\w` takes the character for one of a word.
  static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": return true
      default: return false
      }
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return scalar.properties.numericType != nil
    }
  }

  /// The 32 characters of `string.punctuation`.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// The pieces between runs of white space, none of them empty, as `str.split()`.
  static func words(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] { text.split(whereSeparator: isWhiteSpace) }

  /// The text in lower case, as `str.lower()`: the full mapping, with a sigma at the end of a word as such.
  static func lowercased(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for (index, scalar) in text.enumerated() {
      if scalar.isASCII {
        let isCapital = ("A"..."Z").contains(scalar)
        result.append(isCapital ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value | 0x20)) : scalar)
      } else if scalar == "\u{3A3}" {
        result.append(isFinalSigma(text, at: index) ? "\u{3C2}" : "\u{3C3}")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return result
  }

  /// Unicode's Final_Sigma: a cased letter before it and none after it, whatever is case-ignorable between them.
  private static func isFinalSigma(_ text: [Unicode.Scalar], at index: Int) -> Bool {
    func isCased(_ place: Int?) -> Bool { place.map { text[$0].properties.isCased } ?? false }
    let before = text[..<index].lastIndex { !$0.properties.isCaseIgnorable }
    let after = text[(index + 1)...].firstIndex { !$0.properties.isCaseIgnorable }
    return isCased(before) && !isCased(after)
  }
}

extension String {
  /// The text as Python sees it.
  var codePoints: [Unicode.Scalar] { Array(unicodeScalars) }
}

extension PythonText {
  /// The text with each occurrence replaced, from left to right, as `str.replace`.
  static func replacing(_ part: String, with replacement: String, in text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let part = part.codePoints
    guard let first = part.first, text.contains(first) else { return text }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == first, text[index...].starts(with: part) {
        result.append(contentsOf: replacement.unicodeScalars)
        index += part.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}

extension String {
  init(_ codePoints: some Sequence<Unicode.Scalar>) {
    self.init()
    unicodeScalars.append(contentsOf: codePoints)
  }
}

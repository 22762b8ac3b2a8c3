// How BLEU splits a text into words: sacreBLEU's tokenizers.

/// sacreBLEU's ways to split texts.
public enum BLEUTokenizer: String, Sendable, Hashable, CaseIterable {
  /// WMT's mteval-v13a: punctuation apart, but points and commas inside numbers stay.
  case v13a = "13a"
  /// mteval-v14's international rules: Unicode's punctuation and symbols apart.
  case international = "intl"
  /// A word each character.
  case character = "char"
  /// White space alone.
  case none

  /// The words of a text, none of them empty, as sacreBLEU 2.6 (`sacrebleu/tokenizers`) has them.
  func words(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    switch self {
    case .v13a: PythonText.words(Self.v13a(text))
    case .international: PythonText.words(Self.international(text))
    case .character: text.indices.filter { !PythonText.isWhiteSpace(text[$0]) }.map { text[$0...$0] }
    case .none: PythonText.words(text)
    }
  }

  private static func v13a(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var line = PythonText.replacing("<skipped>", with: "", in: text)
    line = PythonText.replacing("-\n", with: "", in: line)
    line = PythonText.replacing("\n", with: " ", in: line)
    for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
      line = PythonText.replacing(entity, with: character, in: line)
    }
    line = [" "] + line + [" "]
    line = apart(line) { isThirteenSymbol($0) }
    line = pairs(line, { !isDigit($0) }, isPointOrComma, spaces: .behindBoth)
    line = pairs(line, isPointOrComma, { !isDigit($0) }, spaces: .beforeBoth)
    return pairs(line, isDigit, { $0 == "-" }, spaces: .behindBoth)
  }

  private static func international(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var line = pairs(text, { !isNumber($0) }, isPunctuation, spaces: .behindBoth)
    line = pairs(line, isPunctuation, { !isNumber($0) }, spaces: .beforeBoth)
    return apart(line, isSymbol)
  }

  // MARK: - Substitutions

  /// A space on both sides of each of these characters.
  private static func apart(_ text: [Unicode.Scalar], _ isApart: (Unicode.Scalar) -> Bool) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count * 2)
    for scalar in text { if isApart(scalar) { result.append(contentsOf: [" ", scalar, " "]) } else { result.append(scalar) } }
    return result
  }

  private enum Spaces { case behindBoth, beforeBoth }

  /// Puts spaces at each pair of such neighbours, from left to right; a character is in one pair at most.
  private static func pairs(
    _ text: [Unicode.Scalar], _ isFirst: (Unicode.Scalar) -> Bool, _ isSecond: (Unicode.Scalar) -> Bool, spaces: Spaces
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count * 2)
    var index = 0
    while index < text.count {
      if index + 1 < text.count, isFirst(text[index]), isSecond(text[index + 1]) {
        let (first, second) = (text[index], text[index + 1])
        result.append(contentsOf: spaces == .behindBoth ? [first, " ", second, " "] : [" ", first, " ", second])
        index += 2
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  // MARK: - Classes

  private static func isPointOrComma(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// `[\{-\~\[-\` -\&\(-\+\:-\@\/]`: ASCII's punctuation and the space, without apostrophe, comma, hyphen and point.
  private static func isThirteenSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x26, 0x28...0x2B, 0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation: true
    default: false
    }
  }

  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
    default: false
    }
  }
}

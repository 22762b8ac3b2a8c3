// A text as ROUGE sees it: lines of tokens.

/// Numbers the tokens of texts that are compared, or their stems.
struct RougeVocabulary {
  private var table: TokenTable
  private var stemmer: PorterStemmer?

  /// - Parameter bytes: how long all texts are.
  init(usesStemmer: Bool, bytes: Int) {
    table = TokenTable(capacity: bytes / 12)
    stemmer = usesStemmer ? PorterStemmer() : nil
  }

  /// How many different ones there are.
  var count: Int { table.count }

  /// The number of a token, which is replaced by its stem.
  mutating func id(of token: inout [UInt8]) -> UInt32 {
    if token.count > 3 { stemmer?.stem(&token) }
    return table.id(of: token[...])
  }
}

/// The tokens of a text, numbered.
struct RougeText {
  /// Of all lines, one after the other.
  private(set) var tokens: [UInt32] = []
  /// Where the tokens of each line stand; lines without tokens are left out.
  private(set) var lines: [Range<Int>] = []

  /// Splits a text as rouge-score 0.1.2 does (`tokenize.py`): in lower case, at everything but the letters a to z and digits; stems of tokens of more
  /// than three characters if the vocabulary has them. Lines end at line feeds alone.
  ///
  /// Beyond ASCII, Python's lower case makes two characters into letters that count: U+212A (Kelvin) is a k, and U+0130 (I with dot) an i with a dot
  /// behind it, at which the token ends.
  init(_ text: String, in vocabulary: inout RougeVocabulary) {
    var token: [UInt8] = []
    var lineStart = 0
    // The two bytes before this one.
    var last: UInt8 = 0
    var beforeLast: UInt8 = 0
    for byte in Array(text.utf8) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): token.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): token.append(byte | 0x20)
      // The first bytes of U+0130 (C4 B0) and U+212A (E2 84 AA), held until the character is known.
      case 0xC4, 0xE2: break
      case 0x84 where last == 0xE2: break
      case 0xB0 where last == 0xC4:
        token.append(UInt8(ascii: "i"))
        finish(&token, &vocabulary)
      case 0xAA where last == 0x84 && beforeLast == 0xE2: token.append(UInt8(ascii: "k"))
      default:
        finish(&token, &vocabulary)
        if byte == UInt8(ascii: "\n") { endLine(&lineStart) }
      }
      beforeLast = last
      last = byte
    }
    finish(&token, &vocabulary)
    endLine(&lineStart)
  }

  private mutating func finish(_ token: inout [UInt8], _ vocabulary: inout RougeVocabulary) {
    if token.isEmpty { return }
    tokens.append(vocabulary.id(of: &token))
    token.removeAll(keepingCapacity: true)
  }

  private mutating func endLine(_ start: inout Int) {
    if tokens.count > start { lines.append(start..<tokens.count) }
    start = tokens.count
  }
}

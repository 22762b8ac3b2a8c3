// The suffixes that Porter's stemmer knows, step by step.

extension PorterStemmer {
  /// Up to eight letters at the end of a word, as one number.
  struct Suffix {
    let letters: UInt64
    let mask: UInt64
    let length: Int

    init(_ text: String) {
      letters = Self.packed(text.utf8)
      length = text.utf8.count
      mask = length < 8 ? (1 << (8 * UInt64(length))) - 1 : .max
    }

    /// Up to eight letters, the last one in the lowest byte.
    static func packed(_ letters: some Sequence<UInt8>) -> UInt64 { letters.reduce(0) { $0 << 8 | UInt64($1) } }
  }

  struct Rule {
    let suffix: Suffix
    /// What takes the suffix's place.
    let replacement: Suffix
    /// Letters of the suffix that count for the stem's measure: the l of -logi.
    let countedLetters: Int
    /// Whether the stem must end in s or t.
    let needsST: Bool

    init(_ suffix: String, _ replacement: String, countedLetters: Int = 0, needsST: Bool = false) {
      self.suffix = Suffix(suffix)
      self.replacement = Suffix(replacement)
      self.countedLetters = countedLetters
      self.needsST = needsST
    }
  }

  /// NLTK's table of irregular words.
  static let irregular: [(word: UInt64, stem: Suffix)] = [
    ("sky", "sky"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("news", "news"), ("innings", "inning"),
    ("inning", "inning"), ("outings", "outing"), ("outing", "outing"), ("cannings", "canning"), ("canning", "canning"), ("howe", "howe"),
    ("proceed", "proceed"), ("exceed", "exceed"), ("succeed", "succeed"),
  ].map { (Suffix.packed($0.0.utf8), Suffix($0.1)) }

  static let step2: [Rule] = [
    Rule("ational", "ate"), Rule("tional", "tion"), Rule("enci", "ence"), Rule("anci", "ance"), Rule("izer", "ize"), Rule("bli", "ble"),
    Rule("alli", "al"), Rule("entli", "ent"), Rule("eli", "e"), Rule("ousli", "ous"), Rule("ization", "ize"), Rule("ation", "ate"),
    Rule("ator", "ate"), Rule("alism", "al"), Rule("iveness", "ive"), Rule("fulness", "ful"), Rule("ousness", "ous"), Rule("aliti", "al"),
    Rule("iviti", "ive"), Rule("biliti", "ble"), Rule("fulli", "ful"), Rule("logi", "log", countedLetters: 1),
  ]

  static let step3: [Rule] = [
    Rule("icate", "ic"), Rule("ative", ""), Rule("alize", "al"), Rule("iciti", "ic"), Rule("ical", "ic"), Rule("ful", ""), Rule("ness", ""),
  ]

  static let step4: [Rule] = [
    Rule("al", ""), Rule("ance", ""), Rule("ence", ""), Rule("er", ""), Rule("ic", ""), Rule("able", ""), Rule("ible", ""), Rule("ant", ""),
    Rule("ement", ""), Rule("ment", ""), Rule("ent", ""), Rule("ion", "", needsST: true), Rule("ou", ""), Rule("ism", ""), Rule("ate", ""),
    Rule("iti", ""), Rule("ous", ""), Rule("ive", ""), Rule("ize", ""),
  ]
}

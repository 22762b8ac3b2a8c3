// Porter's suffix stripping, as NLTK has it and ROUGE uses it.

/// Strips the suffixes of English words in lower case.
///
/// Porter 1980, "An algorithm for suffix stripping", with the changes of NLTK's default mode: irregular words, no stemming of one or two letters,
/// `ies` and `ied` of four letters to `ie`, `y` to `i` only behind a consonant, and more suffixes in step 2. Each word gets the stem that
/// `nltk.stem.porter.PorterStemmer().stem` of NLTK 3.10 gives it. Time and memory are linear in the word's length.
public struct PorterStemmer: Sendable {
  /// The word on its way, in ASCII.
  private var word: [UInt8] = []
  /// Its last eight letters, the last one in the lowest byte.
  private var tail: UInt64 = 0
  // The tables, at hand without a look at whether they are made yet.
  private let irregular = Self.irregular
  private let step2 = Self.step2
  private let step3 = Self.step3
  private let step4 = Self.step4

  public init() {}

  /// The stem of a word of lower-case letters and digits.
  public mutating func stem(_ word: String) -> String {
    var bytes = Array(word.utf8)
    stem(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Replaces a word by its stem.
  mutating func stem(_ text: inout [UInt8]) {
    swap(&word, &text)
    tail = Suffix.packed(word.suffix(8))
    stemWord()
    swap(&word, &text)
  }

  private mutating func stemWord() {
    if word.count <= 8 {
      for form in irregular where form.word == tail {
        replaceLast(word.count, by: form.stem)
        return
      }
    }
    if word.count <= 2 { return }
    removePlural()
    removePast()
    turnY()
    // NLTK: -alli goes first, and its result through the whole of step 2.
    if ends("a", "l", "l", "i"), measure(word.count - 4) > 0 { removeLast(2) }
    apply(step2, measure: 1)
    apply(step3, measure: 1)
    apply(step4, measure: 2)
    removeE()
    if ends("l", "l"), measure(word.count - 1) > 1 { removeLast(1) }
  }

  // MARK: - Steps

  /// Step 1a.
  private mutating func removePlural() {
    guard ends("s") else { return }
    if ends("i", "e", "s") {
      removeLast(word.count == 4 ? 1 : 2)
    } else if ends("s", "s", "e", "s") {
      removeLast(2)
    } else if !ends("s", "s") {
      removeLast(1)
    }
  }

  /// Step 1b.
  private mutating func removePast() {
    if ends("i", "e", "d") {
      removeLast(word.count == 4 ? 1 : 2)
      return
    }
    if ends("e", "e", "d") {
      if measure(word.count - 3) > 0 { removeLast(1) }
      return
    }
    let length = ends("e", "d") ? 2 : ends("i", "n", "g") ? 3 : 0
    guard length > 0, hasVowel(word.count - length) else { return }
    removeLast(length)
    if ends("a", "t") || ends("b", "l") || ends("i", "z") {
      append("e")
    } else if endsWithDoubleConsonant() {
      if !ends("l"), !ends("s"), !ends("z") { removeLast(1) }
    } else if measure(word.count) == 1, endsShort(word.count) {
      append("e")
    }
  }

  /// Step 1c, NLTK's condition.
  private mutating func turnY() {
    guard ends("y"), word.count > 2, isConsonant(word.count - 2) else { return }
    removeLast(1)
    append("i")
  }

  /// Step 5a.
  private mutating func removeE() {
    guard ends("e") else { return }
    let stem = word.count - 1
    let measure = measure(stem)
    if measure > 1 || measure == 1 && !endsShort(stem) { removeLast(1) }
  }

  /// Applies the first rule whose suffix the word has, and no other: if the stem's measure is at least `least`, and the rule's own condition holds.
  private mutating func apply(_ rules: [Rule], measure least: Int) {
    for rule in rules where tail & rule.suffix.mask == rule.suffix.letters && word.count >= rule.suffix.length {
      let stem = word.count - rule.suffix.length
      guard measure(stem + rule.countedLetters) >= least else { return }
      if rule.needsST, stem == 0 || word[stem - 1] != UInt8(ascii: "s") && word[stem - 1] != UInt8(ascii: "t") { return }
      replaceLast(rule.suffix.length, by: rule.replacement)
      return
    }
  }

  // MARK: - The word

  private mutating func removeLast(_ count: Int) {
    word.removeLast(count)
    tail >>= 8 * UInt64(count)
    // What comes in at the front.
    if word.count >= 8 { tail = Suffix.packed(word.suffix(8)) }
  }

  private mutating func append(_ letter: Unicode.Scalar) {
    let byte = UInt8(truncatingIfNeeded: letter.value)
    word.append(byte)
    tail = tail << 8 | UInt64(byte)
  }

  private mutating func replaceLast(_ count: Int, by replacement: Suffix) {
    word.removeLast(count)
    for place in (0..<replacement.length).reversed() {
      word.append(UInt8(truncatingIfNeeded: replacement.letters >> (8 * UInt64(place))))
    }
    tail = Suffix.packed(word.suffix(8))
  }

  /// Whether the word ends with these letters. Inlined, the comparison is with a constant.
  @inline(__always)
  private func ends(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar? = nil, _ third: Unicode.Scalar? = nil, _ fourth: Unicode.Scalar? = nil
  ) -> Bool {
    var letters = UInt64(first.value)
    var mask: UInt64 = 0xFF
    if let second { (letters, mask) = (letters << 8 | UInt64(second.value), mask << 8 | 0xFF) }
    if let third { (letters, mask) = (letters << 8 | UInt64(third.value), mask << 8 | 0xFF) }
    if let fourth { (letters, mask) = (letters << 8 | UInt64(fourth.value), mask << 8 | 0xFF) }
    return tail & mask == letters
  }

  // MARK: - Conditions

  private static func isVowel(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
    default: false
    }
  }

  /// Whether the letter is a consonant: none of a, e, i, o, u, and a y only at the start or behind a vowel.
  private func isConsonant(_ index: Int) -> Bool {
    var index = index
    var isTurned = false
    while index > 0, word[index] == UInt8(ascii: "y") {
      isTurned.toggle()
      index -= 1
    }
    return Self.isVowel(word[index]) == isTurned
  }

  /// Whether the letter behind one that is a consonant or not is a consonant.
  private static func isConsonant(_ letter: UInt8, afterConsonant: Bool) -> Bool {
    letter == UInt8(ascii: "y") ? !afterConsonant : !isVowel(letter)
  }

  /// How often a vowel is followed by a consonant within the first letters: Porter's m.
  private func measure(_ count: Int) -> Int {
    var result = 0
    var isConsonant = false
    for index in 0..<count {
      let wasVowel = index > 0 && !isConsonant
      isConsonant = Self.isConsonant(word[index], afterConsonant: isConsonant)
      if wasVowel, isConsonant { result += 1 }
    }
    return result
  }

  private func hasVowel(_ count: Int) -> Bool {
    var isConsonant = false
    for index in 0..<count {
      isConsonant = Self.isConsonant(word[index], afterConsonant: isConsonant)
      if !isConsonant { return true }
    }
    return false
  }

  private func endsWithDoubleConsonant() -> Bool {
    let count = word.count
    return count >= 2 && word[count - 1] == word[count - 2] && isConsonant(count - 1)
  }

  /// Porter's *o of the first letters: consonant, vowel, consonant that is not w, x or y; NLTK: or vowel, consonant alone.
  private func endsShort(_ count: Int) -> Bool {
    if count == 2 { return !isConsonant(0) && isConsonant(1) }
    guard count >= 3, isConsonant(count - 3), !isConsonant(count - 2), isConsonant(count - 1) else { return false }
    let last = word[count - 1]
    return last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "y")
  }
}

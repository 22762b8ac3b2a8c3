// Split patterns: what they mean, what is refused, and that none runs away.

import Testing

@testable import Tokenization

/// The matches of a pattern in a text, as text.
private func matches(_ pattern: String, _ text: String) throws -> [String] {
  let bytes = Array(text.utf8)
  var result: [String] = []
  try SplitPattern(pattern).matches(in: bytes, 0..<bytes.count) { result.append(String(decoding: bytes[$0], as: UTF8.self)) }
  return result
}

// Expectations: Oniguruma 6.9 as PyPI tokenizers 0.23.3 runs it (pre_tokenizers.Split with Regex), asked about each of these.
@Test(arguments: [
  ("^a", "a\naa", ["a", "a"]), ("a$", "a\naa", ["a", "a"]), (#"a\Z"#, "aa\n", ["a"]), (".", "a\nb", ["a", "b"]),
  ("(?m:.)", "a\nb", ["a", "\n", "b"]), ("a{,2}", "aaaa", ["aa", "aa"]), ("a{1,2}+", "aaaaab", ["aaaaa"]), ("a?+a", "aa", ["aa"]),
  ("(?i:s)", "sSſ", ["s", "S", "ſ"]), ("(?i:k)", "kK\u{212A}", ["k", "K", "\u{212A}"]), ("(?i:[^s])", "sSſx", ["x"]),
  ("[]a]", "a]", ["a", "]"]),
  ("[a-]", "a-b", ["a", "-"]), ("(?<=a|bc)x", "axbcx", ["x", "x"]), ("(?<!a)b", "abb", ["b"]), (#"\x{e9}"#, "é", ["é"]),
  ("a{", "a{", ["a{"]),
  (#"\h"#, "g1", ["1"]), (#"[^\S ]"#, "a \t", ["\t"]), (#"\p{^L}"#, "a1", ["1"]), ("(?=b)", "abbc", ["", ""]),
  ("b*", "abbc", ["", "bb", ""]),
  (#"\w"#, "½", ["½"]), (#"[\w]"#, "½", []), ("(?>a|ab)c", "abcac", ["ac"]), ("a++a", "aaa", []),
  (#"\s"#, "\u{180E}\u{85}\u{3000}", ["\u{85}", "\u{3000}"]),
]) func `patterns mean what they mean in the reference`(pattern: String, text: String, expected: [String]) throws {
  #expect(try matches(pattern, text) == expected)
}

@Test(arguments: [
  #"(a)\1"#, "(?s:.)", #"\R"#, #"\X"#, #"\K"#, "[a&&b]", "[[:alpha:]]", "(?i:ss)", "(?i:é)", #"(?i:\p{Lu})"#, #"\p{Greek}"#, "(?:a*)*",
  "(?=a)*",
  "(?<=a+)b", "a{2}?", "(", "a)", "[", "[b-a]", "*", "\\", #"\x{110000}"#, "a{1001}", "(?<n", #"\pL"#, "ab(?i)c", "^*",
  "((((a{1000}){1000}){1000}))",
]) func `what is not known is refused`(pattern: String) {
  #expect(throws: PatternFault.self) { try SplitPattern(pattern) }
}

@Test func `a pattern nested without end is refused`() {
  let pattern = String(repeating: "(", count: 100_000)
  #expect(throws: PatternFault(place: PatternParser.depthLimit + 1, reason: .tooDeep(limit: PatternParser.depthLimit))) {
    try SplitPattern(pattern)
  }
}

@Test func `a pattern that backtracks without bound is stopped`() throws {
  // Each further a doubles the ways to cut the run between the two loops: 2^200 without the budget.
  #expect(throws: RunawayPattern(pattern: "(?:a+)+b")) { try matches("(?:a+)+b", String(repeating: "a", count: 200)) }
  let tokenizer = try Fixtures.tokenizer(
    Fixtures.file(members: #","pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?:a+)+b"},"behavior":"Isolated","invert":false}"#))
  #expect(throws: TokenizerError(file: "tokenizer.json", place: "", problem: .runawayPattern(pattern: "(?:a+)+b"))) {
    try tokenizer.encode(String(repeating: "a", count: 200), addSpecialTokens: false)
  }
}

@Test func `the scanner by hand cuts as the pattern does`() throws {
  let pattern = try SplitPattern(ByteLevel.pattern)
  var generator = SplitMix(state: 7)
  let alphabet = Array("  \t\n's'tre'llvedm12٣½.,!é世界ｱ😀\u{301}\u{85}\u{3000}\u{180E}".unicodeScalars)
  var texts = Golden.texts
  for _ in 0..<2000 {
    var text = ""
    for _ in 0..<generator.next(upTo: 12) { text.unicodeScalars.append(alphabet[generator.next(upTo: alphabet.count)]) }
    texts.append(text)
  }
  for text in texts {
    let bytes = Array(text.utf8)
    var expected: [Range<Int>] = []
    try pattern.matches(in: bytes, 0..<bytes.count) { expected.append($0) }
    var found: [Range<Int>] = []
    GPT2Scanner.split(bytes, 0, bytes.count) { found.append($0..<$1) }
    #expect(found == expected, "\(text.debugDescription)")
  }
}

/// A small generator with a fixed seed (Steele et al. 2014, SplitMix64).
struct SplitMix {
  var state: UInt64

  mutating func next(upTo bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: (value ^ value >> 31) % UInt64(bound))
  }
}

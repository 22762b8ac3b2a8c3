// Metrics of generated text by hand.

import Documents
import Metrics
import Testing

private func score(_ name: String, _ options: [(String, JSONValue)], _ text: String, _ references: String...) throws -> Double {
  let metric = try MetricCatalog.metric(named: name, options: options, patterns: SwiftPatterns())
  return try metric.measure(.text(text, references: references)).score
}

private func score(_ name: String, _ text: String, _ references: String...) throws -> Double {
  let metric = try MetricCatalog.metric(named: name, options: [], patterns: SwiftPatterns())
  return try metric.measure(.text(text, references: references)).score
}

@Test func exactMatchComparesCodePoints() throws {
  #expect(try score("exact_match", "42", "42") == 1)
  #expect(try score("exact_match", "42", "43", "42") == 1)
  // One grapheme in both, but two code points in the second: Python says they differ.
  #expect(try score("exact_match", "\u{E9}", "e\u{301}") == 0)
  #expect(try score("exact_match", "", "") == 1)
  // Patterns go first: "1,000" loses its comma before punctuation could, and ".5" keeps its digits.
  #expect(try score("exact_match", [("regexes_to_ignore", [",", "\\$"])], "$1,000", "1000") == 1)
  // Lower case ends words with another sigma, and turns U+0130 into two characters.
  #expect(try score("exact_match", [("ignore_case", true)], "ΟΔΟΣ", "οδος") == 1)
  #expect(try score("exact_match", [("ignore_case", true)], "\u{130}", "i\u{307}") == 1)
  #expect(try score("exact_match", [("ignore_case", true)], "Straße", "STRASSE") == 0)
  #expect(try score("exact_match", [("ignore_numbers", true)], "a1b2", "ab") == 1)
  #expect(try score("exact_match", [("ignore_punctuation", true)], "«a.»", "«a»") == 1)
}

@Test func exactMatchOfChoicesIsGreedy() throws {
  let choices = [MetricContract.continuation("a", -1), MetricContract.continuation("b", -2, isGreedy: true)]
  #expect(ExactMatch().score(.choices(choices, gold: [1])) == 1)
  #expect(ExactMatch().score(.choices(choices, gold: [0])) == 0)
}

@Test func patternsNeedAnEngine() {
  let error = #expect(throws: MetricOptionError.self) {
    try MetricCatalog.metric(named: "exact_match", options: [("regexes_to_ignore", ["a"])])
  }
  #expect(error?.description.contains("there is nothing here that matches patterns") == true)
  let bad = #expect(throws: MetricOptionError.self) {
    try MetricCatalog.metric(named: "regex_match", options: [("pattern", "(")], patterns: SwiftPatterns())
  }
  #expect(bad?.problem == .pattern("(", reason: "a group is not closed"))
}

@Test func regexMatchHasPythonsModes() throws {
  #expect(try score("regex_match", [("pattern", "[0-9]+")], "about 42 of them", "any") == 1)
  #expect(try score("regex_match", [("pattern", "[0-9]+"), ("mode", "match")], "about 42", "any") == 0)
  #expect(try score("regex_match", [("pattern", "[0-9]+"), ("mode", "match")], "42 of them", "any") == 1)
  #expect(try score("regex_match", [("pattern", "4|42"), ("mode", "fullmatch")], "42", "any") == 1)
  #expect(try score("regex_match", [("pattern", "(?i)YES"), ("mode", "fullmatch")], "yes", "any") == 1)
  // Without a pattern, the right texts are patterns.
  #expect(try score("regex_match", "it is so", "no$", "so$") == 1)
  #expect(throws: Unscored.self) { try score("regex_match", "it", "(") }
  // With one, no right text is needed.
  let metric = try MetricCatalog.metric(named: "regex_match", options: [("pattern", "a")], patterns: SwiftPatterns())
  #expect(metric.score(.text("a", references: [])) == 1)
}

@Test func tokenF1IsSQuADs() throws {
  // After normalisation: cat sat on mat, and cat sat: 2 of 4 and 2 of 2; 2 (1/2)(1) / (3/2) = 2/3.
  #expect(try score("token_f1", "The cat sat on the mat!", "a cat sat") == 2 * 0.5 * 1 / 1.5)
  // an inside banana stays; the-end becomes theend, as punctuation goes first.
  #expect(try score("token_f1", "the-end of an banana", "theend of banana") == 1)
  // SQuAD 2.0: no words on both sides is right, on one side is wrong.
  #expect(try score("token_f1", "The.", "a") == 1)
  #expect(try score("token_f1", "word", "a") == 0)
  // Right texts without words count only if there are no others.
  #expect(try score("token_f1", "", "", "word") == 0)
  // A combining mark is no part of a word to Python: "a" in front of it is an article, and both have "\u{301}" left.
  #expect(try score("token_f1", "a\u{301}", "\u{301}") == 1)
}

@Test func editSimilarityIsLevenshteins() throws {
  // kitten to sitting: two substitutions and an insertion; 1 - 3/7.
  #expect(try score("edit_similarity", "kitten", "sitting") == 1 - 3.0 / 7)
  #expect(try score("edit_similarity", "", "") == 1)
  #expect(try score("edit_similarity", "", "abc") == 0)
  // Code points, not bytes: one of three differs.
  #expect(try score("edit_similarity", "你好吗", "你坏吗") == 1 - 1.0 / 3)
  // 200 characters against their reverse half: "ab" 100 times against "ba" 100 times: delete the first, append the last, 1 - 2/200.
  let first = String(repeating: "ab", count: 100)
  let second = String(repeating: "ba", count: 100)
  #expect(try score("edit_similarity", first, second) == 1 - 2.0 / 200)
}

@Test func findersFind() throws {
  #expect(try score("contains", "the answer is Paris.", "Rome", "Paris") == 1)
  #expect(try score("contains", "the answer is paris.", "Paris") == 0)
  #expect(try score("contains", [("ignore_case", true)], "the answer is paris.", "PARIS") == 1)
  // A part that begins like the whole more than once.
  #expect(try score("contains", "aabaabaaab", "aabaaa") == 1)
  #expect(try score("contains", "aabaabaab", "aabaaa") == 0)
  #expect(try score("contains", "x", "") == 1)
  #expect(try score("starts_with", "Yes, it is", "Yes") == 1)
  #expect(try score("starts_with", " Yes", "Yes") == 0)
}

@Test(arguments: ["{\"a\": [1, 2.5e3, null]}", " 1 ", "\"x\"", "[]\n"])
func jsonIsValid(text: String) throws { #expect(try score("valid_json", text, "any") == 1) }

@Test(arguments: [
  "", "{'a': 1}", "{\"a\": 1,}", "```json\n{}\n```", "NaN", "{} {}", "01", "{\"a\": 1, \"a\": 2}", String(repeating: "[", count: 100_000),
])
func jsonIsNotValid(text: String) throws { #expect(try score("valid_json", text, "any") == 0) }

@Test func requiredKeysMustBeThere() throws {
  let options: [(String, JSONValue)] = [("required", ["name", "age"])]
  #expect(try score("valid_json", options, "{\"age\": null, \"name\": \"x\"}", "any") == 1)
  #expect(try score("valid_json", options, "{\"name\": \"x\"}", "any") == 0)
  #expect(try score("valid_json", options, "[\"name\", \"age\"]", "any") == 0)
}

@Test func optionsAreCheckedAndPartOfTheIdentity() throws {
  let misspelt = #expect(throws: MetricOptionError.self) { try MetricCatalog.metric(named: "exact_match", options: [("ignore_cases", true)]) }
  #expect(misspelt?.description.hasSuffix("did you mean \"ignore_case\"?") == true)
  let kind = #expect(throws: MetricOptionError.self) { try MetricCatalog.metric(named: "rouge1", options: [("stemmer", "yes")]) }
  #expect(kind?.description == "the option stemmer of the metric rouge1 is a string and must be true or false")
  let value = #expect(throws: MetricOptionError.self) { try MetricCatalog.metric(named: "bleu", options: [("tokenize", "13b")]) }
  #expect(value?.description.hasSuffix("it can be 13a, intl, char, none; did you mean \"13a\"?") == true)
  let plain = try MetricCatalog.metric(named: "rouge1")
  let said = try MetricCatalog.metric(named: "rouge1", options: [("stemmer", false)])
  let stemmed = try MetricCatalog.metric(named: "rouge1", options: [("stemmer", true)])
  #expect(plain.identity == "rouge1/1{\"stemmer\":false}")
  #expect(plain.identity == said.identity && plain.identity != stemmed.identity)
  #expect(stemmed.score(.text("killing", references: ["killed"])) == 1)
}

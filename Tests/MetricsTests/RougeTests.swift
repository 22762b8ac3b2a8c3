// ROUGE by hand: the examples of its paper, fractions, and texts that are awkward to split.

import Metrics
import Testing

private func score(_ target: String, _ prediction: String, _ measure: RougeMeasure, stemmer: Bool = false) throws -> RougeScore {
  try #require(RougeScorer(usesStemmer: stemmer).score(target: target, prediction: prediction, measures: [measure]).first)
}

/// Lin 2004, section 3.1, with precision and recall of equal weight: reference S1 and candidates S2, S3, S4.
@Test func lin2004SentenceLevel() throws {
  let reference = "police killed the gunman"
  // S2 has the subsequence police the gunman, 3 of 4; S3 the gunman, 2 of 4; S4 either the gunman or police killed, 2 of 4.
  #expect(try score(reference, "police kill the gunman", .rougeL).f1 == 0.75)
  #expect(try score(reference, "the gunman kill police", .rougeL).f1 == 0.5)
  #expect(try score(reference, "the gunman police killed", .rougeL).f1 == 0.5)
  // "S2 and S3 have the same ROUGE-2 score, since they both have one bigram, i.e. the gunman": 1 of 3. 2 (1/3) (1/3) / (1/3 + 1/3) = 1/3.
  #expect(try score(reference, "police kill the gunman", .rouge2).recall == 1.0 / 3)
  #expect(try score(reference, "the gunman kill police", .rouge2).recall == 1.0 / 3)
  // S4 has police killed as well: 2 of 3.
  #expect(try score(reference, "the gunman police killed", .rouge2).recall == 2.0 / 3)
  // With stems, killed is kill.
  #expect(try score(reference, "police kill the gunman", .rougeL, stemmer: true).f1 == 1)
}

/// Lin 2004, section 3.2: r = w1..w5, c1 = w1 w2 w6 w7 w8, c2 = w1 w3 w8 w9 w5. The union of w1 w2 and w1 w3 w5 has 4 of the 5 words.
@Test func lin2004SummaryLevel() throws {
  let score = try score("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", .rougeLsum)
  #expect(score.recall == 4.0 / 5)
  #expect(score.precision == 4.0 / 10)
  #expect(score.f1 == 2 * 0.4 * 0.8 / (0.4 + 0.8))
  // On one line, the longest common subsequence is w1 w2 w3 w5: the same words.
  #expect(try one(line: "w1 w2 w6 w7 w8 w1 w3 w8 w9 w5").recall == 4.0 / 5)
}

private func one(line: String) throws -> RougeScore { try score("w1 w2 w3 w4 w5", line, .rougeL) }

@Test func fractionsByHand() throws {
  // Target: the 2, cat, sat, on, mat; prediction: the 3, cat. Common: the 2 (the smaller count), cat 1 = 3 of 4, and 3 of 6.
  let unigrams = try score("The cat sat on the mat.", "the the the cat", .rouge1)
  #expect(unigrams.precision == 3.0 / 4 && unigrams.recall == 3.0 / 6)
  // Target's pairs: the-cat cat-sat sat-on on-the the-mat; prediction's: the-the 2, the-cat. Common: the-cat.
  let pairs = try score("The cat sat on the mat.", "the the the cat", .rouge2)
  #expect(pairs.precision == 1.0 / 3 && pairs.recall == 1.0 / 5)
  // One token has no pairs: nothing of at least one.
  #expect(try score("one", "one", .rouge2).f1 == 0)
}

/// A word of the union that the prediction has once counts once, although two lines of the target have it.
@Test func theUnionCountsNoWordTwice() throws {
  // Both target lines have "a" in common with the prediction's line "a b"; the first takes it, the second has b left: hits a, b of 4 and of 2.
  let score = try score("a x\na b", "a b", .rougeLsum)
  #expect(score.recall == 2.0 / 4 && score.precision == 1)
}

@Test(arguments: RougeMeasure.allCases)
func nothingInCommonIsZero(_ measure: RougeMeasure) throws {
  for (target, prediction) in [("", ""), ("a", ""), ("", "a"), ("...", "---"), ("a", "b"), ("\n\n", "\n"), ("你好", "你好")] {
    let score = try score(target, prediction, measure)
    #expect(score.precision == 0 && score.recall == 0 && score.f1 == 0)
  }
}

/// Only the letters a to z and digits are parts of tokens; Python's lower case of U+212A is k, that of U+0130 is i and a combining dot.
@Test func splitsAsPythonDoes() throws {
  #expect(try score("caf e", "Café\u{E9}e", .rouge1).f1 == 1)
  #expect(try score("kelvin 25k", "\u{212A}elvin 25\u{212A}", .rouge1).f1 == 1)
  #expect(try score("i stanbul xi y", "\u{130}stanbul x\u{130}y", .rouge1).f1 == 1)
  #expect(try score("don t u s a 3 14", "don't U.S.A. 3.14", .rougeL).f1 == 1)
  // E2 84 is also the start of U+2122 (trade mark) and C4 of U+0101: neither is a letter here.
  #expect(try score("a b c", "a\u{2122}b\u{101}c", .rougeL).f1 == 1)
  // Only a line feed ends a line: with U+2028 the text is one line, whose subsequence with "b a" has length 1.
  #expect(try score("a\u{2028}b", "b\u{2028}a", .rougeLsum).f1 == 0.5)
}

/// Long lines of two words that alternate: shifted by one, all but one word are common. 2n - 1 of 2n.
@Test func longTextsNeedNoTable() throws {
  let count = 1500
  let target = Array(repeating: "a b", count: count).joined(separator: " ")
  let prediction = Array(repeating: "b a", count: count).joined(separator: " ")
  let share = Double(2 * count - 1) / Double(2 * count)
  for measure in [RougeMeasure.rougeL, .rougeLsum] {
    #expect(try score(target, prediction, measure).recall == share)
  }
}

@Test func theBestTargetCounts() throws {
  // F1 against "a b c d" is 2 (1)(1/4) / (5/4) = 0.4, against "a x" 2 (1)(1/2) / (3/2) = 2/3: of the second, precision 1 and recall 1/2.
  let response = Response.text("a", references: ["a b c d", "a x"])
  #expect(try Rouge(.rouge1).measure(response).score == 2 * 1 * 0.5 / 1.5)
  #expect(try Rouge(.rouge1, part: .recall).measure(response).score == 0.5)
  #expect(throws: Unscored.noReference) { try Rouge(.rouge1).measure(.text("a", references: [])) }
}

/// T5's sentences: ` . ` ends a line. "a b . c d" and "c d . a b" have everything in common line by line, half of it as one line.
@Test func sentencesMayEndAtPeriods() throws {
  let response = Response.text("c d . a b", references: ["a b . c d"])
  #expect(try Rouge(.rougeLsum).measure(response).score == 0.5)
  #expect(try Rouge(.rougeLsum, sentences: .periods).measure(response).score == 1)
}

/// Porter 1980's examples and NLTK's own rules.
@Test(arguments: [
  ("caresses", "caress"), ("ponies", "poni"), ("ties", "tie"), ("cats", "cat"), ("feed", "feed"), ("agreed", "agre"), ("plastered", "plaster"),
  ("motoring", "motor"), ("sing", "sing"), ("hopping", "hop"), ("falling", "fall"), ("filing", "file"), ("happy", "happi"), ("enjoy", "enjoy"),
  ("relational", "relat"), ("vietnamization", "vietnam"), ("hopefulness", "hope"), ("electricity", "electr"), ("adjustment", "adjust"),
  ("adoption", "adopt"), ("controll", "control"), ("rate", "rate"), ("dying", "die"), ("skies", "sky"), ("news", "news"), ("died", "die"),
  ("spied", "spi"), ("generally", "gener"), ("geology", "geolog"), ("yyyy", "yyyi"), ("by", "by"), ("", ""),
])
func stemsByHand(word: String, stem: String) {
  var stemmer = PorterStemmer()
  #expect(stemmer.stem(word) == stem)
}

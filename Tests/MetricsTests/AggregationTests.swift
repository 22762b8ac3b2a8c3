// Numbers of tasks by hand: from sums of statistics, whatever the order and whatever the subset.

import Testing

@testable import Metrics

private typealias C = MetricContract

@Test func sumsAreExact() {
  var sum = ExactSum()
  // 1e100 and -1e100 leave what is between them: left to right, doubles would lose the 1s.
  for number in [1, 1e100, 1, -1e100] { sum.add(number) }
  #expect(sum.value == 2)
  // Ten times 0.1 is 1 exactly rounded; added up one by one it is 0.9999999999999999.
  var tenths = ExactSum()
  for _ in 0..<10 { tenths.add(0.1) }
  #expect(tenths.value == 1)
  #expect([Double](repeating: 0.1, count: 10).reduce(0, +) != 1)
  // Half of the last place, and a bit more: 1 + 2^-53 is even rounded down to 1, with 2^-80 on top it is the next double.
  var half = ExactSum()
  for number in [1, 0x1p-53] { half.add(number) }
  #expect(half.value == 1)
  half.add(0x1p-80)
  #expect(half.value == 1 + 0x1p-52)
  var infinite = ExactSum()
  for number in [1, Double.infinity, 1] { infinite.add(number) }
  #expect(infinite.value == .infinity)
}

/// Two classes: hits 1 of class 0, 2 of class 1, one of class 0 picked as 1. TP 2, TN 1, FP 1, FN 0.
private let fourItems: [Response] = [(0, 0), (1, 1), (1, 1), (0, 1)].map { right, picked in
  .choices([C.continuation("no", picked == 0 ? -1 : -2), C.continuation("yes", picked == 1 ? -1 : -2)], gold: [right])
}

@Test func matthewsAndF1ByHand() throws {
  let measured = try fourItems.map { try MatthewsCorrelation().measure($0) }
  #expect(measured.map(\.score) == [1, 1, 1, 0])
  // (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN)) = 2 / sqrt(3 * 2 * 2 * 1) = 2 / sqrt(12).
  let mcc = try #require(MatthewsCorrelation().aggregation(of: measured))
  #expect(abs(mcc - 2 / 12.0.squareRoot()) < 1e-15)
  // F1 of class 1: 2 TP / (2 TP + FP + FN) = 4/5; of class 0: 2 / (2 + 1) = 2/3; their mean 11/15; of all together 3/4.
  #expect(ClassF1().aggregation(of: measured) == 4.0 / 5)
  #expect(ClassF1(average: .macro).aggregation(of: measured) == (2.0 / 3 + 4.0 / 5) / 2)
  #expect(ClassF1(average: .micro).aggregation(of: measured) == 3.0 / 4)
  #expect(ClassF1(average: .weighted).aggregation(of: measured) == (2.0 / 3 * 2 + 4.0 / 5 * 2) / 4)
  // One class alone: scikit-learn says 0.
  #expect(MatthewsCorrelation().aggregation(of: measured[1...2]) == 0)
  #expect(ClassF1().aggregation(of: measured[0...0]) == 0)
}

/// More classes than other items have: missing numbers are zeros.
@Test func statisticsOfUnequalLengthAreSummed() throws {
  let many = Response.choices((0..<4).map { C.continuation("\($0)", $0 == 3 ? -1 : -2) }, gold: [3])
  let measured = try (fourItems + [many]).map { try MatthewsCorrelation().measure($0) }
  #expect(measured[0].statistic.count == 3 && measured[4].statistic.count == 12)
  #expect(MatthewsCorrelation().aggregation(of: measured) == MatthewsCorrelation().aggregation(of: measured.reversed()))
}

@Test func brierByHand() throws {
  // Probabilities 3/4 and 1/4: (1/4)^2 + (1/4)^2 = 1/8 if the first is right, (3/4)^2 + (3/4)^2 = 9/8 if the second is. ln 3 = 1.0986122886681098.
  let choices = [C.continuation("a", -1), C.continuation("b", -1 - 1.098_612_288_668_109_8)]
  #expect(abs(try BrierScore().measure(.choices(choices, gold: [0])).score - 1.0 / 8) < 1e-15)
  #expect(abs(try BrierScore().measure(.choices(choices, gold: [1])).score - 9.0 / 8) < 1e-15)
  #expect(throws: Unscored.rightChoices(2)) { try BrierScore().measure(.choices(choices, gold: [0, 1])) }
  #expect(throws: Unscored.noSuchChoice(7, choices: 2)) { try BrierScore().measure(.choices(choices, gold: [7])) }
}

@Test func mutualInformationIsWhatTheContextAdds() throws {
  // -5 + 9 = 4 against -3 + 4 = 1: the context makes the first more likely by far, though it stays the less likely one.
  let choices = [C.continuation("rare", -5, without: -9), C.continuation("common", -3, without: -4)]
  #expect(AccuracyByMutualInformation().prediction(.choices(choices, gold: [0])) == 0)
  #expect(Accuracy().prediction(.choices(choices, gold: [0])) == 1)
  #expect(throws: Unscored.noUnconditionalLikelihood(choice: 1)) {
    try AccuracyByMutualInformation().measure(.choices([choices[0], C.continuation("x", -1)], gold: [0]))
  }
}

@Test func textsWeighByTheirWords() throws {
  // ln 2 a word over 1 word and ln 8 a word over 3: (ln 2 + 9 ln 2) / 4 words; exp of it is 2^(10/4).
  let ln2 = 0.693_147_180_559_945_3
  let texts = [RollingLikelihood(logprob: -ln2, words: 1, bytes: 4), RollingLikelihood(logprob: -9 * ln2, words: 3, bytes: 4)]
  let words = try texts.map { try WordPerplexity().measure(.rolling($0)) }
  #expect(abs(words[1].score - 3 * ln2) < 1e-15)
  #expect(abs(try #require(WordPerplexity().aggregation(of: words)) - 5.656_854_249_492_38) < 1e-13)
  // 10 bits over 8 bytes.
  let bits = try texts.map { try BitsPerByte().measure(.rolling($0)) }
  #expect(abs(try #require(BitsPerByte().aggregation(of: bits)) - 1.25) < 1e-15)
  #expect(BitsPerByte().aggregation([1, 2]) == nil, "scores alone don't say how long the texts are")
  #expect(throws: Unscored.emptyText("bytes")) { try BytePerplexity().measure(.rolling(RollingLikelihood(of: "", logprob: 0))) }
}

/// The harness's words are the pieces between white space, the empty ones at the ends included.
@Test(arguments: [("", 1), ("a", 1), ("a b", 2), (" a b ", 4), ("a\u{3000}\n b", 2), ("\u{1C}", 2), ("\u{200B}", 1)])
func wordsAreCountedAsTheHarnessDoes(text: String, words: Int) { #expect(RollingLikelihood(of: text, logprob: -1).words == words) }

@Test func bleuOfATaskIsNotTheMeanOfItsItems() throws {
  let items: [Response] = [
    .text("the cat sat on the mat", references: ["the cat sat on the mat"]), .text("a dog", references: ["the dog ran"]),
  ]
  let measured = try items.map { try BLEU().measure($0) }
  // Words 6 and 2 against 6 and 3. Matches 6, 5, 4, 3 of 6, 5, 4, 3, and 1, 0 of 2, 1.
  #expect(measured[0].statistic == [6, 6, 6, 5, 4, 3, 6, 5, 4, 3])
  #expect(measured[1].statistic == [2, 3, 1, 0, 0, 0, 2, 1, 0, 0])
  // exp(1 - 9/8) (7/8 * 5/6 * 4/4 * 3/3)^(1/4) = 0.882497 * 0.924074 = 81.549 %.
  let number = try #require(BLEU().aggregation(of: measured))
  #expect(abs(number - 81.549) < 0.001)
  #expect(abs(number - (measured[0].score + measured[1].score) / 2) > 1)
  // The second alone: exp(1 - 3/2) sqrt(1/2 * 1/2) with the NIST half match: 100 * 0.60653 * 0.5.
  #expect(abs(measured[1].score - 30.3265) < 0.001)
}

@Test func chrFByHand() throws {
  // "ab" and "ac": of characters 1 of 2, of pairs 0 of 1; longer runs have neither. Precision and recall 1/4 each: F = 1/4.
  let measured = try ChrF().measure(.text("ab", references: ["a c"]))
  #expect(measured.statistic[0..<6] == [2, 2, 1, 1, 1, 0])
  #expect(abs(measured.score - 25) < 1e-12)
  #expect(try ChrF().measure(.text("", references: [""])).score == 0)
  // chrF++ splits one mark off a word, at the back first: "(hi" and ")", the same words as of "(hi )" but for its "(" and "hi": 1 of 2 and 1 of 3.
  #expect(try ChrF(wordOrder: 2).measure(.text("hi)", references: ["hi )"])).score > 99.999)
  #expect(try ChrF(wordOrder: 2).measure(.text("(hi)", references: ["(hi )"])).statistic[18..<21] == [2, 3, 1])
}

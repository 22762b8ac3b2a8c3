// Word by word: small texts by hand, random ones against the textbook's table, and bounds for hostile ones.

import TestSupport
import Testing

@testable import Reports

@Suite struct WordDifferenceTests {
  private func marked(_ pieces: [WordDifference.Piece]) -> String {
    pieces.map { $0.isShared ? $0.text : "[\($0.text)]" }.joined()
  }

  @Test(arguments: [
    ("a b c", "a b c", "a b c", "a b c"), ("a b c", "a x c", "a [b ]c", "a [x ]c"), ("", "new", "", "[new]"), ("old", "", "[old]", ""),
    ("same end", "other end", "[same ]end", "[other ]end"), ("one two", "one two three", "one two", "one two[ three]"),
    ("a  b", "a b", "a  b", "a b"), ("漢字仮名", "漢字名", "漢字[仮]名", "漢字名"),
  ]) func byHand(_ old: String, _ new: String, _ markedOld: String, _ markedNew: String) {
    let difference = WordDifference(old, new)
    // White space belongs to the word before it, so that "two" and "two " are the same word.
    #expect(marked(difference.baseline) == markedOld)
    #expect(marked(difference.candidate).replacingSpaces == markedNew.replacingSpaces)
  }

  /// Both sides' shared words are the same, nothing is lost, and they are as many as in a longest common subsequence.
  @Test func againstTheTable() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<300 {
      func words() -> [String] { (0..<Int(random.next() % 14)).map { _ in ["a", "b", "c", "d"][Int(random.next() % 4)] } }
      let (old, new) = (words(), words())
      let difference = WordDifference(old.joined(separator: " "), new.joined(separator: " "))
      #expect(difference.baseline.map(\.text).joined() == old.joined(separator: " "))
      #expect(difference.candidate.map(\.text).joined() == new.joined(separator: " "))
      func shared(_ pieces: [WordDifference.Piece]) -> [Substring] { pieces.filter(\.isShared).flatMap { $0.text.split(separator: " ") } }
      #expect(shared(difference.baseline) == shared(difference.candidate))
      #expect(shared(difference.baseline).count == longestCommonSubsequence(old, new))
    }
  }

  private func longestCommonSubsequence(_ a: [String], _ b: [String]) -> Int {
    var row = Array(repeating: 0, count: b.count + 1)
    for word in a {
      var diagonal = 0
      for (column, other) in b.enumerated() {
        let above = row[column + 1]
        row[column + 1] = word == other ? diagonal + 1 : max(row[column], above)
        diagonal = above
      }
    }
    return row[b.count]
  }

  /// Texts without a word in common take no longer than their limit of edits.
  @Test func farApart() {
    let (old, new) = ((0..<2_000).map { "a\($0)" }.joined(separator: " "), (0..<2_000).map { "b\($0)" }.joined(separator: " "))
    let difference = WordDifference("start " + old + " end", "start " + new + " end")
    #expect(difference.isMostlyNew)
    #expect(difference.baseline.map(\.isShared) == [true, false, true])
    #expect(difference.candidate.map(\.isShared) == [true, false, true])
  }

  @Test func excerptsSayWhatIsMissing() {
    #expect(TextExcerpt("short").note == nil)
    #expect(TextExcerpt(String(repeating: "x", count: 4_010)).note == "10 more characters are in result.json.")
    // 5,000 the same in front: shown from 400 before the place where they part.
    let front = String(repeating: "same ", count: 1_000)
    let pair = TextExcerpt.pair(front + "left", front + "right")
    #expect(pair.baseline.text.hasPrefix("…same") && pair.baseline.text.hasSuffix("left"))
    #expect(pair.baseline.note == "4,600 characters in front, the same on both sides, and 0 behind are in result.json.")
  }
}

extension String {
  /// Runs of spaces as one, and none at the edges of a mark.
  fileprivate var replacingSpaces: String { filter { $0 != " " } }
}

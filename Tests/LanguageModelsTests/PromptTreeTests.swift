// The prompt tree: every sequence can be read off its rows, and nothing is computed twice.

import Testing

@testable import LanguageModels

@Suite struct PromptTreeTests {
  @Test(arguments: 0..<50)
  func everySequenceIsSpelt(seed: Int) {
    var random = SeededTokens(seed: UInt64(seed))
    // Few tokens, so that sequences often begin alike, repeat or end inside another.
    let sequences = (0..<random.int(in: 1..<12)).map { _ in random.tokens(random.int(in: 1..<10), below: 3)[...] }
    for sharesPrefixes in [true, false] {
      let tree = PromptTree(sequences, skipping: 0, sharesPrefixes: sharesPrefixes)
      let (pack, places) = tree.packed(cache: nil)
      let rows = pack.segments.flatMap(\.tokens)
      #expect(pack.rows == rows.count && pack.rows == tree.rows)
      for (sequence, ranges) in zip(sequences, places) {
        #expect(ranges.flatMap { $0.map { rows[$0] } } == Array(sequence))
      }
      for segment in pack.segments {
        #expect(segment.firstPosition == segment.path.reduce(0) { $0 + $1.count }, "a segment's path holds everything before it")
      }
      let distinct = Set(sequences.flatMap { sequence in sequence.indices.map { Array(sequence[...$0]) } })
      #expect(tree.rows == (sharesPrefixes ? distinct.count : sequences.reduce(0) { $0 + $1.count }))
    }
  }

  @Test func cachedTokensAreSkipped() {
    let tree = PromptTree([[7, 8, 1, 2][...], [7, 8, 1, 3][...]], skipping: 2, sharesPrefixes: true)
    let (pack, places) = tree.packed(cache: nil)
    #expect(pack.rows == 3)
    #expect(pack.segments.map(\.firstPosition).sorted() == [2, 3, 3])
    #expect(places.allSatisfy { $0.reduce(0) { $0 + $1.count } == 2 })
  }
}

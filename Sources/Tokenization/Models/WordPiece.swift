// WordPiece (Schuster and Nakajima 2012, as BERT uses it): from the left, the longest token that fits, until the word is used up.

/// A WordPiece model as PyPI `tokenizers` 0.23.3 has it.
struct WordPiece: TokenModel {
  /// Longer tokens, in bytes, are refused: each part of a word looks so far ahead.
  static let longestToken = 4096

  let name = "WordPiece"
  let vocabulary: Vocabulary
  /// Words of more characters are unknown as a whole.
  private let longestWord: Int
  private let unknownID: Int32?
  private let trie: ByteTrie
  /// Where the search for a continuation begins in the trie: behind the continuing prefix; -1 if no token has it.
  private let continuation: Int32

  init(
    vocabulary: Vocabulary, unknownToken: [UInt8], continuingPrefix: [UInt8], longestWord: Int, file: String, place: String
  ) throws(TokenizerError) {
    self.vocabulary = vocabulary
    self.longestWord = longestWord
    unknownID = vocabulary.id(unknownToken)
    trie = try ByteTrie(vocabulary, longest: Self.longestToken, file: file, place: place)
    continuation = trie.walk(continuingPrefix)
  }

  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText) {
    let start = ids.count
    var position = range.lowerBound
    if scalarCount(bytes, range) > longestWord { position = -1 }
    while position >= 0, position < range.upperBound {
      var node = position == range.lowerBound ? ByteTrie.root : continuation
      var cursor = position
      var found: (end: Int, id: Int32)?
      while node >= 0, cursor < range.upperBound {
        node = trie.next(node, bytes[cursor])
        if node < 0 { break }
        cursor += 1
        if trie.value(node) >= 0 { found = (cursor, trie.value(node)) }
      }
      if let found { ids.append(found.id) }
      position = found?.end ?? -1
    }
    if position >= 0 { return }
    guard let unknownID else { throw UnknownText(text: String(decoding: bytes[range], as: UTF8.self)) }
    ids.removeSubrange(start...)
    ids.append(unknownID)
  }

  func digestInput() -> [UInt8] { [] }

  private func scalarCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int { bytes[range].count { $0 & 0xC0 != 0x80 } }
}

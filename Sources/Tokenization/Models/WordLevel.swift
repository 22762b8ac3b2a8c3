// The plainest model: a word is a token, or unknown.

/// A word-level model as PyPI `tokenizers` 0.23.3 has it.
struct WordLevel: TokenModel {
  let name = "word level"
  let vocabulary: Vocabulary
  private let unknownID: Int32?

  init(vocabulary: Vocabulary, unknownToken: [UInt8]) {
    self.vocabulary = vocabulary
    unknownID = vocabulary.id(unknownToken)
  }

  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText) {
    guard let id = vocabulary.id(bytes, range) ?? unknownID else {
      throw UnknownText(text: String(decoding: bytes[range], as: UTF8.self))
    }
    ids.append(id)
  }

  func digestInput() -> [UInt8] { [] }
}

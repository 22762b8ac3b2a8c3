// The third stage: words to token IDs. A model is a file of this folder; the formats choose one when a tokenizer is loaded.

/// Encodes a word: what all kinds of vocabularies have in common.
protocol TokenModel: Sendable {
  var vocabulary: Vocabulary { get }
  /// What `inspect` calls it: "byte-level BPE".
  var name: String { get }
  /// Appends the IDs of the word `bytes[range]`, valid UTF-8, to `ids`.
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText)
  /// What decides its choices beside the vocabulary, in a fixed order: material for the tokenizer's digest.
  func digestInput() -> [UInt8]
}

/// A part of a text for which there is no token, nor one for the unknown.
struct UnknownText: Error, Equatable { var text: String }

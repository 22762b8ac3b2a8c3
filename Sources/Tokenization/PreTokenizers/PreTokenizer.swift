// The second stage: a normalised text is cut into words. Every kind of pre-tokeniser is a file of this folder and a line of the catalogue.

/// Cuts a text into the words that the model encodes one by one.
///
/// Meanings and quirks are those of PyPI `tokenizers` 0.23.3.
protocol PreTokenizer: Sendable {
  /// The `type` in `tokenizer.json`.
  static var typeName: String { get }
  init(_ config: ComponentConfig) throws(TokenizerError)
  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern)
}

enum PreTokenizerCatalogue {
  static let all: [any PreTokenizer.Type] = [
    PreTokenizerSequence.self, ByteLevel.self, Metaspace.self, Split.self, Digits.self, Punctuation.self, Whitespace.self,
    WhitespaceSplit.self, BertPreTokenizer.self, CharDelimiterSplit.self, FixedLength.self,
  ]

  static func preTokenizer(_ config: ComponentConfig) throws(TokenizerError) -> any PreTokenizer {
    let name = try config.type()
    if name == "UnicodeScripts" {
      throw config.error(.unsupported(what: "the pre-tokeniser \"UnicodeScripts\"", advice: "scripts are not read yet"))
    }
    for type in all where type.typeName == name { return try type.init(config) }
    throw config.error(.unknownName(found: name, role: "pre-tokeniser", known: all.map { $0.typeName }), at: "type")
  }
}

/// One pre-tokeniser after another, each on the pieces of the one before.
struct PreTokenizerSequence: PreTokenizer {
  static let typeName = "Sequence"
  let preTokenizers: [any PreTokenizer]

  init(_ preTokenizers: [any PreTokenizer]) { self.preTokenizers = preTokenizers }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    var preTokenizers: [any PreTokenizer] = []
    for element in try config.required("pretokenizers").elements() { preTokenizers.append(try PreTokenizerCatalogue.preTokenizer(element)) }
    self.preTokenizers = preTokenizers
  }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    for preTokenizer in preTokenizers { try preTokenizer.preTokenize(&pieces) }
  }
}

extension Pieces {
  /// Cuts by a kind of scalar: each scalar of the kind is a match of its own.
  mutating func split(_ behavior: SplitBehavior, at isMatch: (UInt32) -> Bool) throws(RunawayPattern) {
    try split { piece, bytes, part in
      var splitter = Splitter(behavior, from: piece.start)
      var position = piece.start
      while position < piece.end {
        let (value, width) = scalar(bytes, at: position)
        if isMatch(value) { splitter.match(position..<position + width) }
        position += width
      }
      splitter.finish(at: piece.end, part)
    }
  }
}

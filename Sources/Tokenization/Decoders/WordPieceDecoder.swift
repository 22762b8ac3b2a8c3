// WordPiece tokens to words: continuations join the word before, others get a space; optionally English punctuation is tidied.

struct WordPieceDecoder: Decoder {
  static let typeName = "WordPiece"
  let prefix: [UInt8]
  let cleansUp: Bool

  init(_ config: ComponentConfig) throws(TokenizerError) {
    prefix = Array(try config.string("prefix").utf8)
    cleansUp = try config.bool("cleanup")
  }

  private static let tidied: [(TextPattern, [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"),
    (" 've", "'ve"), (" 're", "'re"),
  ].map { (.literal(Array($0.0.utf8)), Array($0.1.utf8)) }

  func decode(_ tokens: inout [[UInt8]]) throws(RunawayPattern) {
    for index in tokens.indices {
      if index > 0 {
        tokens[index] = tokens[index].starts(with: prefix) ? Array(tokens[index].dropFirst(prefix.count)) : [0x20] + tokens[index]
      }
      if cleansUp {
        for (pattern, content) in Self.tidied { tokens[index] = try replaceAll(pattern, in: tokens[index], by: content) }
      }
    }
  }
}

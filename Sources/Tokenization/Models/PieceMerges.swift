// Merges out of a vocabulary alone: every way to put a token together from two others, the tokens in order of their IDs.

/// The merges that SentencePiece and tiktoken files leave unsaid.
enum PieceMerges {
  /// Which of a token's ways comes first.
  enum Order {
    /// The shorter first part (transformers' `generate_merges`).
    case leftLength
    /// The lower ID of the first part (transformers' `TikTokenConverter`).
    case partIDs
  }

  /// How many steps of hashing the search may take: some ten times what the largest real vocabularies need.
  static let workLimit = 1 << 28

  /// Two strings a merge.
  ///
  /// - Throws: ``TokenizerError`` for a vocabulary whose tokens are so long that the search would not end, or that ``Vocabulary`` refuses.
  static func make(_ tokens: ByteStrings, ids: [Int], order: Order, file: String, place: String) throws(TokenizerError) -> ByteStrings {
    let vocabulary = try Vocabulary(tokens, ids: ids, lastCounts: true, file: file, place: place)
    var merges = ByteStrings()
    var work = 0
    for id in 0..<Int32(vocabulary.upperBound) {
      guard let token = vocabulary.token(id).map(Array.init), vocabulary.id(token) == id, !token.isEmpty else { continue }
      let (product, overflows) = token.count.multipliedReportingOverflow(by: token.count)
      work = overflows || product > workLimit ? workLimit + 1 : work + product
      if work > workLimit {
        throw TokenizerError(file: file, place: place, problem: .tooMany(what: "bytes in the token \(id)", count: token.count, limit: 1 << 12))
      }
      var ways: [(left: Int32, right: Int32, cut: Int)] = []
      var cut = scalarWidth(token[0])
      while cut < token.count {
        if let left = vocabulary.id(token, 0..<cut), let right = vocabulary.id(token, cut..<token.count) { ways.append((left, right, cut)) }
        cut += scalarWidth(token[cut])
      }
      if order == .partIDs { ways.sort { ($0.left, $0.right) < ($1.left, $1.right) } }
      for way in ways {
        merges.append(token[..<way.cut])
        merges.append(token[way.cut...])
      }
    }
    return merges
  }
}

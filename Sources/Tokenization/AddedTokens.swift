// Tokens that are found in the text before anything else happens to it: special tokens and words added after training.

internal import Documents

/// A token that is matched as a whole.
struct AddedToken: Sendable, Equatable {
  var content: [UInt8]
  /// Left out by `decode(skipSpecialTokens:)`.
  var isSpecial = false
  /// Not matched inside of a longer word.
  var isSingleWord = false
  /// Takes the white space on its left, or right, with it.
  var stripsLeft = false
  var stripsRight = false
  /// Matched in the normalised text, by its normalised content; else in the text as it came.
  var isNormalized = false
}

/// All added tokens of a tokenizer, with the rules of PyPI `tokenizers` 0.23.3 for their IDs.
struct AddedTokens: Sendable {
  /// Longer tokens, in bytes, are refused: each place in a text may look so far ahead.
  static let longestToken = 1 << 14

  private(set) var tokens: [Int32: AddedToken] = [:]
  private(set) var ids: [[UInt8]: Int32] = [:]
  private var special: Set<[UInt8]> = []
  /// The normalised content of tokens whose content changes.
  private var normalized: [Int32: [UInt8]] = [:]
  private var rawMatcher = TokenMatcher()
  private var normalizedMatcher = TokenMatcher()

  var isEmpty: Bool { tokens.isEmpty }

  /// Adds tokens in order. A token that the model knows keeps the model's ID; others get the next free one.
  mutating func add(_ added: [AddedToken], vocabulary: Vocabulary, normalizer: (any Normalizer)?) throws(RunawayPattern) {
    let modelCount = Int32(vocabulary.count)
    var next = tokens.keys.max().map { $0 >= modelCount || modelCount == 0 ? $0 + 1 : modelCount } ?? modelCount
    for token in added where !token.content.isEmpty {
      if let id = ids[token.content], tokens[id] == token { continue }
      let id: Int32
      if let known = ids[token.content] ?? vocabulary.id(token.content) {
        id = known
      } else {
        id = next
        next += 1
      }
      if token.isNormalized, let normalizer {
        var text = NormalizedText(bytes: token.content, isAtOrigin: true)
        try normalizer.normalize(&text)
        if text.bytes != token.content { normalized[id] = text.bytes }
      }
      ids[token.content] = id
      if token.isSpecial { special.insert(token.content) }
      tokens[id] = token
    }
  }

  /// Special tokens that stand in a text are text like any other (`split_special_tokens`).
  var splitsSpecial = false

  /// Builds the matchers. Call once after the last ``add(_:vocabulary:normalizer:)``.
  /// - Throws: a problem if two tokens look the same after normalisation, or one vanishes.
  mutating func prepare() throws(TokenizerFault) {
    rawMatcher = TokenMatcher()
    normalizedMatcher = TokenMatcher()
    for (id, token) in tokens.sorted(by: { $0.key < $1.key }) {
      let pattern = token.isNormalized ? normalized[id] ?? token.content : token.content
      let name = String(decoding: token.content, as: UTF8.self)
      if pattern.isEmpty { throw TokenizerFault(.contradiction("the added token \(quoted(name)) is empty after normalisation")) }
      if pattern.count > Self.longestToken {
        throw TokenizerFault(.tooMany(what: "bytes in the added token \(quoted(name))", count: pattern.count, limit: Self.longestToken))
      }
      let isNew = token.isNormalized ? normalizedMatcher.add(pattern, id) : rawMatcher.add(pattern, id)
      if !isNew { throw TokenizerFault(.contradiction("the added token \(quoted(name)) looks like another one after normalisation")) }
    }
  }

  /// All tokens with their flags, in a fixed order: material for the tokenizer's digest.
  var description: String {
    tokens.sorted { $0.key < $1.key }.map { id, token in
      let flags = [
        (token.isSpecial, "special"), (token.isSingleWord, "single_word"), (token.stripsLeft, "lstrip"), (token.stripsRight, "rstrip"),
        (token.isNormalized, "normalized"),
      ]
      return ([String(id), String(token.content.count), String(decoding: token.content, as: UTF8.self)] + flags.filter(\.0).map(\.1)).joined(
        separator: " ")
    }.joined(separator: "\n") + (splitsSpecial ? "\nsplit" : "")
  }

  /// How an ID is spelt for the decoders, or nil if it is no added token.
  func decodedForm(_ id: Int32) -> [UInt8]? { tokens[id].map { normalized[id] ?? $0.content } }

  /// Whether `decode` leaves out a token spelt so.
  func isSpecial(_ form: [UInt8]) -> Bool { special.contains(form) }

  /// Cuts out the tokens that are matched in the raw text.
  func splitRaw(_ pieces: inout Pieces) {
    if !rawMatcher.isEmpty { split(&pieces, rawMatcher) }
  }

  /// Cuts out the tokens that are matched in the normalised text.
  func splitNormalized(_ pieces: inout Pieces) {
    if !normalizedMatcher.isEmpty { split(&pieces, normalizedMatcher) }
  }

  private func split(_ pieces: inout Pieces, _ matcher: TokenMatcher) {
    let bytes = pieces.bytes
    var result: [Pieces.Piece] = []
    for piece in pieces.pieces {
      if piece.id >= 0 {
        result.append(piece)
        continue
      }
      func add(_ start: Int, _ end: Int, _ id: Int32) {
        result.append(Pieces.Piece(start: start, end: end, id: id, isAtOrigin: piece.isAtOrigin && start == piece.start))
      }
      var done = piece.start
      var position = piece.start
      while let match = matcher.next(bytes, &position, piece.end) {
        guard let token = tokens[match.id], !(splitsSpecial && special.contains(token.content)) else { continue }
        var (start, end) = (match.start, match.end)
        if token.isSingleWord {
          let before = start > piece.start && ScalarProperties.isRustWord(scalar(bytes, at: previousScalar(bytes, before: start)).value)
          let after = end < piece.end && ScalarProperties.isRustWord(scalar(bytes, at: end).value)
          if before || after { continue }
        }
        if token.stripsLeft {
          while start > piece.start, case let previous = previousScalar(bytes, before: start),
            ScalarProperties.isWhiteSpace(scalar(bytes, at: previous).value)
          { start = previous }
          start = max(start, done)
        }
        if token.stripsRight {
          while end < piece.end, case (let value, let width) = scalar(bytes, at: end), ScalarProperties.isWhiteSpace(value) { end += width }
        }
        if done < start { add(done, start, -1) }
        add(start, end, match.id)
        done = end
      }
      if done < piece.end { add(done, piece.end, -1) }
    }
    pieces.pieces = result
  }
}

/// A problem without its place, for code that does not know the file.
struct TokenizerFault: Error {
  var problem: TokenizerError.Problem
  init(_ problem: TokenizerError.Problem) { self.problem = problem }
}

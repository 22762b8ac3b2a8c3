// Text to token IDs and back: normaliser, pre-tokeniser, model, post-processor, decoder.

internal import Documents

/// A tokenizer, made from a Hugging Face `tokenizer.json` or from the vocabulary in a GGUF file.
///
/// A value: safe to share between threads, and the same text always gives the same IDs. Encodes and decodes as PyPI `tokenizers` 0.23.3 does, or,
/// for GGUF vocabularies without merges, as llama.cpp does.
public struct Tokenizer: Sendable {
  /// Texts longer than this, in bytes, are refused.
  public static let textLimit = 1 << 30

  /// The ID of the token at the beginning of a text, if the files name one.
  public let bosID: Int32?
  /// The ID of the token at the end of a text, if the files name one.
  public let eosID: Int32?
  /// Whether ``encode(_:addSpecialTokens:)`` with special tokens puts the token ``bosID`` first.
  public let addsBOS: Bool

  let source: String
  let normalizer: (any Normalizer)?
  let preTokenizer: (any PreTokenizer)?
  let model: any TokenModel
  let postProcessor: (any PostProcessor)?
  let decoder: (any Decoder)?
  let added: AddedTokens
  /// Everything but vocabulary and merges, for the digest.
  let settings: String

  init(
    source: String, normalizer: (any Normalizer)?, preTokenizer: (any PreTokenizer)?, model: any TokenModel,
    postProcessor: (any PostProcessor)?, decoder: (any Decoder)?, added: AddedTokens, bosID: Int32?, eosID: Int32?, settings: String
  ) {
    self.source = source
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    self.postProcessor = postProcessor
    self.decoder = decoder
    self.added = added
    self.bosID = bosID
    self.eosID = eosID
    self.settings = settings
    let around = postProcessor?.process([], addsSpecialTokens: true) ?? []
    addsBOS = bosID != nil && around.first == bosID
  }

  /// The IDs of a text.
  ///
  /// - Parameter addSpecialTokens: put the tokens that begin and end a text around it, as the files say. Special tokens that stand in the text
  ///   itself are found either way.
  /// - Throws: ``TokenizerError`` for a text over ``textLimit``, a pattern that backtracks without bound, or text without a token.
  public func encode(_ text: String, addSpecialTokens: Bool) throws(TokenizerError) -> [Int32] {
    try encode(valid: Array(text.utf8), addSpecialTokens)
  }

  /// The IDs of a text given as bytes. Broken UTF-8 is repaired first, as Python's `errors="replace"` does.
  public func encode(_ bytes: [UInt8], addSpecialTokens: Bool) throws(TokenizerError) -> [Int32] {
    try encode(valid: repairedUTF8(bytes), addSpecialTokens)
  }

  private func encode(valid bytes: [UInt8], _ addSpecialTokens: Bool) throws(TokenizerError) -> [Int32] {
    guard bytes.count <= Self.textLimit else {
      throw TokenizerError(file: source, place: "", problem: .tooMany(what: "bytes of text", count: bytes.count, limit: Self.textLimit))
    }
    var ids: [Int32] = []
    do {
      let pieces = try pieces(bytes)
      ids.reserveCapacity(bytes.count / 3 + 4)
      for piece in pieces.pieces {
        if piece.id >= 0 { ids.append(piece.id) } else { try model.encode(pieces.bytes, piece.range, into: &ids) }
      }
    } catch let error as RunawayPattern {
      throw TokenizerError(file: source, place: "", problem: .runawayPattern(pattern: error.pattern))
    } catch let error as UnknownText {
      throw TokenizerError(file: source, place: "", problem: .noUnknownToken(text: error.text))
    } catch {
      throw TokenizerError(file: source, place: "", problem: .contradiction("\(error)"))
    }
    return postProcessor?.process(ids, addsSpecialTokens: addSpecialTokens) ?? ids
  }

  /// The words and added tokens of a text.
  func pieces(_ bytes: [UInt8]) throws(RunawayPattern) -> Pieces {
    var pieces = Pieces(bytes)
    added.splitRaw(&pieces)
    if let normalizer {
      var buffer: [UInt8] = []
      var result: [Pieces.Piece] = []
      for var piece in pieces.pieces {
        let start = buffer.count
        if piece.id < 0 {
          var text = NormalizedText(bytes: Array(pieces.bytes[piece.range]), isAtOrigin: piece.isAtOrigin)
          try normalizer.normalize(&text)
          piece.isAtOrigin = text.isAtOrigin
          buffer += text.bytes
          if buffer.count == start { continue }
        }
        piece.start = start
        piece.end = buffer.count
        result.append(piece)
      }
      pieces.bytes = buffer
      pieces.pieces = result
    }
    added.splitNormalized(&pieces)
    try preTokenizer?.preTokenize(&pieces)
    return pieces
  }

  /// The text of token IDs. IDs that no token has are left out.
  ///
  /// - Throws: ``TokenizerError`` for a decoder whose pattern backtracks without bound.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool) throws(TokenizerError) -> String {
    var tokens: [[UInt8]] = []
    tokens.reserveCapacity(ids.count)
    for id in ids {
      guard let form = added.decodedForm(id) ?? model.vocabulary.token(id).map(Array.init) else { continue }
      if !(skipSpecialTokens && added.isSpecial(form)) { tokens.append(form) }
    }
    guard let decoder else { return String(decoding: Array(tokens.joined(separator: [0x20])), as: UTF8.self) }
    do {
      try decoder.decode(&tokens)
    } catch {
      throw TokenizerError(file: source, place: "decoder", problem: .runawayPattern(pattern: error.pattern))
    }
    return String(decoding: Array(tokens.joined()), as: UTF8.self)
  }

  /// The token of an ID as the file spells it, or nil if no token has the ID.
  public func token(_ id: Int32) -> String? {
    (added.tokens[id]?.content[...] ?? model.vocabulary.token(id)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The ID of a token as the file spells it.
  public func tokenID(of token: String) -> Int32? {
    let bytes = Array(token.utf8)
    return added.ids[bytes] ?? model.vocabulary.id(bytes)
  }

  /// How many tokens there are, added ones included.
  public var vocabularySize: Int { model.vocabulary.count + added.ids.keys.count { model.vocabulary.id($0) == nil } }

  /// One more than the highest ID: the least number of rows that a model's embedding must have.
  public var idUpperBound: Int { max(model.vocabulary.upperBound, Int(added.tokens.keys.max() ?? -1) + 1) }

  /// What kind of tokenizer this is: "byte-level BPE, 49152 tokens".
  public var kindName: String { "\(model.name), \(vocabularySize) tokens" }
}

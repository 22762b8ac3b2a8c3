// Where the tokens of a text end, in bytes: what two tokenizers have in common.

public import Tokenization

/// The bytes of a text that each token stands for.
public struct TokenSpans: Sendable, Hashable {
  /// By token: the byte of the text at which it ends; nil where that is inside a character or not known.
  public var ends: [Int?]
  /// By token: whether it stands for no bytes of the text (the token that begins or ends a text).
  public var isEmpty: [Bool]

  public init(ends: [Int?], isEmpty: [Bool]) {
    precondition(ends.count == isEmpty.count, "an end and a flag for each token")
    self.ends = ends
    self.isEmpty = isEmpty
  }
}

extension TokenSpans {
  /// Finds the ends by decoding token after token and holding the result against the text.
  ///
  /// Where a tokenizer changes the text (lower case, cleaned spaces), ends are unknown from there on.
  ///
  /// - Parameters:
  ///   - ids: what the tokenizer made of `text`.
  ///   - decode: the text of some token IDs, without special tokens if so asked.
  /// - Throws: what `decode` throws.
  public init<Failure: Error>(
    ids: [Int32], text: String, decode: (_ ids: [Int32], _ skipsSpecialTokens: Bool) throws(Failure) -> String
  ) throws(Failure) {
    let bytes = Array(text.utf8)
    var ends: [Int?] = []
    var empty: [Bool] = []
    // Tokens that are decoded together: those since the last known end and what stands before them, since decoders treat the beginning of a text
    // otherwise and a part of a character by itself otherwise than behind its other part.
    var window: [Int32] = []
    // What the tokens before the last known end decode to.
    var anchor: [UInt8] = []
    var end = 0
    // Tokens since the last known end.
    var open = 0
    for id in ids {
      if open == 0, try decode([id], true).isEmpty, try !Self.continues(bytes, at: end, with: Array(decode([id], false).utf8)) {
        ends.append(end)
        empty.append(true)
        continue
      }
      empty.append(false)
      guard open < Self.longestStretch else {
        ends.append(nil)
        continue
      }
      window.append(id)
      open += 1
      let decoded = Array(try decode(window, false).utf8)
      var piece = decoded.starts(with: anchor) ? decoded.dropFirst(anchor.count) : []
      // A space that the tokenizer put before the text.
      if end == 0, piece.first == 0x20, bytes.first != 0x20 { piece = piece.dropFirst() }
      guard !piece.isEmpty, Self.continues(bytes, at: end, with: piece) else {
        ends.append(nil)
        continue
      }
      end += piece.count
      open = 0
      ends.append(end)
      let alone = Array(try decode([id], false).utf8)
      (window, anchor) = decoded.suffix(alone.count).elementsEqual(alone) ? ([id], alone) : (window, decoded)
    }
    self.init(ends: ends, isEmpty: empty)
  }

  /// Tokens without a known end after which no more is looked for.
  private static let longestStretch = 32

  private static func continues(_ bytes: [UInt8], at place: Int, with piece: some Collection<UInt8>) -> Bool {
    place + piece.count <= bytes.count && bytes[place..<place + piece.count].elementsEqual(piece)
  }
}

extension Tokenizer {
  /// Where the tokens that this tokenizer made of a text end in it.
  public func spans(of ids: [Int32], in text: String) throws(TokenizerError) -> TokenSpans {
    try TokenSpans(ids: ids, text: text) { (ids, skips) throws(TokenizerError) in try decode(ids, skipSpecialTokens: skips) }
  }

  /// Whether another tokenizer gives each ID the same token: the models then share a vocabulary, whatever size it is padded to.
  public func sharesTokens(with other: Tokenizer) -> Bool {
    guard idUpperBound == other.idUpperBound else { return false }
    return (0..<Int32(clamping: idUpperBound)).allSatisfy { token($0) == other.token($0) }
  }
}

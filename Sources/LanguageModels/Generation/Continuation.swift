// A sequence while it is being continued: its tokens, its cache, and when it ends.

internal import Tokenization

/// The state of one request.
final class Continuation {
  let index: Int
  let request: GenerationRequest
  let cache: KeyValueCache
  /// Prompt and continuation.
  private(set) var sequence: [Int32]
  private(set) var logprobs: [Double] = []
  private var chooser: TokenChooser
  private let tokenizer: Tokenizer
  private let contextLength: Int
  /// Tokens that surely hold a stop string if one ended just now.
  private let window: Int
  private var lengthClass = 0

  init(_ index: Int, _ request: GenerationRequest, cache: KeyValueCache, tokenizer: Tokenizer, contextLength: Int) {
    self.index = index
    self.request = request
    self.cache = cache
    self.tokenizer = tokenizer
    self.contextLength = contextLength
    sequence = request.prompt
    chooser = TokenChooser(request.sampling)
    window = (request.stopStrings.map(\.utf8.count).max() ?? 0) + 8  // every token but special ones has at least a byte
  }

  /// The next tokens to compute, at most `limit`; where the sequence has grown into other angles, from its start.
  func next(limit: Int, decoder: Decoder) -> (tokens: [Int32], lengthClass: Int) {
    let now = decoder.lengthClass(of: sequence.count)
    if now != lengthClass {
      lengthClass = now
      cache.truncate(to: 0)
    }
    return (Array(sequence[cache.length...].prefix(limit)), lengthClass)
  }

  /// Whether all but nothing remains to be computed: the pass that is under way gives the next token.
  func isComplete(after count: Int) -> Bool { cache.length + count == sequence.count }

  var needsLogits: Bool { !request.rules.isEmpty || request.sampling != .greedy }

  /// Adds a token by its logits `[vocabulary]`.
  ///
  /// - Returns: the result, once the continuation has ended.
  func advance(logits: [Float], normalizer: Double) throws(ModelError) -> GeneratedText? {
    var changed = logits
    request.rules.apply(to: &changed, after: sequence)
    guard let token = chooser.choose(changed) else { return try end(.notFinite) }
    return try advance(token: token, logprob: Double(logits[Int(token)]) - normalizer)
  }

  /// Adds a token.
  ///
  /// - Returns: the result, once the continuation has ended.
  func advance(token: Int32, logprob: Double) throws(ModelError) -> GeneratedText? {
    if request.stopTokens.contains(token) { return try end(.stopToken) }
    sequence.append(token)
    logprobs.append(logprob)
    if !request.stopStrings.isEmpty {
      let tail = try decode(sequence.suffix(min(window, logprobs.count)))
      if request.stopStrings.contains(where: { tail.utf8.contains($0.utf8) }) { return try end(.stopString) }
    }
    if logprobs.count >= request.maximumTokens { return try end(.length) }
    if sequence.count >= contextLength { return try end(.context) }
    return nil
  }

  /// The continuation as it is, up to the first stop string.
  func end(_ ending: GeneratedText.Ending) throws(ModelError) -> GeneratedText {
    let tokens = Array(sequence.suffix(logprobs.count))
    var text = try decode(tokens[...])
    // Byte by byte: a line feed is one behind a carriage return too, though the two are one Character.
    let cut = request.stopStrings.compactMap { text.utf8.firstRange(of: $0.utf8)?.lowerBound }.min()
    if let cut { text = String(text[..<cut]) }
    return GeneratedText(tokens: tokens, logprobs: logprobs, text: text, ending: cut == nil ? ending : .stopString)
  }

  private func decode(_ tokens: ArraySlice<Int32>) throws(ModelError) -> String {
    do { return try tokenizer.decode(Array(tokens), skipSpecialTokens: true) } catch { throw .tokenizer(error) }
  }
}

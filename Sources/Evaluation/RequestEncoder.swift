// Texts to tokens by the harness's rules: context and continuation encoded together, trailing spaces moved to the continuation.

internal import Documents
public import LanguageModels
internal import Records
public import Tasks
public import Tokenization

/// Encodes requests for one tokenizer (lm-evaluation-harness `TemplateLM._encode_pair`).
public struct RequestEncoder: Sendable {
  let tokenizer: Tokenizer
  let contextLength: Int
  let truncation: Truncation
  /// The token that stands for an empty context: BOS, or EOS where there is none.
  private let prefixToken: Int32?
  private let prefixText: String?

  public init(_ tokenizer: Tokenizer, contextLength: Int, truncation: Truncation) {
    self.tokenizer = tokenizer
    self.contextLength = contextLength
    self.truncation = truncation
    prefixToken = tokenizer.bosID ?? tokenizer.eosID
    // A token that can't be decoded begins no text.
    prefixText = prefixToken.flatMap { try? tokenizer.decode([$0], skipSpecialTokens: false) }
  }

  /// The tokens of one request, for showing what a model makes of it.
  ///
  /// - Throws: why it can't be asked, as a sentence.
  public func encode(_ request: LikelihoodRequest) throws -> ScoringRequest {
    do { return try tokens(of: [request])[0] } catch let failure as ItemFailure { throw UnaskableRequest(failure: failure) }
  }

  /// The tokens of an item's requests.
  ///
  /// - Throws: ``ItemFailure``, or what the tokenizer says.
  func tokens(of requests: [LikelihoodRequest]) throws -> [ScoringRequest] {
    var encoded: [ScoringRequest] = []
    var lastContext: (text: String, tokens: [Int32])?
    for request in requests {
      let context: [Int32]
      let continuation: [Int32]
      if request.context.isEmpty {
        var tokens = try tokenizer.encode(request.continuation, addSpecialTokens: false)
        guard let prefixToken else { throw ItemFailure.noPrefixToken }
        if tokens.first == prefixToken { tokens.removeFirst() }
        context = [prefixToken]
        continuation = tokens
      } else {
        let pair = Self.moveTrailingSpaces(request)
        if lastContext?.text != pair.context { lastContext = (pair.context, try encode(pair.context)) }
        context = lastContext?.tokens ?? []
        continuation = Array(try encode(pair.context + pair.continuation).dropFirst(context.count))
      }
      guard !context.isEmpty else { throw ItemFailure.noPrefixToken }
      guard !continuation.isEmpty else { throw ItemFailure.emptyContinuation(text: request.continuation) }
      var tokens = context + continuation
      if tokens.count - 1 > contextLength {
        guard truncation == .left, continuation.count <= contextLength else {
          throw ItemFailure.contextOverflow(tokens: tokens.count, limit: contextLength)
        }
        tokens.removeFirst(tokens.count - (contextLength + 1))
      }
      encoded.append(ScoringRequest(tokens: tokens, continuationStart: tokens.count - continuation.count))
    }
    return encoded
  }

  /// The tokens of a prompt that is to be continued.
  ///
  /// - Parameter maximum: tokens that the continuation may have; with truncation the prompt makes room for them, as in the harness.
  func prompt(_ text: String, maximum: Int) throws -> [Int32] {
    var tokens = try encode(text)
    if tokens.isEmpty {
      guard let prefixToken else { throw ItemFailure.noPrefixToken }
      tokens = [prefixToken]
    }
    let room = truncation == .left ? contextLength - maximum : contextLength - 1
    guard room > 0 else { throw ItemFailure.noRoom(maximum: maximum, limit: contextLength) }
    if tokens.count > room {
      guard truncation == .left else { throw ItemFailure.contextOverflow(tokens: tokens.count + 1, limit: contextLength) }
      tokens.removeFirst(tokens.count - room)
    }
    return tokens
  }

  /// A whole text in windows of the context's length: the first begins behind the prefix token, the next ones behind the token before them, and the
  /// last sees as much of what went before as fits.
  ///
  /// As `get_rolling_token_windows` and `make_disjoint_window` of lm-evaluation-harness with a context of one token.
  func windows(of text: String) throws -> [ScoringRequest] {
    guard let prefixToken else { throw ItemFailure.noPrefixToken }
    let tokens = try encode(text)
    guard !tokens.isEmpty else { throw ItemFailure.emptyContinuation(text: text) }
    var windows: [ScoringRequest] = []
    var done = 0
    while done < tokens.count {
      let end = min(tokens.count, done + contextLength)
      // Behind the first window there are at least `contextLength` tokens to look back on.
      let window = done == 0 ? [prefixToken] + tokens[..<end] : Array(tokens[(end - contextLength - 1)..<end])
      windows.append(ScoringRequest(tokens: window, continuationStart: window.count - (end - done)))
      done = end
    }
    return windows
  }

  /// Special tokens as the tokenizer adds them, unless the text already begins with the first of them.
  private func encode(_ text: String) throws -> [Int32] {
    let hasPrefix = prefixText.map { !$0.isEmpty && text.utf8.starts(with: $0.utf8) } ?? false
    return try tokenizer.encode(text, addSpecialTokens: !hasPrefix)
  }

  /// White space at the context's end belongs to the continuation, so that words keep their leading space.
  static func moveTrailingSpaces(_ request: LikelihoodRequest) -> (context: String, continuation: String) {
    var context = request.context.unicodeScalars[...]
    var moved = 0
    while let last = context.last, isPythonSpace(last) {
      context.removeLast()
      moved += 1
    }
    if moved == 0 { return (request.context, request.continuation) }
    let spaces = String(String.UnicodeScalarView(request.context.unicodeScalars.suffix(moved)))
    return (String(context), spaces + request.continuation)
  }

  /// What Python's `str.isspace` and `str.rstrip` take as white space: Unicode's, and the four separators U+001C to U+001F.
  private static func isPythonSpace(_ scalar: UnicodeScalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}

/// Why a single request can't be asked.
struct UnaskableRequest: Diagnostic {
  var failure: ItemFailure
  var description: String { failure.failure.message }
}

/// Why one item could not be asked or scored; it becomes the outcome's error, never a wrong answer.
enum ItemFailure: Error, Sendable, Hashable {
  case contextOverflow(tokens: Int, limit: Int)
  case emptyContinuation(text: String)
  case noPrefixToken
  /// The answer alone would fill the context window.
  case noRoom(maximum: Int, limit: Int)
  /// The context window was full before the answer had ended.
  case cutAnswer(prompt: Int, maximum: Int, limit: Int)
  /// The task's templates could not make a question of the document.
  case document(message: String)
  /// The model's chat template could not write the prompt.
  case prompt(message: String)
  /// A filter could not work on the answer.
  case filter(message: String)
  case notFinite
  case tokenization(message: String)

  /// An error with its causes, in one line.
  static func sentence(_ error: any Error) -> String { explanation(of: error).replacing("\n  because ", with: ", because ") }

  var failure: ItemOutcome.Failure {
    switch self {
    case .contextOverflow(let tokens, let limit):
      ItemOutcome.Failure(
        kind: "context_overflow",
        message: "the item has \(tokens) tokens and the model's context window \(limit); shorten it, or cut it with --truncation left")
    case .emptyContinuation(let text):
      ItemOutcome.Failure(
        kind: "empty_continuation",
        message: "the continuation '\(text)' adds no token of its own to its context; nothing can be scored")
    case .noPrefixToken:
      ItemOutcome.Failure(kind: "no_prefix_token", message: "the context is empty and the tokenizer has neither a BOS nor an EOS token")
    case .noRoom(let maximum, let limit):
      ItemOutcome.Failure(
        kind: "context_overflow",
        message: "the answer may have \(maximum) tokens and the model's context window \(limit), which leaves none for the prompt")
    case .cutAnswer(let prompt, let maximum, let limit):
      ItemOutcome.Failure(
        kind: "context_overflow",
        message: "the prompt has \(prompt) tokens, the answer may have \(maximum), and it filled the model's context window of \(limit) before it "
          + "ended; shorten the prompt, or cut it with --truncation left")
    case .document(let message): ItemOutcome.Failure(kind: "document", message: message)
    case .prompt(let message): ItemOutcome.Failure(kind: "template", message: message)
    case .filter(let message): ItemOutcome.Failure(kind: "filter", message: message)
    case .notFinite:
      ItemOutcome.Failure(
        kind: "not_finite", message: "the model's logits are not finite numbers here; its weights are damaged or overflow at this precision")
    case .tokenization(let message): ItemOutcome.Failure(kind: "tokenization", message: message)
    }
  }
}

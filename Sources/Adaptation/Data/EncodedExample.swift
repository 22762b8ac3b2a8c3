// Examples as tokens, within the length that is allowed.

public import Tokenization

/// An example's tokens and which of them count.
public struct EncodedExample: Sendable, Hashable {
  public var tokens: [Int32]
  /// The places of the tokens that are to be predicted; never the first.
  public var trained: Range<Int>
  /// The place of the completion's first token.
  public var completionStart: Int
  public var weight: Float
  /// Whether it lost tokens.
  public var isTruncated: Bool
  /// The text, for teachers with a tokenizer of their own.
  public var example: TrainingExample
}

/// Encodes examples for one tokenizer.
public struct ExampleEncoder: Sendable {
  /// What becomes of examples with too many tokens.
  public enum LongExamples: String, Sendable, Hashable, CaseIterable {
    /// Prompts lose their beginning; what is still too long, its end.
    case truncate
    case refuse
  }

  /// Examples with what happened to them on the way.
  public struct Result: Sendable {
    public var examples: [EncodedExample] = []
    /// Examples that lost tokens.
    public var truncated = 0
    /// The tokens of all.
    public var tokens: Int { examples.reduce(0) { $0 + $1.tokens.count } }
  }

  private let tokenizer: Tokenizer
  private let limit: Int
  private let longExamples: LongExamples
  private let completionOnly: Bool
  private let endToken: Int32?
  private let prefixText: String?

  /// - Parameters:
  ///   - limit: tokens that an example may have: the settings' ``TrainingSettings/maxTokens``, and the context window.
  ///   - completionOnly: train on completions alone, not on prompts as well.
  ///   - addsEnd: put the end token behind examples that are complete.
  public init(_ tokenizer: Tokenizer, limit: Int, longExamples: LongExamples, completionOnly: Bool, addsEnd: Bool) {
    self.tokenizer = tokenizer
    self.limit = limit
    self.longExamples = longExamples
    self.completionOnly = completionOnly
    endToken = addsEnd ? tokenizer.eosID : nil
    // A token that can't be decoded begins no text.
    prefixText = tokenizer.bosID.flatMap { try? tokenizer.decode([$0], skipSpecialTokens: false) }
  }

  public func encode(_ examples: [TrainingExample]) throws(TrainingDataError) -> Result {
    var result = Result()
    for example in examples {
      if let encoded = try encode(example, truncated: &result.truncated) { result.examples.append(encoded) }
    }
    return result
  }

  /// Nil where nothing is left to predict: a text of one token.
  private func encode(_ example: TrainingExample, truncated: inout Int) throws(TrainingDataError) -> EncodedExample? {
    var tokens: [Int32]
    var start: Int
    do throws(TokenizerError) {
      tokens = try encode(example.prompt + example.completion)
      start = 0
      if !example.prompt.isEmpty {
        // As a harness asks it: white space at the prompt's end belongs to the completion, so that words keep their space.
        let prompt = example.prompt.unicodeScalars
        let end = prompt.lastIndex { !$0.properties.isWhitespace }.map(prompt.index(after:)) ?? prompt.startIndex
        start = end == prompt.startIndex ? 0 : min(try encode(String(prompt[..<end])).count, max(0, tokens.count - 1))
      }
    } catch {
      throw TrainingDataError(place: "\(example.origin)", problem: .tokenization(error))
    }
    if example.isComplete, let endToken, tokens.last != endToken { tokens.append(endToken) }
    let isTruncated = tokens.count > limit
    if isTruncated {
      if longExamples == .refuse { throw TrainingDataError(place: "\(example.origin)", problem: .tooLong(tokens: tokens.count, limit: limit)) }
      truncated += 1
      let cut = min(start, tokens.count - limit)
      tokens.removeFirst(cut)
      start -= cut
      if tokens.count > limit { tokens.removeLast(tokens.count - limit) }
    }
    guard tokens.count > 1 else { return nil }
    let first = completionOnly ? max(1, start) : 1
    return EncodedExample(
      tokens: tokens, trained: min(first, tokens.count)..<tokens.count, completionStart: start, weight: example.weight,
      isTruncated: isTruncated, example: example)
  }

  /// Special tokens as the tokenizer adds them, unless the text begins with the first of them. The end token is this encoder's to add.
  private func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    let hasPrefix = prefixText.map { !$0.isEmpty && text.utf8.starts(with: $0.utf8) } ?? false
    var tokens = try tokenizer.encode(text, addSpecialTokens: !hasPrefix)
    if let end = tokenizer.eosID, tokens.count > 1, tokens.last == end, try tokenizer.encode(text, addSpecialTokens: false).last != end {
      tokens.removeLast()
    }
    return tokens
  }
}

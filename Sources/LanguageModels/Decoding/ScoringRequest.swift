// What the scorer is asked, in tokens, and what it answers.

/// A sequence whose last tokens are scored.
public struct ScoringRequest: Sendable, Hashable {
  /// Context and continuation.
  public var tokens: [Int32]
  /// The index of the continuation's first token, at least 1.
  public var continuationStart: Int

  public init(tokens: [Int32], continuationStart: Int) {
    precondition(continuationStart >= 1 && continuationStart < tokens.count, "a context and a continuation are needed")
    self.tokens = tokens
    self.continuationStart = continuationStart
  }

  /// The tokens that go through the model: all but the last, which is only scored.
  var inputs: ArraySlice<Int32> { tokens[..<(tokens.count - 1)] }

  public var continuationLength: Int { tokens.count - continuationStart }
}

/// The log-probabilities of a continuation's tokens.
public struct ScoredContinuation: Sendable, Hashable {
  /// Natural logarithms, one a token, each at most 0.
  public var logprobs: [Double]
  /// Whether each token was the most probable one at its place.
  public var isGreedy: Bool

  /// Their sum, taken in order.
  public var logprob: Double { logprobs.reduce(0, +) }
}

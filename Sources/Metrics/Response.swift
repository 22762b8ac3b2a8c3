// What a model answered to one item, in the forms that metrics can score.

/// The log-likelihood of one continuation, given its context.
public struct ContinuationLikelihood: Sendable, Hashable {
  /// The continuation as the task's author wrote it, without the delimiter that joins it to its context.
  public var text: String
  /// Sum of the natural log-probabilities of the continuation's tokens, at most 0.
  public var logprob: Double
  /// How many tokens the continuation has, at least 1.
  public var tokens: Int
  /// Whether each token was the most probable one at its place.
  public var isGreedy: Bool

  public init(text: String, logprob: Double, tokens: Int, isGreedy: Bool) {
    self.text = text
    self.logprob = logprob
    self.tokens = tokens
    self.isGreedy = isGreedy
  }
}

/// A model's answer to one item.
public enum Response: Sendable, Hashable {
  /// The likelihood of every choice; `gold` holds the indices of the right ones.
  case choices([ContinuationLikelihood], gold: [Int])
  /// The likelihood of the one right continuation.
  case likelihood(ContinuationLikelihood)
  /// Generated text with the texts that would be right.
  case text(String, references: [String])
}

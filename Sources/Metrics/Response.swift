// What a model answered to one item, in the forms that metrics can score.

/// The log-likelihood of one continuation, given its context.
public struct ContinuationLikelihood: Sendable, Hashable {
  /// The continuation as the task's author wrote it, without the delimiter that joins it to its context.
  public var text: String
  /// Sum of the natural log-probabilities of the continuation's tokens, at most 0.
  public var logprob: Double
  /// The same without the context; nil where nobody asked for it.
  public var unconditionalLogprob: Double?
  /// How many tokens the continuation has, at least 1.
  public var tokens: Int
  /// Whether each token was the most probable one at its place.
  public var isGreedy: Bool

  public init(text: String, logprob: Double, unconditionalLogprob: Double? = nil, tokens: Int, isGreedy: Bool) {
    self.text = text
    self.logprob = logprob
    self.unconditionalLogprob = unconditionalLogprob
    self.tokens = tokens
    self.isGreedy = isGreedy
  }
}

/// The log-likelihood of a whole text.
public struct RollingLikelihood: Sendable, Hashable {
  /// Sum of the natural log-probabilities of the text's tokens, at most 0.
  public var logprob: Double
  public var words: Int
  /// In UTF-8.
  public var bytes: Int

  public init(logprob: Double, words: Int, bytes: Int) {
    self.logprob = logprob
    self.words = words
    self.bytes = bytes
  }

  /// Counts words and bytes as lm-evaluation-harness 0.4 does.
  ///
  /// Its words are the pieces between runs of white space, the empty ones at both ends included (`re.split(r"\s+", text)` in
  /// `lm_eval/api/task.py`): a text of n runs of white space has n + 1 words.
  public init(of text: String, logprob: Double) {
    var runs = 0
    var isInside = false
    for scalar in text.unicodeScalars {
      let isSpace = PythonText.isWhiteSpace(scalar)
      if isSpace, !isInside { runs += 1 }
      isInside = isSpace
    }
    self.init(logprob: logprob, words: runs + 1, bytes: text.utf8.count)
  }
}

/// A model's answer to one item.
public enum Response: Sendable, Hashable {
  /// The likelihood of every choice; `gold` holds the indices of the right ones.
  case choices([ContinuationLikelihood], gold: [Int])
  /// The likelihood of the one right continuation.
  case likelihood(ContinuationLikelihood)
  /// The likelihood of the item's whole text.
  case rolling(RollingLikelihood)
  /// Generated text, as the task's filters left it, with the texts that would be right.
  case text(String, references: [String])
}

/// Which kind of answer a metric scores.
public enum ResponseKind: String, Sendable, Hashable, CaseIterable {
  case choices, likelihood, rolling, text
}

extension Response {
  public var kind: ResponseKind {
    switch self {
    case .choices: .choices
    case .likelihood: .likelihood
    case .rolling: .rolling
    case .text: .text
    }
  }
}

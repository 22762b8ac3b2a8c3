// What a frozen model says of a batch.

public import Tensors

/// A frozen model's final hidden states for the rows of a batch, and its projection onto the vocabulary.
///
/// Its tokens must be the student's: the same token for the same ID. The two vocabularies may be padded to different sizes; the teacher's
/// distribution is then over the tokens that both have, and the student is taught to give the others none.
public struct Teacher: Sendable {
  /// `[rows, width]`, after the output norm.
  public var hidden: Matrix
  public var vocabulary: any VocabularyProjection
  /// What it says of the gold tokens, a row each; computed where the objective needs it and it is nil.
  public var verdicts: [TokenVerdict]?

  public init(hidden: Matrix, vocabulary: any VocabularyProjection, verdicts: [TokenVerdict]? = nil) {
    self.hidden = hidden
    self.vocabulary = vocabulary
    self.verdicts = verdicts
  }
}

/// How the old model teaches.
public enum OldTeacher: Sendable {
  /// By its whole distributions: it has the student's tokens.
  case states(Teacher)
  /// By the likelihoods of chunks of text: it has a tokenizer of its own. Rows in no chunk do not follow it.
  case chunks([AlignedChunk])
}

/// What a model says of the gold token of a row.
public struct TokenVerdict: Sendable, Hashable {
  /// The natural logarithm of the gold token's probability, at temperature 1.
  public var logProbability: Double
  /// Whether the gold token is the most likely one (the first of them where several are).
  public var isRight: Bool

  public init(logProbability: Double, isRight: Bool) {
    self.logProbability = logProbability
    self.isRight = isRight
  }

  /// Of rows that do not count.
  static let none = TokenVerdict(logProbability: 0, isRight: false)
}

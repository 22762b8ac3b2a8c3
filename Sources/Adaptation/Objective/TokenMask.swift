// Which of the two frozen teachers a token is aligned to.

/// The rule by which a token follows the old model; where it says no, the token follows the new one.
///
/// MUSCLE (arXiv 2407.09435v2) proposes ``studentWrong`` and compares it with the others; its ablations of the two likelihoods keep a share of
/// cross-entropy (``Objective/lambda`` below 1). Which suits depends on the update: for a candidate that is a damaged copy of the baseline,
/// the new model's own term holds the damage in place, and ``alwaysOld`` repairs more.
public enum TokenMask: String, Sendable, Hashable, CaseIterable {
  /// The student's most likely next token, as it is now, is not the gold one (the method).
  case studentWrong = "student-wrong"
  /// Every token: plain distillation from the old model.
  case alwaysOld = "always-old"
  /// The old model's most likely next token is the gold one.
  case oldCorrect = "old-correct"
  /// The student, as it is now, gives the gold token less probability than the old model does.
  case tokenLikelihood = "token-likelihood"
  /// The same for the product over a sequence's trained tokens: all of them follow one model.
  case sequenceLikelihood = "sequence-likelihood"

  /// Whether the rule asks what the old model says of the gold tokens.
  var asksOldModel: Bool {
    switch self {
    case .studentWrong, .alwaysOld: false
    case .oldCorrect, .tokenLikelihood, .sequenceLikelihood: true
    }
  }
}

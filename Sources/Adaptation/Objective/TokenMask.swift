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

/// Factors on the old model's term where the two models differ much in strength.
public enum OldModelWeighting: Sendable, Hashable {
  case uniform
  /// alpha + beta for tokens that the old model gets right, alpha for the others: focal distillation with positive-congruent training's weights
  /// (Yan et al. 2021, arXiv 2011.09161; 1 and 5 there, while 20 did harm). Each token is one prediction.
  case oldRight(alpha: Double, beta: Double)
  /// alpha + beta for sequences whose trained tokens are likelier by the old model than by the new one, alpha for the others; with 0 and 1 the old
  /// model teaches only where it knows better.
  case oldLikelier(alpha: Double, beta: Double)

  public static let positiveCongruent = OldModelWeighting.oldRight(alpha: 1, beta: 5)
  public static let onlyWhereLikelier = OldModelWeighting.oldLikelier(alpha: 0, beta: 1)

  /// The factors in the order alpha, beta.
  var factors: (alpha: Double, beta: Double) {
    switch self {
    case .uniform: (1, 0)
    case .oldRight(let alpha, let beta), .oldLikelier(let alpha, let beta): (alpha, beta)
    }
  }
}

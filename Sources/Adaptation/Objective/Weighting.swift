// What counts more than the rest, where the two models differ much in strength.

/// A factor on what a rule picks out, and one on the rest.
public struct Weighting: Sendable, Hashable {
  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// Nothing is picked out.
    case uniform
    /// The old model's term of tokens that the old model gets right: focal distillation with positive-congruent training's weights (Yan et al. 2021,
    /// arXiv 2011.09161: 1 for the rest and 1 + 5 for these, while 1 + 20 did harm). Each token is one prediction.
    case oldRight = "old-right"
    /// The old model's term of sequences whose trained tokens are likelier by the old model than by the new one; with 1 and 0 for the rest the old model
    /// teaches only where it knows better.
    case oldLikelier = "old-likelier"
    /// All of an example whose completion has a token that the old model predicts and the new one does not: what the update broke.
    case flips
  }

  public var rule: Rule
  /// The factor on what the rule picks out, 0 to 1000.
  public var weight: Double
  /// The factor on everything else, 0 to 1000.
  public var rest: Double

  public init(_ rule: Rule, weight: Double = 6, rest: Double = 1) {
    self.rule = rule
    self.weight = weight
    self.rest = rest
  }

  public static let uniform = Weighting(.uniform)
  public static let positiveCongruent = Weighting(.oldRight, weight: 6, rest: 1)
  public static let onlyWhereLikelier = Weighting(.oldLikelier, weight: 1, rest: 0)

  func factor(isPicked: Bool) -> Double { isPicked ? weight : rest }

  /// Throws if a factor is out of its range.
  func check() throws(ObjectiveError) {
    // An example without weight is none: a step of such examples would have no loss.
    let isOfExamples = rule == .flips
    for (name, value) in [("weight", weight), ("weight of the rest", rest)] {
      guard value.isFinite, value <= 1000, isOfExamples ? value > 0 : value >= 0 else {
        throw .badSetting(name, found: value, expected: isOfExamples ? "a number above 0, at most 1000" : "a number from 0 to 1000")
      }
    }
  }
}

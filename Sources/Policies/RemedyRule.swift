// What a policy asks to be done about a regression: `remedy` in the file.

/// Train a compatibility adapter on the candidate and judge again.
///
/// Training itself is not the policy's: what is nil is left to the trainer's own defaults.
public struct RemedyRule: Sendable, Hashable {
  public enum Occasion: String, Sendable, Hashable, CaseIterable {
    /// Only where the verdict is `failed`.
    case failed
    /// Whatever the verdict is.
    case always
  }

  /// Which tokens follow the old model (MUSCLE's mask, and those that the paper compares it with).
  public enum Mask: String, Sendable, Hashable, CaseIterable {
    case studentWrong = "student-wrong"
    case alwaysOld = "always-old"
    case oldCorrect = "old-correct"
    case tokenLikelihood = "token-likelihood"
    case sequenceLikelihood = "sequence-likelihood"
  }

  /// What new factors begin with: no change, or what the old model's weights have and the new one's lack.
  public enum Start: String, Sendable, Hashable, CaseIterable {
    case zero
    case residual
  }

  /// What counts more than the rest where the two models differ much in strength.
  public enum Weighting: String, Sendable, Hashable, CaseIterable {
    case uniform
    case oldRight = "old-right"
    case oldLikelier = "old-likelier"
    case flips
  }

  public var kind = Remedy.Kind.compatibilityAdapter
  public var recipe = Remedy.Recipe.muscle
  /// Training files relative to the policy file, task files, and names of built-in tasks.
  public var train: [String]
  /// A validation file; nil: a share of the training data.
  public var validation: String?
  public var when = Occasion.failed
  /// Whether the gate's verdict is the repaired candidate's.
  public var decides = false
  /// Leave out training examples that hold an item of the gate; else they are an error.
  public var dropsOverlap = false
  public var rank: Int?
  public var mask: Mask?
  public var start: Start?
  public var weighting: Weighting?
  /// How much it counts, and how much the rest does.
  public var weight: Double?
  public var restWeight: Double?
  /// The share of distillation, 0...1.
  public var lambda: Double?
  public var temperature: Double?
  public var learningRate: Double?
  public var epochs: Int?
  public var maxSteps: Int?
  public var maxMinutes: Double?
  public var seed: Int?
  /// Axes of a sweep, each `name=value,value`.
  public var sweep: [String] = []

  public init(train: [String]) { self.train = train }
}

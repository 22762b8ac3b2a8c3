// What training minimises: cross-entropy, MUSCLE's masked distillation from two teachers, or a mixture.

/// The objective of a training run.
///
/// The loss is the mean over trained tokens i, weighted by w_i:
///
///     λ · f_i · KL(softmax(z_teacher,i / T) ‖ softmax(z_student,i / T)) + (1 - λ) · CE_i
///
/// where the teacher is the old or the new model by ``mask``, f_i is ``weighting``'s factor on the old model's term (1 on the new one's; where it is one
/// on examples, it is a factor on w_i), and there is no factor T² (MUSCLE, arXiv 2407.09435v2). With ``Kind/crossEntropy`` it is CE alone, and no teacher is needed.
public struct Objective: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case muscle
    case crossEntropy = "cross-entropy"
  }

  public var kind: Kind
  public var mask: TokenMask
  /// T: above 0; the paper's is 2.
  public var temperature: Double
  /// λ, from 0 to 1: the share of the divergences; the rest is cross-entropy.
  public var lambda: Double
  /// Tokens that do not follow the old model follow the new one; if not, they have no divergence.
  public var alignsToNewModel: Bool
  public var weighting: Weighting
  /// Whether the loss covers prompts too, as the paper has it, or completions alone.
  public var countsPrompt: Bool
  /// How the old model's term crosses tokenizers.
  public var chunkMatching: ChunkMatching

  public init(
    kind: Kind = .muscle, mask: TokenMask = .studentWrong, temperature: Double = 2, lambda: Double = 1, alignsToNewModel: Bool = true,
    weighting: Weighting = .uniform, countsPrompt: Bool = true, chunkMatching: ChunkMatching = ChunkMatching()
  ) {
    self.kind = kind
    self.mask = mask
    self.temperature = temperature
    self.lambda = lambda
    self.alignsToNewModel = alignsToNewModel
    self.weighting = weighting
    self.countsPrompt = countsPrompt
    self.chunkMatching = chunkMatching
  }

  public static let crossEntropy = Objective(kind: .crossEntropy)

  /// λ as it counts: 0 for cross-entropy alone.
  public var divergenceShare: Double { kind == .crossEntropy ? 0 : lambda }
  /// Whether the old model's hidden states, or its chunks, are needed.
  public var needsOldModel: Bool { divergenceShare > 0 }
  public var needsNewModel: Bool { divergenceShare > 0 && alignsToNewModel && mask != .alwaysOld }
  /// Whether what the old model says of the gold tokens decides something: worth keeping with its hidden states.
  public var needsOldVerdicts: Bool {
    guard needsOldModel else { return false }
    return mask.asksOldModel || weighting.rule == .oldRight || weighting.rule == .oldLikelier
  }
  /// Whether the new model's word on the gold tokens decides something, its hidden states needed for it.
  public var needsNewVerdicts: Bool {
    needsOldModel && weighting.rule == .oldLikelier
  }

  /// Throws if a number is out of its range.
  public func check() throws(ObjectiveError) {
    func expect(_ name: String, _ value: Double, _ expected: String, _ holds: (Double) -> Bool) throws(ObjectiveError) {
      if !value.isFinite || !holds(value) { throw .badSetting(name, found: value, expected: expected) }
    }
    // Below 1/1000 the scaled logits leave the range in which f32 tells them apart.
    try expect("temperature", temperature, "a number from 0.001 to 1000") { $0 >= 0.001 && $0 <= 1000 }
    try expect("lambda", lambda, "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
    try weighting.check()
    try expect("chunk temperature", chunkMatching.temperature, "a number from 1 to 100000") { $0 >= 1 && $0 <= 100_000 }
    try expect("chunk weight", chunkMatching.weight, "a number from 0 to 100000") { $0 >= 0 && $0 <= 100_000 }
  }
}

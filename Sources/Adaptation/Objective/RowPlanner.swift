// What each row learns from: the mask, the weights and the chunks turned into coefficients.

/// How a row's loss is made up: which teacher it follows, and the coefficients of its divergence and its log-likelihood.
struct RowPlan: Sendable {
  var teacher: ObjectiveError.Party?
  /// Whether the row follows the old model, by its distribution or by a chunk.
  var followsOld: Bool
  /// w λ f / W: the divergence's share in the loss.
  var divergence: Double
  /// w (1 - λ) / W: the cross-entropy's share in the loss.
  var crossEntropy: Double
  /// What the row's chunk adds to its coefficient of -log p(gold): -∂chunk / ∂log p.
  var chunkSlope: Double

  /// The coefficient of log Σ exp(z) - z_gold in the gradient.
  var likelihood: Double { crossEntropy + chunkSlope }
}

/// The loss of a chunk that follows the old model.
struct ChunkLoss: Sendable {
  /// The weights of its rows together.
  var weight: Double
  /// The divergence times ``ChunkMatching/weight``.
  var value: Double
  /// Its share in the loss.
  var share: Double
}

/// Decides for each row from what the models say of the gold tokens.
struct RowPlanner: Sendable {
  private let objective: Objective
  private let targets: TokenTargets
  private let totalWeight: Double
  private let old: [TokenVerdict]?
  /// By sequence: its rows follow the old model.
  private var maskedSequences: [Int32: Bool] = [:]
  /// By sequence: the old model's factor.
  private var sequenceFactors: [Int32: Double] = [:]
  /// By row, where it belongs to a chunk that follows the old model.
  private var chunkSlopes: [Int: Double] = [:]
  private let hasChunks: Bool
  private(set) var chunkLosses: [ChunkLoss] = []

  /// - Parameters:
  ///   - student: what the student says of all gold tokens, where ``needsStudent(_:hasChunks:)``.
  ///   - old: where the objective needs it, and the old model teaches by its distributions.
  init(
    _ objective: Objective, targets: TokenTargets, student: [TokenVerdict]?, old: [TokenVerdict]?, new: [TokenVerdict]?, chunks: [AlignedChunk]?
  ) {
    self.objective = objective
    self.targets = targets
    self.old = old
    totalWeight = targets.totalWeight
    hasChunks = chunks != nil
    let trainedChunks = (chunks ?? []).filter { $0.rows.allSatisfy { targets.weights[$0] > 0 } }
    // Sums over the sequences' trained rows; where there are chunks, over the rows of chunks on both sides.
    let rows = chunks == nil ? targets.trainedRows : trainedChunks.flatMap { Array($0.rows) }
    func sums(_ verdicts: [TokenVerdict]) -> [Int32: Double] {
      var sums: [Int32: Double] = [:]
      for row in rows { sums[targets.sequences[row], default: 0] += verdicts[row].logProbability }
      return sums
    }
    var oldSums: [Int32: Double] = [:]
    if chunks != nil {
      for chunk in trainedChunks { oldSums[targets.sequences[chunk.rows.lowerBound], default: 0] += chunk.logProbability }
    } else if let old {
      oldSums = sums(old)
    }
    if objective.mask == .sequenceLikelihood, let student {
      let studentSums = sums(student)
      for (sequence, sum) in oldSums { maskedSequences[sequence] = studentSums[sequence, default: 0] < sum }
    }
    if objective.weighting.rule == .oldLikelier, let new {
      let newSums = sums(new)
      for (sequence, sum) in oldSums {
        sequenceFactors[sequence] = objective.weighting.factor(isPicked: sum > newSums[sequence, default: 0])
      }
    }
    if let student { for chunk in trainedChunks { follow(chunk, student: student) } }
  }

  /// Whether ``init(_:targets:student:old:new:chunks:)`` needs to know what the student says of all rows.
  static func needsStudent(_ objective: Objective, hasChunks: Bool) -> Bool {
    objective.needsOldModel && (hasChunks || objective.mask == .sequenceLikelihood)
  }

  /// What a row learns from, given what the student says of its gold token.
  func plan(_ row: Int, student: TokenVerdict) -> RowPlan {
    let weight = Double(targets.weights[row]) / totalWeight
    let share = objective.divergenceShare
    var plan = RowPlan(teacher: nil, followsOld: false, divergence: 0, crossEntropy: weight * (1 - share), chunkSlope: 0)
    if share == 0 { return plan }
    if let slope = chunkSlopes[row] {
      plan.followsOld = true
      plan.chunkSlope = slope
    } else if !hasChunks && isMasked(row, student: student) {
      plan.followsOld = true
      plan.divergence = weight * share * factor(sequence: targets.sequences[row], isRight: old?[row].isRight ?? false)
      plan.teacher = plan.divergence > 0 ? .old : nil
    } else if objective.needsNewModel {
      plan.teacher = .new
      plan.divergence = weight * share
    }
    return plan
  }

  private func isMasked(_ row: Int, student: TokenVerdict) -> Bool {
    switch objective.mask {
    case .studentWrong: !student.isRight
    case .alwaysOld: true
    case .oldCorrect: old?[row].isRight ?? false
    case .tokenLikelihood: old.map { student.logProbability < $0[row].logProbability } ?? false
    case .sequenceLikelihood: maskedSequences[targets.sequences[row]] ?? false
    }
  }

  private func factor(sequence: Int32, isRight: Bool) -> Double {
    switch objective.weighting.rule {
    // That of flips is in the rows' weights.
    case .uniform, .flips: 1
    case .oldRight: objective.weighting.factor(isPicked: isRight)
    case .oldLikelier: sequenceFactors[sequence] ?? objective.weighting.rest
    }
  }

  /// Adds the loss of a chunk if it follows the old model: the mask's word on the chunk as one prediction.
  private mutating func follow(_ chunk: AlignedChunk, student: [TokenVerdict]) {
    let sequence = targets.sequences[chunk.rows.lowerBound]
    let likelihood = chunk.rows.reduce(0.0) { $0 + student[$1].logProbability }
    let isMasked =
      switch objective.mask {
      case .studentWrong: chunk.rows.contains { !student[$0].isRight }
      case .alwaysOld: true
      case .oldCorrect: chunk.isRight
      case .tokenLikelihood: likelihood < chunk.logProbability
      case .sequenceLikelihood: maskedSequences[sequence] ?? false
      }
    if !isMasked { return }
    let weight = chunk.rows.reduce(0.0) { $0 + Double(targets.weights[$1]) }
    let (value, slope) = objective.chunkMatching.divergence(teacher: chunk.logProbability, student: likelihood)
    let share = objective.divergenceShare * weight / totalWeight * factor(sequence: sequence, isRight: chunk.isRight)
    chunkLosses.append(ChunkLoss(weight: weight, value: value, share: share))
    for row in chunk.rows { chunkSlopes[row] = -share * slope }
  }
}

// What a batch's loss came to.

public import Tensors

/// The loss of a batch and its parts; logarithms are natural. Means are weighted by the rows' weights.
public struct LossResult: Sendable {
  /// What training minimises; 0 where no row counts.
  public var loss: Double
  /// Mean cross-entropy of the gold tokens at temperature 1, whatever the objective is.
  public var crossEntropy: Double
  /// Mean divergence from the old model over the rows that follow it, before λ and factors; 0 where none does.
  public var divergenceFromOld: Double
  /// The same of the new model.
  public var divergenceFromNew: Double
  /// The share of the rows' weight that follows the old model.
  public var maskedShare: Double
  /// The share of the rows' weight on which the student's most likely token is the gold one.
  public var accuracy: Double
  /// Σ weights of the rows: what the means are of.
  public var weight: Double
  /// The rows that count.
  public var rows: Int
  /// `[rows of the batch, width]`: the loss's gradient with respect to the student's hidden states, zero for rows that do not count.
  /// Nil where none was asked for.
  public var gradient: Matrix?
}

/// The loss of one row before it is summed: kept by row, so that sums run in the order of the batch.
struct RowLoss: Sendable {
  var plan: RowPlan
  var crossEntropy: Double
  var divergence: Double
  var isRight: Bool
}

extension LossResult {
  /// Sums rows in their order.
  init(_ losses: [RowLoss?], targets: TokenTargets, chunks: [ChunkLoss], gradient: Matrix?) {
    var (loss, crossEntropy, old, new, right) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var (oldWeight, newWeight, masked, weight) = (0.0, 0.0, 0.0, 0.0)
    var rows = 0
    for (row, rowLoss) in losses.enumerated() {
      guard let rowLoss else { continue }
      let rowWeight = Double(targets.weights[row])
      rows += 1
      weight += rowWeight
      crossEntropy += rowWeight * rowLoss.crossEntropy
      if rowLoss.isRight { right += rowWeight }
      if rowLoss.plan.followsOld { masked += rowWeight }
      loss += rowLoss.plan.divergence * rowLoss.divergence + rowLoss.plan.crossEntropy * rowLoss.crossEntropy
      switch rowLoss.plan.teacher {
      case .old:
        old += rowWeight * rowLoss.divergence
        oldWeight += rowWeight
      case .new:
        new += rowWeight * rowLoss.divergence
        newWeight += rowWeight
      case .student, nil: break
      }
    }
    for chunk in chunks {
      loss += chunk.share * chunk.value
      old += chunk.weight * chunk.value
      oldWeight += chunk.weight
    }
    func mean(_ sum: Double, _ weight: Double) -> Double { weight > 0 ? sum / weight : 0 }
    self.init(
      loss: loss, crossEntropy: mean(crossEntropy, weight), divergenceFromOld: mean(old, oldWeight), divergenceFromNew: mean(new, newWeight),
      maskedShare: mean(masked, weight), accuracy: mean(right, weight), weight: weight, rows: rows, gradient: gradient)
  }
}

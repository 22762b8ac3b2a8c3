// The loss of a batch and its gradient, fused with the vocabulary projection: logits exist for a block of rows at a time.

internal import LanguageModels
internal import Synchronization
public import Tensors

/// Computes an objective on batches of a student's hidden states.
///
/// Rows are taken in blocks through the vocabulary, slice by slice: the student's logits, then a teacher's for the rows that follow it, are kept for the
/// block (at most some 48 MiB for each), turned into the gradient in place, and folded back into hidden states. Three products a row, and
/// `[tokens, vocabulary]` never exists as a whole. Rows of weight 0 cost nothing, nor does a teacher where no row follows it.
///
/// A row's gradient and loss depend on that row alone (and, by mask and weights, on its sequence), and rows are summed in their order in f64: the bits are
/// the same for any number of threads. Slices of another width change the last digits.
public final class CompatibilityLoss: Sendable {
  public let objective: Objective
  let vocabulary: any VocabularyProjection
  let threads: Int
  private let areas = Mutex<[LossArea]>([])

  /// - Parameters:
  ///   - vocabulary: the student's.
  ///   - threads: workers; changes no result.
  /// - Throws: ``ObjectiveError/badSetting(_:found:expected:)``.
  public init(_ objective: Objective, vocabulary: any VocabularyProjection, threads: Int) throws(ObjectiveError) {
    try objective.check()
    self.objective = objective
    self.vocabulary = vocabulary
    self.threads = max(1, threads)
  }

  /// The loss of a batch.
  ///
  /// - Parameters:
  ///   - student: final hidden states after the output norm, `[≥ rows of the targets, width]`.
  ///   - old: nil where the objective does not need it.
  ///   - gradientScale: the gradient is that of the loss times this: a batch's share in a step of several.
  ///   - wantsGradient: false for a validation loss; the rest is the same.
  /// - Throws: ``ObjectiveError``; ``ObjectiveError/diverged(_:row:sequence:)`` names the first row whose logits are no finite numbers.
  public func callAsFunction(
    student: Matrix, old: OldTeacher? = nil, new: Teacher? = nil, targets: TokenTargets, gradientScale: Double = 1, wantsGradient: Bool = true
  ) throws(ObjectiveError) -> LossResult {
    let batch = try LossBatch(
      objective, student: student, vocabulary: vocabulary, old: old, new: new, targets: targets, gradientScale: gradientScale,
      wantsGradient: wantsGradient, threads: threads)
    let blocks = RowBlocks(targets.trainedRows, vocabulary: vocabulary.vocabularySize, threads: threads)
    let losses = Mutex([RowLoss?](repeating: nil, count: targets.count))
    let failures = Mutex<[Int: ObjectiveError]>([:])
    let shape = batch.areaShape(rows: blocks.blockRows)
    try withWorkers(threads, count: blocks.count) { (_, index) throws(ObjectiveError) in
      let area = try self.area(shape)
      defer { give(back: area) }
      let rows = Array(blocks[index])
      do throws(ObjectiveError) {
        let found = try batch.block(rows, area: area)
        losses.withLock { losses in for (row, loss) in zip(rows, found) { losses[row] = loss } }
      } catch {
        failures.withLock { $0[index] = error }
      }
    }
    // The first in the order of the batch, not of time.
    if let first = failures.withLock({ $0.min { $0.key < $1.key }?.value }) { throw first }
    return LossResult(losses.withLock { $0 }, targets: targets, chunks: batch.planner.chunkLosses, gradient: batch.gradient)
  }

  /// Memory that fits, of an earlier batch or new.
  private func area(_ shape: LossArea.Shape) throws(ObjectiveError) -> LossArea {
    let kept = areas.withLock { areas -> LossArea? in
      areas.removeAll { $0.shape != shape }
      return areas.popLast()
    }
    if let kept { return kept }
    do { return try LossArea(shape) } catch { throw ObjectiveError(wrapping: error) }
  }

  private func give(back area: LossArea) { areas.withLock { $0.append(area) } }
}

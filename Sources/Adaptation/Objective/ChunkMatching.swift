// Learning from a teacher with another tokenizer: the likelihoods of stretches of text that both cut at the same bytes.

internal import Foundation

/// Approximate likelihood matching (Minixhofer et al. 2025, arXiv 2503.20083), on binary Kullback-Leibler divergences.
///
/// With l_t and l_s the log-probabilities that teacher and student give a chunk of text, a = exp(l_t / τ) and b = exp(l_s / τ), a chunk costs
///
///     weight · (a log(a / b) + (1 - a) log((1 - a) / (1 - b)))
///
/// which is the binary cross-entropy less the teacher's own entropy, a constant. Its derivative by l_s is weight / τ · (b - a) / (1 - b).
public struct ChunkMatching: Sendable, Hashable {
  /// τ: the higher, the more a chunk of many or of unlikely tokens counts; 100 in the paper.
  public var temperature: Double
  /// A factor on the divergence. The divergence is about 1 / τ as large as one between whole distributions, so τ puts the two on one scale.
  public var weight: Double

  public init(temperature: Double = 100, weight: Double = 100) {
    self.temperature = temperature
    self.weight = weight
  }

  /// The divergence of a chunk times the weight, and its derivative by the student's log-probability.
  ///
  /// Log-probabilities are taken as at most -1e-12 · τ, so that certainty has a finite cost.
  func divergence(teacher: Double, student: Double) -> (value: Double, slope: Double) {
    let t = min(teacher / temperature, -1e-12)
    let s = min(student / temperature, -1e-12)
    let a = exp(t)
    let (restOfTeacher, restOfStudent) = (-expm1(t), -expm1(s))  // 1 - a, 1 - b
    // b - a is the difference of the rests; taken from them it keeps its digits where both are near 1.
    let value = a * (t - s) + restOfTeacher * log(restOfTeacher / restOfStudent)
    return (weight * value, weight / temperature * (restOfTeacher - restOfStudent) / restOfStudent)
  }
}

/// A chunk of text whose likelihood the student should match.
public struct AlignedChunk: Sendable, Hashable {
  /// The rows of the batch that predict the student's tokens of the chunk.
  public var rows: Range<Int>
  /// The sum of the teacher's log-probabilities of its own tokens of the chunk, natural logarithm; at most 0.
  public var logProbability: Double
  /// Whether each of the teacher's tokens is its most likely one.
  public var isRight: Bool

  public init(rows: Range<Int>, logProbability: Double, isRight: Bool) {
    self.rows = rows
    self.logProbability = logProbability
    self.isRight = isRight
  }
}

extension [AlignedChunk] {
  /// Throws unless the chunks follow each other within the rows of `targets`, each inside one sequence.
  func check(_ targets: TokenTargets) throws(ObjectiveError) {
    var end = 0
    for (index, chunk) in enumerated() {
      let isInPlace = !chunk.rows.isEmpty && chunk.rows.lowerBound >= end && chunk.rows.upperBound <= targets.count
      if !isInPlace || !chunk.logProbability.isFinite || chunk.logProbability > 0
        || targets.sequences[chunk.rows.lowerBound] != targets.sequences[chunk.rows.upperBound - 1]
      {
        throw .badChunk(index: index, rows: chunk.rows, logProbability: chunk.logProbability)
      }
      end = chunk.rows.upperBound
    }
  }
}

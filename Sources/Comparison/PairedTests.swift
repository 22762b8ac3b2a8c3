// How sure one can be of a task's flips: what stands under "tests" in a result.

/// Intervals and tests of one task's right/wrong answers.
///
/// The items are taken as independent; where they come in clusters, the metrics' cluster bootstrap is the honest interval.
public struct PairedTests: Sendable, Hashable {
  /// Confidence level of the intervals.
  public var level: Double
  /// McNemar's exact P(Binomial(b + c, 1/2) >= b): small where the candidate is worse on balance. nil where items are not right or wrong.
  public var mcnemarOneSidedP: Double?
  /// Clopper-Pearson's lower and upper bound of the negative flip rate, each one-sided at `level`: what a budget is judged by.
  public var negativeFlipRateInterval: ClosedRange<Double>?
  /// Newcombe's interval (method 10), two-sided at `level`, of the change of the share that is right.
  public var accuracyChangeInterval: ClosedRange<Double>?
  /// Wilson's intervals, two-sided at `level`, of each side's share that is right.
  public var baselineAccuracyInterval: ClosedRange<Double>?
  public var candidateAccuracyInterval: ClosedRange<Double>?
  /// The smallest change of the primary metric's mean that these items can show, two-sided at `level`.
  public var minimumDetectableChange: Double?

  public init(level: Double) { self.level = level }

  /// The tests of right/wrong items; nil without items.
  public init?(_ counts: FlipCounts, settings: ComparisonSettings) {
    guard counts.total > 0 else { return nil }
    level = settings.level
    mcnemarOneSidedP = McNemar.oneSidedP(negative: counts.negative, positive: counts.positive)
    negativeFlipRateInterval = ClopperPearson.bounds(counts.negative, of: counts.total, level: settings.level)
    accuracyChangeInterval = counts.changeInterval(level: settings.level)
    let (old, new) = (counts.bothCorrect + counts.negative, counts.bothCorrect + counts.positive)
    baselineAccuracyInterval = Wilson.interval(old, of: counts.total, level: level)
    candidateAccuracyInterval = Wilson.interval(new, of: counts.total, level: level)
    minimumDetectableChange = counts.minimumDetectableChange(settings)
  }
}

extension FlipCounts {
  /// Newcombe's interval of the change of the share that is right.
  func changeInterval(level: Double) -> ClosedRange<Double> {
    Newcombe.pairedDifference(bothCorrect: bothCorrect, negative: negative, positive: positive, bothWrong: bothWrong, level: level)
  }

  /// By the share of items that moved either way.
  func minimumDetectableChange(_ settings: ComparisonSettings) -> Double? {
    guard total > 0 else { return nil }
    let moved = Double(negative + positive) / Double(total)
    return DetectableChange.smallest(variance: moved, items: total, level: settings.level, power: settings.power)
  }
}

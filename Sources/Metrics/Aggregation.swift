// Many items' measurements to one number.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// How the items of a task become the task's number: a function of the sum of their statistics.
///
/// A statistic is a short vector of numbers. Because only the sum counts, any subset, slice or resample of the items has its number, records need
/// no text to compute it, and the order of the items makes no difference. Vectors of unequal length are summed as if they ended in zeros.
public protocol Aggregation: Sendable {
  /// What task files call it.
  var name: String { get }
  /// What the numbers of a statistic are, in their order.
  var statistic: String { get }
  /// The values a task's number can take; nil where they are those of an item's score.
  var range: ClosedRange<Double>? { get }
  /// The number of a task; nil where there are no items.
  ///
  /// - Parameter totals: the sums of the items' statistics, one or more; a number that is missing is 0.
  func value(of totals: [Double]) -> Double?
  /// The statistic of an item, if its score is enough to know it; else nil, and records have to hold the statistic.
  func statistic(ofScore score: Double) -> [Double]?
}

extension Aggregation {
  public var range: ClosedRange<Double>? { nil }
  public func statistic(ofScore score: Double) -> [Double]? { nil }

  /// The number of items whose statistics are known; nil for none, or where it is not a number.
  public func callAsFunction(statistics: some Sequence<[Double]>) -> Double? {
    var sums: [ExactSum] = []
    for statistic in statistics {
      while sums.count < statistic.count { sums.append(ExactSum()) }
      for (index, number) in statistic.enumerated() { sums[index].add(number) }
    }
    guard !sums.isEmpty, let number = value(of: sums.map(\.value)), !number.isNaN else { return nil }
    return number
  }

  /// The number of measured items; nil for none.
  public func callAsFunction(of measurements: some Sequence<Measurement>) -> Double? { self(statistics: measurements.map(\.statistic)) }

  /// The number of items of which only the scores are known; nil for none, or where scores are not enough.
  public func callAsFunction(_ scores: [Double]) -> Double? {
    var statistics: [[Double]] = []
    for score in scores {
      guard let statistic = statistic(ofScore: score) else { return nil }
      statistics.append(statistic)
    }
    return self(statistics: statistics)
  }
}

/// The arithmetic mean.
public struct Mean: Aggregation {
  /// `mean`, or what the harness calls a mean of scores that it computes along with it.
  public let name: String
  public let statistic = "score, 1"
  public init(named name: String = "mean") { self.name = name }

  public func value(of totals: [Double]) -> Double? {
    guard totals.count > 1, totals[1] > 0 else { return nil }
    return totals[0] / totals[1]
  }

  public func statistic(ofScore score: Double) -> [Double]? { [score, 1] }
}

/// The exponential of the mean, for scores that are negative log-likelihoods.
///
/// lm-evaluation-harness keeps log-likelihoods and takes `exp(-mean)` (`lm_eval/api/metrics.py`, `perplexity`): the same number.
public struct ExponentialOfMean: Aggregation {
  public let name = "perplexity"
  public let statistic = "score, 1"
  public let range: ClosedRange<Double>? = 1...Double.infinity
  public init() {}

  public func value(of totals: [Double]) -> Double? { Mean().value(of: totals).map { exp($0) } }
  public func statistic(ofScore score: Double) -> [Double]? { [score, 1] }
}

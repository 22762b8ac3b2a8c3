// Many items' scores to one number.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// How the scores of a task's items become the task's number.
public protocol Aggregation: Sendable {
  /// What task files call it.
  var name: String { get }
  /// The number; nil for no scores.
  func callAsFunction(_ scores: [Double]) -> Double?
}

/// The arithmetic mean.
public struct Mean: Aggregation {
  public let name = "mean"
  public init() {}

  public func callAsFunction(_ scores: [Double]) -> Double? { scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count) }
}

/// The exponential of the mean, for scores that are negative log-likelihoods.
///
/// lm-evaluation-harness keeps log-likelihoods and takes `exp(-mean)` (`lm_eval/api/metrics.py`, `perplexity`): the same number.
public struct ExponentialOfMean: Aggregation {
  public let name = "perplexity"
  public init() {}

  public func callAsFunction(_ scores: [Double]) -> Double? { Mean()(scores).map { exp($0) } }
}

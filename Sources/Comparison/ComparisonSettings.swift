// How sure a comparison wants to be, and the seed of its resampling.

/// What intervals and tests are computed with; the values stand in the result.
public struct ComparisonSettings: Sendable, Hashable {
  /// Confidence level of every interval, in 0..<1.
  public var level: Double
  /// Probability of finding the minimum detectable change.
  public var power: Double
  /// The resampling of metrics that are not 0 or 1.
  public var bootstrap: PairedBootstrap

  public init(level: Double = 0.95, power: Double = 0.8, bootstrap: PairedBootstrap = PairedBootstrap()) {
    self.level = level
    self.power = power
    self.bootstrap = bootstrap
  }
}

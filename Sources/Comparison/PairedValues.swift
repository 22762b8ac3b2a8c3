// A metric's values on both sides, and the means that are formed of them: what intervals and tests resample.

internal import Records

/// What a mean is of.
public enum MeanQuantity: Sendable, Hashable {
  /// The candidate's value less the baseline's.
  case change
  /// By how much the items got worse.
  case fall
  /// By how much they got better.
  case gain
  /// The fall as a share of the baseline's mean.
  case relativeFall
  /// The candidate's value.
  case candidate
  /// The loss, over the items that got worse: MUSCLE's m_r.
  case regression
}

/// The values of one metric over the pairs that have one on both sides.
struct PairedValues {
  private(set) var baseline: [Double] = []
  private(set) var candidate: [Double] = []
  private let higherIsBetter: Bool
  private let clusters: [Int]

  /// - Parameter visit: what is done with each such pair, its old and its new value.
  init(_ metric: String, higherIsBetter: Bool, pairs: [ItemPair], visit: (ItemPair, Double, Double) -> Void = { _, _, _ in }) {
    self.higherIsBetter = higherIsBetter
    var names: [String?] = []
    for pair in pairs {
      guard let old = pair.baseline.score(metric), let new = pair.candidate.score(metric) else { continue }
      baseline.append(old)
      candidate.append(new)
      names.append(pair.cluster)
      visit(pair, old, new)
    }
    clusters = clusterLabels(names)
  }

  var count: Int { baseline.count }
  var isEmpty: Bool { baseline.isEmpty }
  var isClustered: Bool { !clusters.isEmpty }
  var changes: [Double] { zip(candidate, baseline).map(-) }
  /// By how much each item got worse; negative where it got better.
  var losses: [Double] { higherIsBetter ? zip(baseline, candidate).map(-) : changes }

  /// What is resampled for a mean.
  func units(of quantity: MeanQuantity) -> WeightedUnits {
    switch quantity {
    case .change: WeightedUnits(changes, clusters: clusters)
    case .fall: WeightedUnits(losses, clusters: clusters)
    case .gain: WeightedUnits(losses.map(-), clusters: clusters)
    case .relativeFall: WeightedUnits(losses, weights: baseline.map(abs), clusters: clusters)
    case .candidate: WeightedUnits(candidate, clusters: clusters)
    case .regression: WeightedUnits(losses.map { max(0, $0) }, weights: losses.map { $0 > 0 ? 1 : 0 }, clusters: clusters)
    }
  }
}

extension ItemPair {
  /// The cluster that the item belongs to.
  var cluster: String? { baseline.cluster ?? candidate.cluster }
}

/// The one-sided bounds of a mean, and how likely such a value is on one side of a limit.
public struct MeanBounds: Sendable {
  /// Both one-sided bounds at the settings' level.
  public var bounds: ClosedRange<Double>
  private let above: @Sendable (Double) -> Double
  private let below: @Sendable (Double) -> Double

  /// The chance of such a mean or a larger one if the true mean were `limit`: small where it is surely above.
  public func tail(above limit: Double) -> Double { above(limit) }
  /// The chance of such a mean or a smaller one if the true mean were `limit`: small where it is surely below.
  public func tail(below limit: Double) -> Double { below(limit) }

  init(
    bounds: ClosedRange<Double>, above: @escaping @Sendable (Double) -> Double, below: @escaping @Sendable (Double) -> Double
  ) {
    self.bounds = bounds
    self.above = above
    self.below = below
  }
}

extension MetricComparison {
  /// The bounds of a mean over the pairs; nil where there is none.
  ///
  /// Changes of right and wrong answers that stand alone have Newcombe's, the candidate's share of right answers Clopper-Pearson's, all else the bootstrap's.
  public func meanBounds(of quantity: MeanQuantity, pairs: [ItemPair], settings: ComparisonSettings) -> MeanBounds? {
    let values = PairedValues(name, higherIsBetter: higherIsBetter, pairs: pairs)
    if values.isEmpty { return nil }
    if let flips, !values.isClustered, let exact = Self.exactBounds(of: quantity, flips, higherIsBetter: higherIsBetter, settings) {
      return exact
    }
    guard let resampled = settings.bootstrap.resampled(values.units(of: quantity)) else { return nil }
    return MeanBounds(
      bounds: resampled.bounds(level: settings.level), above: { resampled.tail(atMost: $0) }, below: { resampled.tail(atLeast: $0) })
  }

  private static func exactBounds(
    of quantity: MeanQuantity, _ flips: FlipCounts, higherIsBetter: Bool, _ settings: ComparisonSettings
  ) -> MeanBounds? {
    switch quantity {
    case .fall, .gain, .change:
      let isRise = quantity == .gain || (quantity == .change && higherIsBetter)
      @Sendable func range(_ level: Double) -> ClosedRange<Double> {
        let change = flips.changeInterval(level: 2 * level - 1)
        return isRise ? change : -change.upperBound ... -change.lowerBound
      }
      return MeanBounds(
        bounds: range(settings.level), above: { limit in Self.smallestAlpha { range($0).lowerBound > limit } },
        below: { limit in Self.smallestAlpha { range($0).upperBound < limit } })
    case .candidate:
      let right = flips.bothCorrect + flips.positive
      let ones = higherIsBetter ? right : flips.total - right
      return MeanBounds(
        bounds: ClopperPearson.bounds(ones, of: flips.total, level: settings.level),
        above: { Binomial.atLeast(ones, of: flips.total, rate: $0) }, below: { Binomial.atMost(ones, of: flips.total, rate: $0) })
    case .relativeFall, .regression: return nil
    }
  }

  /// 1 less the largest level at which a bound is still on the far side of a limit, to 1e-12; 0.5 where it is at none.
  private static func smallestAlpha(_ isBeyond: (Double) -> Bool) -> Double {
    var (low, high) = (0.5, 1.0)
    if !isBeyond(low) { return 0.5 }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if isBeyond(middle) { low = middle } else { high = middle }
    }
    return 1 - low
  }
}

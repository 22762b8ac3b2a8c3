// How one metric's values moved over the paired items: what stands under "metrics" in a result.

/// How one metric's values moved over the paired items.
public struct MetricComparison: Sendable, Hashable {
  public var name: String
  public var higherIsBetter: Bool
  /// Means over the paired items; nil where there are none.
  public var baselineMean: Double?
  public var candidateMean: Double?
  public var meanChange: Double?
  /// Items that got better, worse, or stayed the same, by the metric's direction.
  public var gained = 0
  public var regressed = 0
  public var tied = 0
  /// Mean change over the items that got better, and mean size of the change over those that got worse.
  public var meanGain: Double?
  public var meanRegression: Double?
  /// Interval of the mean change.
  public var interval: ClosedRange<Double>?
  /// How the interval was found; nil where there is none.
  public var intervalMethod: IntervalMethod?
  /// Interval of the mean regression, by the bootstrap; nil where no item got worse, and for right and wrong, where every loss is 1.
  public var regressionInterval: ClosedRange<Double>?
  /// The chance of such a change for the worse if each item's (or cluster's) change were as likely with the other sign; nil where McNemar's test says it.
  public var signFlipOneSidedP: Double?
  /// The tail of the losses; nil without items, and for right and wrong, where counts say it.
  public var tail: LossTail?
  /// The smallest mean change that these items can show; nil where there are none.
  public var minimumDetectableChange: Double?
  /// The metric's own flips, where each of its values is 0 or 1 on both sides.
  ///
  /// Wrong answers are told apart by the choice that this metric picks; see ``changedWrongIsKnown``.
  public var flips: FlipCounts?
  /// False where the metric's own picks are not in the records: `flips` then counts every item that stayed wrong as unchanged.
  public var changedWrongIsKnown = true

  public init(name: String, higherIsBetter: Bool) {
    self.name = name
    self.higherIsBetter = higherIsBetter
  }

  /// Items with a value on both sides.
  public var items: Int { gained + regressed + tied }
}

/// How the interval of a mean change is found.
public enum IntervalMethod: String, Sendable, Hashable {
  /// Newcombe's method 10, for right/wrong items that stand alone.
  case newcombe
  /// Percentiles of the paired bootstrap.
  case bootstrap
  /// The same, bias-corrected and accelerated.
  case bootstrapBCa = "bootstrap_bca"
  /// Percentiles of the paired bootstrap over whole clusters, where items have one.
  case clusterBootstrap = "cluster_bootstrap"
  case clusterBootstrapBCa = "cluster_bootstrap_bca"

  init(isClustered: Bool, isCorrected: Bool) {
    self = isClustered ? isCorrected ? .clusterBootstrapBCa : .clusterBootstrap : isCorrected ? .bootstrapBCa : .bootstrap
  }
}

/// The items that lost most: a mean hides them.
public struct LossTail: Sendable, Hashable {
  /// Losses that are counted, in the metric's unit.
  public static let drops = [0.01, 0.05, 0.1, 0.2, 0.5]

  /// The mean loss of the tenth of the items that lost most (at least one item); negative where even these got better.
  public var worstDecile: Double
  /// The largest loss.
  public var largest: Double
  /// How many items lost more than each of ``drops``.
  public var counts: [Int]

  /// The tail of losses: by how much each item got worse. nil without items.
  init?(_ losses: [Double]) {
    if losses.isEmpty { return nil }
    let worst = losses.sorted(by: >).prefix((losses.count + 9) / 10)
    worstDecile = worst.reduce(0, +) / Double(worst.count)
    largest = worst.first ?? 0
    // A hair's breadth above a decimal limit is not above it, as in budgets.
    counts = Self.drops.map { drop in losses.count { $0 > drop + 1e-9 } }
  }
}

// What lies behind a task's means: how far each item moved, binned, so that a result of any size shows the shape and no single item.

internal import Records

/// The distributions of one task's paired items; bounded in size for any number of items, and the same bytes for the same pairs.
///
/// In JSON, under `distributions` of a task:
/// `{"changes":[..],"margins":{..}|null,"slices":{"rows":[..],"omitted":0}}`; each part describes its own form.
public struct Distributions: Sendable, Hashable {
  /// One a metric whose values are not all 0 or 1: there the flips say it all.
  public var changes: [ChangeDistribution]
  /// Of choices, by the primary metric; nil where no item has choices on both sides, or items are not right or wrong.
  public var margins: MarginDistribution?
  public var slices: SliceTable

  public init(changes: [ChangeDistribution], margins: MarginDistribution?, slices: SliceTable) {
    self.changes = changes
    self.margins = margins
    self.slices = slices
  }

  /// The distributions of a comparison's pairs.
  public init(_ task: TaskComparison) {
    changes = task.metrics.compactMap { metric in
      metric.flips == nil ? ChangeDistribution(metric, pairs: task.pairs) : nil
    }
    margins = MarginDistribution(metric: task.primaryMetric, pairs: task.pairs)
    slices = SliceTable(task)
  }
}

/// How a metric's value moved from item to item: D = candidate - baseline.
///
/// Bins are mirrored at 0, so that none holds gains and losses: bin i of `above` counts items with i·width < D <= (i+1)·width, bin i of `below`
/// those with i·width < -D <= (i+1)·width. `ecdf` has every distinct D where there are at most 200, else the 0.5 % quantiles; its counts are exact.
///
/// In JSON: `{"metric","higher_is_better","items","tied","width","below":[..],"above":[..],"ecdf":[[D, items with at most D],..]}`.
public struct ChangeDistribution: Sendable, Hashable {
  public struct Step: Sendable, Hashable {
    /// D, in the metric's unit.
    public var change: Double
    /// How many items have at most this D.
    public var count: Int
    public init(change: Double, count: Int) {
      self.change = change
      self.count = count
    }
  }

  public var metric: String
  public var higherIsBetter: Bool
  /// Items with a value on both sides whose difference is finite.
  public var items: Int
  /// Items with D = 0, which are in no bin.
  public var tied: Int
  /// The width of a bin, in the metric's unit: 1, 2 or 5 times a power of ten.
  public var width: Double
  public var below: [Int]
  public var above: [Int]
  public var ecdf: [Step]

  public init(
    metric: String, higherIsBetter: Bool, items: Int, tied: Int, width: Double, below: [Int], above: [Int], ecdf: [Step]
  ) {
    self.metric = metric
    self.higherIsBetter = higherIsBetter
    self.items = items
    self.tied = tied
    self.width = width
    self.below = below
    self.above = above
    self.ecdf = ecdf
  }

  /// The most bins on each side of 0, and the most steps.
  static let binLimit = 20
  static let stepLimit = 200

  /// nil where no item moved, or no width of a bin can tell the changes apart.
  init?(_ metric: MetricComparison, pairs: [ItemPair]) {
    let changes = pairs.compactMap { pair -> Double? in
      guard let old = pair.baseline.score(metric.name), let new = pair.candidate.score(metric.name) else { return nil }
      return (new - old).isFinite ? new - old : nil
    }.sorted()
    guard let first = changes.first, let last = changes.last, first < 0 || last > 0 else { return nil }
    let bins = changes.count < 100 ? Self.binLimit / 2 : Self.binLimit
    guard let width = RoundNumber.atLeast(max(-first, last) / Double(bins)) else { return nil }
    self.init(
      metric: metric.name, higherIsBetter: metric.higherIsBetter, items: changes.count, tied: changes.count { $0 == 0 }, width: width,
      below: Self.binned(changes.lazy.map { -$0 }, width: width, bins: bins),
      above: Self.binned(changes, width: width, bins: bins), ecdf: Self.steps(changes))
  }

  /// Counts the sizes above 0, without empty bins at the end.
  private static func binned(_ sizes: some Sequence<Double>, width: Double, bins: Int) -> [Int] {
    var counts = Array(repeating: 0, count: bins)
    for size in sizes where size > 0 {
      // The largest size may be a hair's breadth above the last edge.
      counts[min(bins - 1, max(0, Int((size / width).rounded(.up)) - 1))] += 1
    }
    while counts.last == 0 { counts.removeLast() }
    return counts
  }

  private static func steps(_ sorted: [Double]) -> [Step] {
    var steps: [Step] = []
    for (index, change) in sorted.enumerated() {
      if steps.last?.change == change { steps[steps.count - 1].count = index + 1 } else { steps.append(Step(change: change, count: index + 1)) }
    }
    if steps.count <= stepLimit { return steps }
    // The first step that holds each quantile.
    var thinned: [Step] = []
    var next = 0
    for step in steps where step.count * stepLimit >= next * sorted.count {
      thinned.append(step)
      next = step.count * stepLimit / sorted.count + 1
    }
    return thinned
  }
}

/// Widths of bins that people can read.
enum RoundNumber {
  /// The least of 1, 2, 5, 10, ... times a power of ten that is at least `value`; nil where that is not a normal number above 0.
  static func atLeast(_ value: Double) -> Double? {
    guard value > 1e-290, value < 1e290 else { return nil }
    var power = 0
    var scaled = value
    while scaled > 10 {
      scaled /= 10
      power += 1
    }
    while scaled <= 1 {
      scaled *= 10
      power -= 1
    }
    let digit = [1.0, 2, 5, 10].first { $0 >= scaled - 1e-12 } ?? 10
    var scale = 1.0
    for _ in 0..<abs(power) { scale *= 10 }
    return power < 0 ? digit / scale : digit * scale
  }
}

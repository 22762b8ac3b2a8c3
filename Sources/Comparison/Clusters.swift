// Items that belong together, such as questions on one text: how they move together, and what they are worth.

internal import Documents
internal import Records

/// A task's items by cluster; an item without one stands alone and is in none.
public struct ClusterSummary: Sendable, Hashable {
  /// One cluster's items.
  public struct Cluster: Sendable, Hashable {
    public var name: String
    public var items: Int
    public var negativeFlips: Int
    /// Mean change of the primary metric; nil where no item has it on both sides.
    public var meanChange: Double?
  }

  /// How many clusters are kept by name.
  public static let shownLimit = 20

  public var count: Int
  /// Items in them.
  public var items: Int
  public var largest: Int
  /// Clusters with a negative flip.
  public var withNegativeFlips: Int
  /// Intraclass correlation of the negative flips, or of the primary metric's changes where items are not right or wrong; see ``ClusterCorrelation``.
  public var correlation: Double?
  /// As many items that stand alone would say as much as these do, by that correlation.
  public var effectiveItems: Double
  /// The clusters that lost most: by negative flips, then by mean change, then by name.
  public var worst: [Cluster]

  /// nil where no pair has a cluster.
  init?(_ pairs: [ItemPair], primaryMetric: String, higherIsBetter: Bool, isBinary: Bool) {
    var places: [String: Int] = [:]
    var clusters: [(cluster: Cluster, change: Double, scored: Int)] = []
    var labels: [Int] = []
    var values: [Double] = []
    for pair in pairs {
      guard let name = pair.cluster else { continue }
      let place = places[name] ?? clusters.count
      if place == clusters.count {
        places[name] = place
        clusters.append((Cluster(name: name, items: 0, negativeFlips: 0, meanChange: nil), 0, 0))
      }
      clusters[place].cluster.items += 1
      if pair.flip == .negative { clusters[place].cluster.negativeFlips += 1 }
      var change: Double?
      if let old = pair.baseline.score(primaryMetric), let new = pair.candidate.score(primaryMetric) {
        change = new - old
        clusters[place].change += new - old
        clusters[place].scored += 1
      }
      labels.append(place)
      values.append(isBinary ? pair.flip == .negative ? 1 : 0 : change ?? 0)
    }
    if clusters.isEmpty { return nil }
    count = clusters.count
    items = labels.count
    largest = clusters.map(\.cluster.items).max() ?? 0
    withNegativeFlips = clusters.count { $0.cluster.negativeFlips > 0 }
    let measured = ClusterCorrelation(values, clusters: labels)
    correlation = measured.correlation
    effectiveItems = measured.effectiveItems
    let named = clusters.map { entry in
      var cluster = entry.cluster
      if entry.scored > 0 { cluster.meanChange = entry.change / Double(entry.scored) }
      return cluster
    }
    func loss(_ cluster: Cluster) -> Double { (cluster.meanChange ?? 0) * (higherIsBetter ? -1 : 1) }
    worst = Array(
      named.filter { $0.negativeFlips > 0 || loss($0) > 0 }.sorted { a, b in
        if a.negativeFlips != b.negativeFlips { return a.negativeFlips > b.negativeFlips }
        return loss(a) != loss(b) ? loss(a) > loss(b) : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
      }.prefix(Self.shownLimit))
  }
}

/// How alike the items of one cluster are, and what that costs.
///
/// The intraclass correlation is the one-way analysis of variance's, (MSB - MSW) / (MSB + (k0 - 1) MSW) with Donner's k0 for clusters of unequal size; the design
/// effect is 1 + (mean size weighted by items - 1) x correlation (Kish 1965), never below 1.
public struct ClusterCorrelation: Sendable, Hashable {
  /// nil where it can't be known: one cluster, or all clusters of one item. Where nothing varies it is 0.
  public var correlation: Double?
  /// Items over the design effect: between the number of clusters (about) and the number of items.
  public var effectiveItems: Double

  /// - Parameter names: one an item; an item without one is a cluster of its own.
  public init(_ values: [Double], names: [String?]) {
    let labels = clusterLabels(names)
    self.init(values, clusters: labels.isEmpty ? Array(values.indices) : labels)
  }

  /// - Parameter clusters: one label an item, from 0 on without gaps.
  public init(_ values: [Double], clusters: [Int]) {
    let count = (clusters.max() ?? -1) + 1
    var sums = [Double](repeating: 0, count: count)
    var sizes = [Double](repeating: 0, count: count)
    for (value, cluster) in zip(values, clusters) {
      sums[cluster] += value
      sizes[cluster] += 1
    }
    let items = Double(clusters.count)
    let squaredSizes = sizes.reduce(0) { $0 + $1 * $1 }
    effectiveItems = items
    guard count > 1, clusters.count > count else {
      // One cluster says what one item does.
      if count == 1, clusters.count > 1 { effectiveItems = 1 }
      return
    }
    let mean = sums.reduce(0, +) / items
    var (between, within) = (0.0, 0.0)
    for cluster in 0..<count {
      let distance = sums[cluster] / sizes[cluster] - mean
      between += sizes[cluster] * distance * distance
    }
    for (value, cluster) in zip(values, clusters) {
      let distance = value - sums[cluster] / sizes[cluster]
      within += distance * distance
    }
    let (msb, msw) = (between / Double(count - 1), within / (items - Double(count)))
    let typicalSize = (items - squaredSizes / items) / Double(count - 1)
    let spread = msb + (typicalSize - 1) * msw
    let rho = spread > 0 ? max(-1, min(1, (msb - msw) / spread)) : 0
    correlation = rho
    effectiveItems = items / max(1, 1 + (squaredSizes / items - 1) * rho)
  }
}

extension ClusterSummary {
  var json: JSONValue {
    [
      "count": .integer(count), "items": .integer(items), "largest": .integer(largest), "with_negative_flips": .integer(withNegativeFlips),
      "correlation": Comparison.number(correlation), "effective_items": .number(effectiveItems),
      "worst": .array(
        worst.map {
          [
            "cluster": .string($0.name), "items": .integer($0.items), "negative_flips": .integer($0.negativeFlips),
            "mean_change": Comparison.number($0.meanChange),
          ]
        }),
    ]
  }
}

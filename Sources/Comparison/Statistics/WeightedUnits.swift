// What a bootstrap draws: items or whole clusters, each with what it adds to both sides of a ratio of sums.

/// The units of a weighted mean, sum of `sums` over sum of `weights`.
///
/// A mean of items has weights of 1; a mean over clusters has their sizes; a mean over the items that got worse has weights of 1 and 0.
struct WeightedUnits: Sendable {
  private(set) var sums: [Double]
  /// nil where every weight is 1.
  private(set) var weights: [Double]?

  /// - Parameter weights: one an item; nil for 1 each.
  /// - Parameter clusters: one label an item; items that share one are one unit. Empty where items stand alone.
  init(_ values: [Double], weights: [Double]? = nil, clusters: [Int] = []) {
    guard clusters.count == values.count, !clusters.isEmpty else {
      sums = values
      self.weights = weights
      return
    }
    var places: [Int: Int] = [:]
    var (grouped, sizes): ([Double], [Double]) = ([], [])
    for (item, cluster) in clusters.enumerated() {
      let place = places[cluster] ?? grouped.count
      if place == grouped.count {
        places[cluster] = place
        grouped.append(0)
        sizes.append(0)
      }
      grouped[place] += values[item]
      sizes[place] += weights?[item] ?? 1
    }
    sums = grouped
    self.weights = sizes
  }

  /// The mean; NaN where the weights sum to nothing.
  var mean: Double { sums.reduce(0, +) / (weights?.reduce(0, +) ?? Double(sums.count)) }

  /// The mean of as many units as there are, drawn with replacement.
  func drawnMean(_ generator: inout SplitMix64) -> Double {
    let count = sums.count
    let values = sums.span
    var sum = 0.0
    guard let weights else {
      for _ in 0..<count { sum += values[generator.next(below: count)] }
      return sum / Double(count)
    }
    let sizes = weights.span
    var weight = 0.0
    for _ in 0..<count {
      let unit = generator.next(below: count)
      sum += values[unit]
      weight += sizes[unit]
    }
    return weight == 0 ? .nan : sum / weight
  }

  /// The mean without each unit, for the jackknife; NaN where nothing is left.
  var meansWithoutOne: [Double] {
    let sum = sums.reduce(0, +)
    let weight = weights?.reduce(0, +) ?? Double(sums.count)
    return sums.indices.map { unit in
      let rest = weight - (weights?[unit] ?? 1)
      return rest == 0 ? .nan : (sum - sums[unit]) / rest
    }
  }
}

/// One number a cluster; an item without a cluster is its own. Empty where no item has one.
func clusterLabels(_ names: [String?]) -> [Int] {
  if names.allSatisfy({ $0 == nil }) { return [] }
  var known: [String: Int] = [:]
  var next = 0
  return names.map { name in
    if let name, let label = known[name] { return label }
    if let name { known[name] = next }
    next += 1
    return next - 1
  }
}

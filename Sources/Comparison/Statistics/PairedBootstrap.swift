// How sure one can be of a mean change: the paired bootstrap, with a generator of its own so that a seed gives the same bits everywhere.

/// Resamples the paired changes of a metric and reads an interval off the resampled means.
///
/// Resample r draws its items from the SplitMix64 sequence that starts at a mix of seed and r, so that its value depends neither on the other
/// resamples nor on the order in which they are made.
public struct PairedBootstrap: Sendable, Hashable {
  /// The most draws that one interval may cost; above it there are fewer resamples, but never under 1,000.
  static let drawLimit = 1_000_000_000

  public var resamples: Int
  public var seed: UInt64

  public init(resamples: Int = 10_000, seed: UInt64 = 20_240_707) {
    self.resamples = max(1, resamples)
    self.seed = seed
  }

  /// How many resamples are made for that many units.
  public func resamples(for units: Int) -> Int { min(resamples, max(1_000, Self.drawLimit / max(1, units))) }

  /// The percentile interval of the mean of `changes`, two-sided at `level`; nil where there are none.
  ///
  /// - Parameter clusters: one label an item; items that share a label are drawn together. Empty where items stand alone.
  public func interval(of changes: [Double], clusters: [Int] = [], level: Double) -> ClosedRange<Double>? {
    let means = means(of: changes, clusters: clusters).sorted()
    guard !means.isEmpty else { return nil }
    return ordered(Self.quantile((1 - level) / 2, of: means), Self.quantile(1 - (1 - level) / 2, of: means))
  }

  /// The resampled means, in the order of the resamples.
  func means(of changes: [Double], clusters: [Int]) -> [Double] {
    if changes.isEmpty { return [] }
    let units = clusters.count == changes.count ? Self.units(of: changes, clusters: clusters) : nil
    let count = units?.count ?? changes.count
    return (0..<resamples(for: count)).map { resample in
      var generator = SplitMix64(seed: seed, stream: UInt64(resample))
      var sum = 0.0
      if let units {
        var items = 0
        for _ in 0..<count {
          let unit = units[generator.next(below: count)]
          sum += unit.sum
          items += unit.items
        }
        return sum / Double(items)
      }
      for _ in 0..<count { sum += changes[generator.next(below: count)] }
      return sum / Double(count)
    }
  }

  /// Sum and size of each cluster, in the order of their first items.
  private static func units(of changes: [Double], clusters: [Int]) -> [(sum: Double, items: Int)] {
    var places: [Int: Int] = [:]
    var units: [(sum: Double, items: Int)] = []
    for (change, cluster) in zip(changes, clusters) {
      let place = places[cluster] ?? units.count
      if place == units.count {
        places[cluster] = place
        units.append((0, 0))
      }
      units[place].sum += change
      units[place].items += 1
    }
    return units
  }

  /// The quantile of sorted values, linear between neighbours (Hyndman and Fan's type 7).
  static func quantile(_ p: Double, of sorted: [Double]) -> Double {
    let position = p * Double(sorted.count - 1)
    let index = max(0, min(sorted.count - 1, Int(position)))
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (sorted[next] - sorted[index]) * (position - Double(index))
  }
}

/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014): a counter and a mixing function.
struct SplitMix64 {
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var counter: UInt64

  init(seed: UInt64, stream: UInt64 = 0) { counter = Self.mixed(seed &+ stream &* Self.step) }

  mutating func next() -> UInt64 {
    counter &+= Self.step
    return Self.mixed(counter)
  }

  /// A number in 0..<bound, by the high half of a product; the bias is below bound / 2^64.
  mutating func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

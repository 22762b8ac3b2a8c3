// How sure one can be of a mean change: the paired bootstrap, with a generator of its own so that a seed gives the same bits everywhere.

internal import Dispatch
internal import Synchronization

/// Resamples the paired changes of a metric and reads an interval off the resampled means.
///
/// Resample r draws its items from the SplitMix64 sequence that starts at a mix of seed and r, so that its value depends neither on the other
/// resamples nor on the order in which they are made, nor on how many threads make them.
public struct PairedBootstrap: Sendable, Hashable {
  /// How an interval is read off the resamples.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Their percentiles.
    case percentile
    /// Bias-corrected and accelerated percentiles (Efron 1987): better for skewed statistics, at the price of more variance.
    case bca
  }

  /// The most draws that one interval may cost; above it there are fewer resamples, but never under 1,000.
  static let drawLimit = 2_000_000_000
  /// Fewer draws than these are not worth a second thread.
  private static let serialLimit = 2_000_000

  public var resamples: Int
  public var seed: UInt64
  public var method: Method

  public init(resamples: Int = 10_000, seed: UInt64 = 20_240_707, method: Method = .percentile) {
    self.resamples = max(1, resamples)
    self.seed = seed
    self.method = method
  }

  /// How many resamples are made for that many units.
  public func resamples(for units: Int) -> Int { min(resamples, max(1_000, Self.drawLimit / max(1, units))) }

  /// The interval of the mean of `changes`, two-sided at `level`; nil where there are none.
  ///
  /// - Parameter clusters: one label an item; items that share a label are drawn together. Empty where items stand alone.
  public func interval(of changes: [Double], clusters: [Int] = [], level: Double) -> ClosedRange<Double>? {
    resampled(WeightedUnits(changes, clusters: clusters))?.interval(level: level)
  }

  /// The resamples of a weighted mean; nil where its weights sum to nothing.
  func resampled(_ units: WeightedUnits) -> ResampledMean? {
    ResampledMean(units, means: means(of: units).filter(\.isFinite), method: method)
  }

  /// The resampled means, in the order of the resamples; NaN where no weight was drawn.
  func means(of units: WeightedUnits) -> [Double] {
    if units.sums.isEmpty { return [] }
    return inParallel(units.sums.count) { resample in
      var generator = SplitMix64(seed: seed, stream: UInt64(resample))
      return units.drawnMean(&generator)
    }
  }

  /// One value a resample, in their order; several threads make them where there is enough to do.
  func inParallel(_ units: Int, _ value: @Sendable (Int) -> Double) -> [Double] {
    let count = resamples(for: units)
    if count * units < Self.serialLimit { return (0..<count).map(value) }
    let chunks = min(count, 64)
    let parts = Mutex([[Double]](repeating: [], count: chunks))
    DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
      let part = (count * chunk / chunks..<count * (chunk + 1) / chunks).map(value)
      parts.withLock { $0[chunk] = part }
    }
    return parts.withLock { $0.flatMap(\.self) }
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
  mutating func next(below bound: Int) -> Int { Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high) }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

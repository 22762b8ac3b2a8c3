// The resamples of one mean, and the bounds that are read off them: percentiles, bias-corrected and accelerated where asked for.

/// A mean's resamples, in order.
///
/// BCa is B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987) 171-185, with ties counted half and the acceleration from the jackknife, as
/// `scipy.stats.bootstrap` has it.
struct ResampledMean: Sendable {
  let sorted: [Double]
  /// z0 and a; nil for plain percentiles, and where all resamples lie on one side of the mean.
  private let correction: (bias: Double, acceleration: Double)?

  init?(_ units: WeightedUnits, means: [Double], method: PairedBootstrap.Method) {
    if means.isEmpty { return nil }
    sorted = means.sorted()
    correction = method == .bca ? Self.correction(units, sorted) : nil
  }

  /// Whether bounds are corrected for bias and acceleration.
  var isCorrected: Bool { correction != nil }

  /// The two-sided interval: (1 - level)/2 in each tail.
  func interval(level: Double) -> ClosedRange<Double> { bounds(level: 1 - (1 - level) / 2) }

  /// Both one-sided bounds at `level`.
  func bounds(level: Double) -> ClosedRange<Double> { ordered(quantile(1 - level), quantile(level)) }

  /// The share of resamples at or below a value, corrected as the bounds are: the smallest 1 - level at which the lower bound is above it.
  func tail(atMost value: Double) -> Double { corrected(share { $0 <= value }) }

  /// The share of resamples at or above a value, corrected likewise.
  func tail(atLeast value: Double) -> Double {
    let share = share { $0 >= value }
    return correction == nil ? share : 1 - corrected(1 - share)
  }

  private func share(_ isCounted: (Double) -> Bool) -> Double { Double(sorted.count(where: isCounted) + 1) / Double(sorted.count + 1) }

  private func corrected(_ share: Double) -> Double {
    guard let correction else { return share }
    // The inverse of the adjusted level.
    let z = NormalDistribution.quantile(max(1e-12, min(share, 1 - 1e-12))) - correction.bias
    let adjusted = z / (1 + correction.acceleration * z) - correction.bias
    return NormalDistribution.cumulative(adjusted)
  }

  private func quantile(_ p: Double) -> Double {
    guard let correction else { return Self.quantile(p, of: sorted) }
    let z = correction.bias + NormalDistribution.quantile(p)
    return Self.quantile(NormalDistribution.cumulative(correction.bias + z / (1 - correction.acceleration * z)), of: sorted)
  }

  private static func correction(_ units: WeightedUnits, _ sorted: [Double]) -> (bias: Double, acceleration: Double)? {
    let mean = units.mean
    let below = Double(sorted.count { $0 < mean } + sorted.count { $0 <= mean }) / 2 / Double(sorted.count)
    let others = units.meansWithoutOne
    guard below > 0, below < 1, others.count > 1, others.allSatisfy(\.isFinite) else { return nil }
    let centre = others.reduce(0, +) / Double(others.count)
    let (squares, cubes) = others.reduce((0.0, 0.0)) { sums, value in
      let distance = centre - value
      return (sums.0 + distance * distance, sums.1 + distance * distance * distance)
    }
    if squares == 0 { return nil }
    return (NormalDistribution.quantile(below), cubes / (6 * squares * squares.squareRoot()))
  }

  /// The quantile of sorted values, linear between neighbours (Hyndman and Fan's type 7).
  static func quantile(_ p: Double, of sorted: [Double]) -> Double {
    let position = max(0, min(1, p)) * Double(sorted.count - 1)
    let index = max(0, min(sorted.count - 1, Int(position)))
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (sorted[next] - sorted[index]) * (position - Double(index))
  }
}

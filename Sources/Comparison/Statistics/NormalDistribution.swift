// Quantiles and probabilities of the standard normal distribution.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The standard normal distribution.
public enum NormalDistribution {
  /// P(Z <= z).
  public static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The z with P(Z <= z) = p; infinite for p of 0 and 1, NaN outside 0...1.
  ///
  /// Halving down to a neighbourhood of the solution and Newton's steps from there, on the tail that p lies in, so that the relative error stays near 1e-15.
  public static func quantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p > 0.5 { return -lowerQuantile(1 - p) }
    return lowerQuantile(p)
  }

  /// The z such that P(Z > z) = `tail`: z_{1-tail}, without the rounding of 1 - tail.
  public static func upperQuantile(_ tail: Double) -> Double { -quantile(tail) }

  private static func lowerQuantile(_ p: Double) -> Double {
    if p == 0 { return -.infinity }
    if p == 0.5 { return 0 }
    var low = -40.0
    var high = 0.0
    while high - low > 0.01 {
      let middle = (low + high) / 2
      if cumulative(middle) < p { low = middle } else { high = middle }
    }
    var z = (low + high) / 2
    for _ in 0..<20 {
      let density = exp(-z * z / 2) / (2 * .pi).squareRoot()
      guard density > 0 else { return z }
      let step = (cumulative(z) - p) / density
      // Halley's correction, from the density's own slope of -z.
      z -= step / (1 + z * step / 2)
      if abs(step) < 1e-15 * abs(z) { break }
    }
    return z
  }
}

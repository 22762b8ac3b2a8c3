// The regularised incomplete beta function and its inverse: the tail sums of the binomial distribution, with small relative error.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The regularised incomplete beta function I_x(a, b), for a and b above 0.
///
/// `P(Binomial(n, x) >= k) = I_x(k, n - k + 1)`. The relative error stays below 1e-11 up to a + b of a few million: the front factor is a binomial
/// probability by Loader's saddle-point form ("Fast and accurate computation of binomial probabilities", 2000), so that no large logarithms
/// cancel, and the rest is Gauss's continued fraction (Abramowitz and Stegun 26.5.8) by Lentz's method.
public enum IncompleteBeta {
  /// I_x(a, b); 0 for x at or below 0, 1 for x at or above 1, NaN where a or b is not above 0.
  public static func value(_ x: Double, a: Double, b: Double) -> Double { value(x, complement: 1 - x, a: a, b: b) }

  /// The x with I_x(a, b) = p; 0 for p at or below 0, 1 for p at or above 1, NaN where a or b is not above 0.
  public static func inverse(_ p: Double, a: Double, b: Double) -> Double {
    guard a > 0, b > 0, !p.isNaN else { return .nan }
    if p <= 0 { return 0 }
    if p >= 1 { return 1 }
    // Newton's steps, kept inside a bracket that each evaluation narrows.
    var low = 0.0
    var high = 1.0
    var x = a / (a + b)
    for _ in 0..<400 {
      let value = value(x, a: a, b: b)
      if value == p { return x }
      if value < p { low = x } else { high = x }
      // The density is the derivative of I_x by x.
      let density = front(x, complement: 1 - x, a: a, b: b) / (x * (1 - x))
      // Far above p, on logarithmic scales, where the function is nearly the straight line of a power of x.
      var next = value > 2 * p ? x * exp(-log(value / p) * value / (x * density)) : x - (value - p) / density
      if value > 2 * p, next < .leastNormalMagnitude {
        if low > 0 || Self.value(.leastNormalMagnitude, a: a, b: b) >= p { return low }
        low = .leastNormalMagnitude
        next = (low * high).squareRoot()
      }
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if abs(next - x) <= 2e-16 * x || next == low || next == high { return next }
      x = next
    }
    return x
  }

  private static func value(_ x: Double, complement y: Double, a: Double, b: Double) -> Double {
    guard a > 0, b > 0, !x.isNaN else { return .nan }
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - lower(y, complement: x, a: b, b: a) }
    return lower(x, complement: y, a: a, b: b)
  }

  /// I_x(a, b) for x at or below the mean, where the continued fraction converges fast.
  private static func lower(_ x: Double, complement y: Double, a: Double, b: Double) -> Double {
    let front = front(x, complement: y, a: a, b: b)
    if front == 0 { return 0 }
    return min(1, front * fraction(x, a: a, b: b) / a)
  }

  /// x^a (1 - x)^b / B(a, b), by way of the binomial probability that has the same powers.
  private static func front(_ x: Double, complement y: Double, a: Double, b: Double) -> Double {
    let n = a + b
    let exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y)
    // The binomial probability times ab/n, and its sqrt(n / (2 pi a b)).
    return exp(exponent) * (a * (b / n) / (2 * .pi)).squareRoot()
  }

  /// Lentz's evaluation of the continued fraction of I_x(a, b).
  private static func fraction(_ x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1..<1_000_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      let change = d * c
      result *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return result
  }

  /// ln Gamma(n + 1) - ln(sqrt(2 pi n) (n/e)^n): Stirling's series above 15, its recurrence below.
  static func stirlingError(_ n: Double) -> Double {
    if n < 15 {
      // delta(n) = delta(n + 1) + (n + 1/2) ln(1 + 1/n) - 1, from n! (n + 1) = (n + 1)!.
      var sum = 0.0
      var z = n
      while z < 15 {
        sum += (z + 0.5) * log1p(1 / z) - 1
        z += 1
      }
      return sum + stirlingError(z)
    }
    let square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square) / n
  }

  /// x ln(x / m) + m - x without cancellation where x is near m.
  static func deviance(_ x: Double, _ m: Double) -> Double {
    guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
    // With v = (x - m)/(x + m): ln(x/m) = 2 (v + v^3/3 + v^5/5 + ...).
    let v = (x - m) / (x + m)
    var sum = (x - m) * v
    var term = 2 * x * v
    for step in 1..<1000 {
      term *= v * v
      let next = sum + term / Double(2 * step + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }
}

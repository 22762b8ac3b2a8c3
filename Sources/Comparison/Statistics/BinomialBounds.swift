// How large a rate may really be, given how often it was seen: Clopper-Pearson and Wilson bounds.

/// The exact bounds of a binomial proportion (Clopper and Pearson 1934), from quantiles of the beta distribution.
public enum ClopperPearson {
  /// The largest rate that `count` of `trials` leaves possible, one-sided at `level`: BetaInv(level; count + 1, trials - count).
  ///
  /// 1 without trials. A count outside 0...trials is taken to the nearer end.
  public static func upperBound(_ count: Int, of trials: Int, level: Double) -> Double {
    let count = max(0, min(count, trials))
    return count >= trials ? 1 : IncompleteBeta.inverse(level, a: Double(count) + 1, b: Double(trials - count))
  }

  /// The smallest rate that `count` of `trials` leaves possible, one-sided at `level`: BetaInv(1 - level; count, trials - count + 1).
  public static func lowerBound(_ count: Int, of trials: Int, level: Double) -> Double {
    let count = max(0, min(count, trials))
    return count <= 0 ? 0 : IncompleteBeta.inverse(1 - level, a: Double(count), b: Double(trials - count) + 1)
  }

  /// The two-sided interval at `level`: (1 - level)/2 in each tail.
  public static func interval(_ count: Int, of trials: Int, level: Double) -> ClosedRange<Double> {
    let oneSided = 1 - (1 - level) / 2
    return ordered(lowerBound(count, of: trials, level: oneSided), upperBound(count, of: trials, level: oneSided))
  }

  /// Both one-sided bounds at `level`, as a range: its ends are what a budget is judged by, each with an error of at most 1 - level.
  public static func bounds(_ count: Int, of trials: Int, level: Double) -> ClosedRange<Double> {
    ordered(lowerBound(count, of: trials, level: level), upperBound(count, of: trials, level: level))
  }

  /// The largest count of `trials` whose upper bound is still within `budget`, or nil where even a count of 0 does not certify it.
  public static func largestCount(certifying budget: Double, of trials: Int, level: Double) -> Int? {
    guard trials > 0, upperBound(0, of: trials, level: level) <= budget else { return nil }
    var low = 0
    var high = trials
    // The upper bound grows with the count: the last count within the budget lies in low...high.
    while low < high {
      let middle = low + (high - low + 1) / 2
      if upperBound(middle, of: trials, level: level) <= budget { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

/// Wilson's score interval of a binomial proportion (Wilson 1927), without continuity correction.
public enum Wilson {
  /// The two-sided interval at `level`; 0...1 without trials.
  public static func interval(_ count: Int, of trials: Int, level: Double) -> ClosedRange<Double> {
    guard trials > 0 else { return 0...1 }
    let count = max(0, min(count, trials))
    let z = NormalDistribution.upperQuantile((1 - level) / 2)
    let n = Double(trials)
    let p = Double(count) / n
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return ordered(count == 0 ? 0 : max(0, centre - half), count == trials ? 1 : min(1, centre + half))
  }
}

/// A range from two bounds that rounding may have swapped; everything where one is not a number, as with scores that are not finite.
func ordered(_ low: Double, _ high: Double) -> ClosedRange<Double> {
  if low.isNaN || high.isNaN { return -Double.infinity...Double.infinity }
  return low <= high ? low...high : high...low
}

// Did quality drop on balance? Tests and intervals for two right/wrong answers to the same items.

/// McNemar's exact test: given how many items moved, are those that moved for the worse too many for chance?
///
/// It looks at the balance only and is blind to churn: 500 items each way give a p of about 0.5. It can't stand for a flip budget.
public enum McNemar {
  /// P(Binomial(negative + positive, 1/2) >= negative): small where the candidate is worse. 1 where nothing moved.
  public static func oneSidedP(negative: Int, positive: Int) -> Double {
    if negative <= 0 { return 1 }
    return IncompleteBeta.value(0.5, a: Double(negative), b: Double(max(0, positive)) + 1)
  }

  /// Twice the smaller tail, at most 1.
  public static func twoSidedP(negative: Int, positive: Int) -> Double {
    min(1, 2 * min(oneSidedP(negative: negative, positive: positive), oneSidedP(negative: positive, positive: negative)))
  }
}

/// Newcombe's interval for the change of a proportion between paired samples.
///
/// Method 10 of R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data",
/// Statistics in Medicine 17 (1998) 2635-2650: Wilson's intervals of both proportions, joined with a continuity-corrected correlation.
public enum Newcombe {
  /// The two-sided interval, at `level`, of (positive - negative) / all: the candidate's rate less the baseline's; -1...1 without items.
  public static func pairedDifference(
    bothCorrect: Int, negative: Int, positive: Int, bothWrong: Int, level: Double
  ) -> ClosedRange<Double> {
    let n = bothCorrect + negative + positive + bothWrong
    guard n > 0 else { return -1...1 }
    let (a, b, c, d) = (Double(bothCorrect), Double(negative), Double(positive), Double(bothWrong))
    let total = Double(n)
    let old = (a + b) / total
    let new = (a + c) / total
    let oldInterval = Wilson.interval(bothCorrect + negative, of: n, level: level)
    let newInterval = Wilson.interval(bothCorrect + positive, of: n, level: level)

    let margins = (a + b).squareRoot() * (c + d).squareRoot() * (a + c).squareRoot() * (b + d).squareRoot()
    let excess = a * d - b * c
    let corrected = excess > 0 ? max(0, excess - total / 2) : excess
    let phi = margins == 0 ? 0 : corrected / margins

    func distance(_ first: Double, _ second: Double) -> Double {
      max(0, first * first - 2 * phi * first * second + second * second).squareRoot()
    }
    let change = new - old
    let down = distance(new - newInterval.lowerBound, oldInterval.upperBound - old)
    let up = distance(newInterval.upperBound - new, old - oldInterval.lowerBound)
    return ordered(max(-1, change - down), min(1, change + up))
  }
}

/// How small a change a number of items can show.
public enum DetectableChange {
  /// (z_{1-alpha/2} + z_{power}) sqrt(variance / n): the change of the mean that a two-sided test at `level` finds with probability `power`.
  ///
  /// - Parameter variance: of one item's change. For right/wrong items, the share of items that moved either way.
  /// - Returns: nil without items.
  public static func smallest(variance: Double, items: Int, level: Double, power: Double) -> Double? {
    guard items > 0, variance >= 0 else { return nil }
    let quantiles = NormalDistribution.upperQuantile((1 - level) / 2) + NormalDistribution.upperQuantile(1 - power)
    return quantiles * (variance / Double(items)).squareRoot()
  }
}

/// Holm's correction (1979) for judging many p-values at once.
public enum Holm {
  /// The adjusted p-values, in the order given: reject those at or below alpha, and the chance of any false rejection is at most alpha.
  public static func adjusted(_ p: [Double]) -> [Double] {
    var result = p
    var largest = 0.0
    for (rank, index) in p.indices.sorted(by: { (p[$0], $0) < (p[$1], $1) }).enumerated() {
      largest = max(largest, min(1, Double(p.count - rank) * p[index]))
      result[index] = largest
    }
    return result
  }
}

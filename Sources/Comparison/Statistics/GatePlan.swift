// How many items a flip budget needs that is judged by its confidence bound, exactly: no normal approximation.

/// A flip budget judged by one-sided Clopper-Pearson bounds, and how likely it comes out either way.
///
/// The gate passes at the largest count whose upper bound is within the budget, P(Bin(n, budget) <= count) <= 1 - level, and fails at the smallest
/// one whose lower bound is above it, P(Bin(n, budget) >= count) < 1 - level. Both counts grow with n in steps, so that the chances go up and down
/// like a saw: a number of items is enough here if every larger number is too.
public struct GatePlan: Sendable, Hashable {
  /// The most items that a plan is made for.
  public static let itemLimit = 10_000_000

  /// The allowed rate, above 0 and below 1; a budget of nothing is judged by the count, and has no plan.
  public var budget: Double
  /// Of each one-sided bound, above 0.5 and below 1.
  public var level: Double
  /// How likely the right answer is to be, 0..<1.
  public var power: Double

  public init(budget: Double, level: Double = 0.95, power: Double = 0.8) {
    self.budget = budget
    self.level = level
    self.power = power
  }

  /// The largest count of n items that passes; nil where even 0 leaves a larger rate possible.
  public func largestPassing(of items: Int) -> Int? { ClopperPearson.largestCount(certifying: budget, of: items, level: level) }

  /// The smallest count of n items that fails; nil where even n of n does not show it.
  public func smallestFailing(of items: Int) -> Int? {
    guard items > 0, fails(items, of: items) else { return nil }
    return Self.first(in: 1...items) { fails($0, of: items) }
  }

  /// The chance that n items pass where the true rate is `rate`.
  public func chanceOfPassing(_ items: Int, rate: Double) -> Double {
    largestPassing(of: items).map { Binomial.atMost($0, of: items, rate: rate) } ?? 0
  }

  /// The chance that n items fail where the true rate is `rate`.
  public func chanceOfFailing(_ items: Int, rate: Double) -> Double {
    smallestFailing(of: items).map { Binomial.atLeast($0, of: items, rate: rate) } ?? 0
  }

  /// The fewest items from which on a true rate of `rate` passes with the plan's power; nil above ``itemLimit``, and where the rate is not below the
  /// budget.
  public func itemsToPass(rate: Double) -> Int? {
    guard isSound, rate >= 0, rate < budget else { return nil }
    // While the same count is the largest to pass, more items make it harder: each step is at its worst on its last number of items.
    func isEnough(_ count: Int) -> Bool? {
      fewestPassing(count + 1).map { Binomial.atMost(count, of: $0 - 1, rate: rate) >= power }
    }
    guard let step = lastTooFew(rate: rate, isEnough) else { return nil }
    return fewestPassing(step + 1)
  }

  /// The fewest items from which on a true rate of `rate` fails with the plan's power; nil above ``itemLimit``, and where the rate is not above the
  /// budget.
  public func itemsToFail(rate: Double) -> Int? {
    guard isSound, rate > budget, rate <= 1 else { return nil }
    // While the same count is the smallest to fail, more items make it easier: each step is at its worst on its first number of items.
    func isEnough(_ count: Int) -> Bool? {
      if count < 0 { return false }
      guard let before = mostFailing(count), let last = mostFailing(count + 1) else { return nil }
      return last == before || Binomial.atLeast(count + 1, of: before + 1, rate: rate) >= power
    }
    guard let step = lastTooFew(rate: rate, isEnough) else { return nil }
    if step < 0 { return 1 }
    guard let before = mostFailing(step), let last = mostFailing(step + 1) else { return nil }
    return Self.first(in: before + 1...last + 1) { $0 > last || Binomial.atLeast(step + 1, of: $0, rate: rate) >= power }
  }

  /// The smallest true rate that n items fail with the plan's power, to 1e-9; nil where not even a rate of 1 is.
  public func smallestFailingRate(of items: Int) -> Double? {
    guard isSound, chanceOfFailing(items, rate: 1) >= power, let count = smallestFailing(of: items) else { return nil }
    var (low, high) = (budget, 1.0)
    while high - low > 1e-10 {
      let middle = low + (high - low) / 2
      if Binomial.atLeast(count, of: items, rate: middle) >= power { high = middle } else { low = middle }
    }
    return high
  }

  /// The smallest budget that n items can certify: with no flip at all, 1 - (1 - level)^(1/n); 1 without items.
  public static func smallestBudget(of items: Int, level: Double) -> Double { ClopperPearson.upperBound(0, of: items, level: level) }

  private var isSound: Bool { budget > 0 && budget < 1 && level > 0.5 && level < 1 && power > 0 && power < 1 }

  // MARK: Steps

  private func fails(_ count: Int, of items: Int) -> Bool { Binomial.atLeast(count, of: items, rate: budget) < 1 - level }

  /// The fewest items of which `count` pass; nil above the limit.
  private func fewestPassing(_ count: Int) -> Int? {
    func passes(_ items: Int) -> Bool { Binomial.atMost(count, of: items, rate: budget) <= 1 - level }
    guard count < Self.itemLimit, passes(Self.itemLimit) else { return nil }
    return Self.first(in: count + 1...Self.itemLimit, where: passes)
  }

  /// The most items of which `count` fail, 0 where none do; nil above the limit.
  private func mostFailing(_ count: Int) -> Int? {
    if count == 0 { return 0 }
    if count > Self.itemLimit || fails(count, of: Self.itemLimit) { return nil }
    if !fails(count, of: count) { return 0 }
    return Self.first(in: count...Self.itemLimit) { !fails(count, of: $0) } - 1
  }

  /// The last step that is too few, -1 where the first one is enough; nil where the limit comes before it is sure.
  ///
  /// By and large the chances grow with the steps. The search looks around the place where they cross, as far as the saw's teeth can reach.
  private func lastTooFew(rate: Double, _ isEnough: (Int) -> Bool?) -> Int? {
    var high = 1
    while let enough = isEnough(high), !enough { high *= 2 }
    guard isEnough(high) != nil else { return nil }
    let crossing = Self.first(in: 0...high) { isEnough($0) ?? true }
    let reach = 20 + Int(min(10_000, 4 * max(budget, rate) / abs(rate - budget)))
    for step in stride(from: crossing + reach, through: 0, by: -1) {
      guard let enough = isEnough(step) else { return nil }
      if !enough { return step }
    }
    return -1
  }

  /// The first number of a range that satisfies a condition which stays true once it is; the range's last where none does.
  private static func first(in range: ClosedRange<Int>, where isTrue: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if isTrue(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Tails of the binomial distribution, by the incomplete beta function.
enum Binomial {
  /// P(Bin(trials, rate) <= count).
  static func atMost(_ count: Int, of trials: Int, rate: Double) -> Double {
    if count < 0 { return 0 }
    return count >= trials ? 1 : 1 - IncompleteBeta.value(rate, a: Double(count) + 1, b: Double(trials - count))
  }

  /// P(Bin(trials, rate) >= count).
  static func atLeast(_ count: Int, of trials: Int, rate: Double) -> Double {
    if count <= 0 { return 1 }
    return count > trials ? 0 : IncompleteBeta.value(rate, a: Double(count), b: Double(trials - count) + 1)
  }
}

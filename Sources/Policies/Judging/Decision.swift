// Does the limit hold? On the observed value, or on what the confidence bounds leave possible.

internal import Comparison

/// Whether a limit holds.
enum Decision: Equatable {
  case holds
  case broken
  /// Neither is certain; how many more items at this rate would decide it, if any number would.
  case open(moreItems: Int?)
}

/// A count held against an allowance.
struct CountTest {
  var count: Int
  var n: Int
  var basis: BudgetRules.DecisionBasis
  /// Level of each one-sided bound.
  var level: Double

  /// Both one-sided bounds of the true rate.
  var bounds: ClosedRange<Double> { ClopperPearson.bounds(count, of: n, level: level) }

  /// Judges by the observed count, or by the bounds: holds if the upper bound is within the allowance, broken if the lower one is above it.
  /// An allowance of nothing is always judged by the count.
  func decide(_ allowance: Allowance) -> Decision {
    let decision = unplanned(allowance)
    return decision == .open(moreItems: nil) ? .open(moreItems: moreItems(toDecide: allowance.ratio(of: n))) : decision
  }

  /// The same without the number of items that would decide it.
  private func unplanned(_ allowance: Allowance) -> Decision {
    let rate = allowance.ratio(of: n)
    if basis == .point || rate == 0 { return count <= allowance.items(of: n) ? .holds : .broken }
    return Self.bounded(bounds, rate)
  }

  /// The largest count of the n items that holds; nil where not even 0 does. The test's own count is not looked at.
  func largestHolding(_ allowance: Allowance) -> Int? { lastCount(allowance) { $0 == .holds } }

  /// The smallest count of the n items that is broken; nil where not even n is.
  func smallestBroken(_ allowance: Allowance) -> Int? {
    let largest = lastCount(allowance) { $0 != .broken } ?? -1
    return largest < n ? largest + 1 : nil
  }

  /// The last count of 0...n whose decision satisfies a condition that holds up to some count; nil where 0 does not.
  private func lastCount(_ allowance: Allowance, where isTrue: (Decision) -> Bool) -> Int? {
    var test = self
    var (low, high) = (-1, n)
    while low < high {
      let middle = low + (high - low + 1) / 2
      test.count = middle
      if isTrue(test.unplanned(allowance)) { low = middle } else { high = middle - 1 }
    }
    return low < 0 ? nil : low
  }

  /// The chance of at least this count if the true rate were as large as the allowance: P(Bin(n, rate) >= count).
  /// nil where the bounds do not decide.
  func tail(_ allowance: Allowance) -> Double? {
    let rate = allowance.ratio(of: n)
    guard basis == .bound, rate > 0 else { return nil }
    return count <= 0 ? 1 : IncompleteBeta.value(rate, a: Double(count), b: Double(n - count) + 1)
  }

  private static func bounded(_ bounds: ClosedRange<Double>, _ rate: Double) -> Decision {
    if bounds.upperBound <= rate { return .holds }
    return bounds.lowerBound > rate ? .broken : .open(moreItems: nil)
  }

  /// How many more items at this rate would decide it by the bounds; nil where none would.
  func moreItems(_ allowance: Allowance) -> Int? { moreItems(toDecide: allowance.ratio(of: n)) }

  /// The most items that a plan is made for.
  private static let planningLimit = 10_000_000

  /// How many more items would decide it if they came out as these did; nil where the observed rate is the allowed one, or nearly.
  private func moreItems(toDecide rate: Double) -> Int? {
    let observed = Double(count) / Double(n)
    func isDecided(_ items: Int) -> Bool {
      let count = Int((observed * Double(items)).rounded())
      return Self.bounded(ClopperPearson.bounds(count, of: items, level: level), rate) != .open(moreItems: nil)
    }
    if n > Self.planningLimit { return nil }
    var high = n
    while !isDecided(high) {
      high *= 2
      if high > Self.planningLimit { return nil }
    }
    var low = high / 2
    while high - low > max(1, high / 100) {
      let middle = low + (high - low) / 2
      if isDecided(middle) { high = middle } else { low = middle }
    }
    return high - n
  }
}

/// A mean held against a limit by its bounds.
struct MeanTest {
  var value: Double
  var n: Int
  var bounds: MeanBounds
  var limit: Double
  /// Whether the mean has to be at or above the limit.
  var isFloor: Bool

  var decision: Decision {
    let bounds = bounds.bounds
    if isFloor {
      if !exceeds(limit, bounds.lowerBound) { return .holds }
      return exceeds(limit, bounds.upperBound) ? .broken : .open(moreItems: moreItems)
    }
    if !exceeds(bounds.upperBound, limit) { return .holds }
    return exceeds(bounds.lowerBound, limit) ? .broken : .open(moreItems: moreItems)
  }

  /// The chance of such a mean if it were at the limit; small where the limit is surely broken.
  var tail: Double { isFloor ? bounds.tail(below: limit) : bounds.tail(above: limit) }

  /// The bound that is on the other side of the limit comes nearer to the mean with the root of the items; nil for a mean at the limit, or nearly.
  private var moreItems: Int? {
    let reach = (value > limit ? value - bounds.bounds.lowerBound : bounds.bounds.upperBound - value) / abs(value - limit)
    let needed = Double(n) * reach * reach
    guard needed.isFinite, needed > Double(n), needed < 1e7 else { return nil }
    return max(1, Int(needed.rounded(.up)) - n)
  }
}

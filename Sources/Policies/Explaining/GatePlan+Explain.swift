// A plan in sentences: how many items it takes, and what those that there are can show.

public import Comparison

extension GatePlan {
  /// How many items a true rate needs to pass, and a larger one to fail.
  ///
  /// - Parameter rate: of a candidate that is to pass where it is below the budget, else of one that is to fail. The other one is twice the
  ///   budget, or no flip at all.
  public func explanation(rate: Double) -> [String] {
    let (good, bad) = rates(rate)
    var lines = [
      "A budget of \(percent(budget)), judged by its bound with \(percent(level)) confidence (decide_on: bound), each answer with a chance of "
        + "\(percent(power)) or more:"
    ]
    let limit = "no number of items up to \(Self.itemLimit) is enough"
    let passing = itemsToPass(rate: good).map { "from \(Numbers.items($0)) on (at most \(largestPassing(of: $0) ?? 0) of \($0) may flip)" }
    lines.append("  A candidate whose true rate is \(percent(good)) passes \(passing ?? "never: \(limit)").")
    let failing = itemsToFail(rate: bad).map { "from \(Numbers.items($0)) on (at \(smallestFailing(of: $0) ?? $0) of \($0) flips)" }
    lines.append("  A candidate whose true rate is \(percent(bad)) fails \(failing ?? "never: \(limit)").")
    return lines
  }

  /// What a number of items can show.
  ///
  /// - Parameter rate: as in ``explanation(rate:)``.
  public func explanation(of items: Int, rate: Double) -> [String] {
    let (good, bad) = rates(rate)
    var lines: [String] = []
    let largest = largestPassing(of: items).map { "Up to \($0) of \(items) flips pass" } ?? "Not even 0 of \(items) flips pass"
    lines.append("\(largest), \(smallestFailing(of: items).map { "\($0) or more fail" } ?? "no number of flips fails").")
    lines.append(
      "A true rate of \(percent(good)) passes with a chance of \(percent(chanceOfPassing(items, rate: good))), one of \(percent(bad)) fails with a "
        + "chance of \(percent(chanceOfFailing(items, rate: bad))).")
    let detectable = smallestFailingRate(of: items).map { "is \(percent($0))" } ?? "does not exist"
    lines.append(
      "The smallest true rate that fails with a chance of \(percent(power)) \(detectable); the smallest budget that can be certified, without any "
        + "flip, is \(percent(Self.smallestBudget(of: items, level: level))).")
    let moved = min(1, 2 * budget)
    if let change = DetectableChange.smallest(variance: moved, items: items, level: level, power: power) {
      lines.append(
        "The smallest change of accuracy that can be shown is \(Numbers.short(change)), if \(percent(moved)) of the items flip, the budget each way.")
    }
    return lines
  }

  /// The rate that is to pass and the one that is to fail.
  private func rates(_ rate: Double) -> (good: Double, bad: Double) {
    rate < budget ? (rate, min(1, 2 * budget)) : (0, rate)
  }

  private func percent(_ ratio: Double) -> String { Numbers.short(ratio * 100, 3) + "%" }
}

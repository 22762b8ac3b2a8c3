// Sums of sizes that a server states: they may be any numbers, and must not overflow.

extension Int {
  /// The sum, or the largest or smallest integer where it does not fit.
  func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}

// Sums of doubles that don't depend on the order: exact inside, rounded once at the end.

/// An exact sum, as Python's `math.fsum` has it (Shewchuk 1997, "Adaptive precision floating-point arithmetic", section 2).
///
/// The sum is kept as partial sums that don't overlap and whose bits hold it exactly. Whole numbers below 2^53 keep one partial sum.
struct ExactSum: Sendable {
  private var partials: [Double] = []
  /// Sum of what is not finite, once there is any.
  private var special: Double?

  mutating func add(_ number: Double) {
    var rest = number
    var kept = 0
    for index in partials.indices {
      var small = partials[index]
      if rest.magnitude < small.magnitude { swap(&rest, &small) }
      let sum = rest + small
      let error = small - (sum - rest)
      if error != 0 {
        partials[kept] = error
        kept += 1
      }
      rest = sum
    }
    partials.removeSubrange(kept...)
    if rest.isFinite { partials.append(rest) } else { special = (special ?? 0) + number }
  }

  /// The double nearest to the sum, the even one of two.
  var value: Double {
    if let special { return special }
    var index = partials.count - 1
    guard index >= 0 else { return 0 }
    var sum = partials[index]
    var error = 0.0
    while index > 0 {
      index -= 1
      let small = partials[index]
      let larger = sum
      sum = larger + small
      error = small - (sum - larger)
      if error != 0 { break }
    }
    // Exactly between two doubles so far: what follows says which one is nearer.
    if index > 0, (error < 0) == (partials[index - 1] < 0) {
      let twice = error * 2
      let moved = sum + twice
      if twice == moved - sum { sum = moved }
    }
    return sum
  }
}

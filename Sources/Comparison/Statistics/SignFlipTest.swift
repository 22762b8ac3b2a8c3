// Could the changes just as well have gone the other way? The sign-flip permutation test of a mean change.

/// Fisher's randomisation test of paired differences: under no real change each item's (or whole cluster's) change is as likely with the other sign.
///
/// Where all sign patterns are no more than the resamples they are all tried, and p is exact; else patterns are drawn, resample r from its own SplitMix64
/// sequence, and p is (1 + hits) / (1 + resamples), as `scipy.stats.permutation_test` with `permutation_type="samples"` has it.
struct SignFlipTest {
  var bootstrap: PairedBootstrap

  /// P(sum of the changes with random signs >= their sum): small where the sum is surely above 0. 1 where nothing changed.
  func oneSidedP(_ changes: [Double]) -> Double {
    let moved = changes.filter { $0 != 0 }
    if moved.isEmpty { return 1 }
    // Sums of the same numbers in another order differ by rounding.
    let slack = 1e-12 * moved.reduce(0) { $0 + abs($1) }
    let observed = moved.reduce(0, +) - slack
    let resamples = bootstrap.resamples(for: moved.count)
    if moved.count < 40, 1 << moved.count <= resamples {
      let patterns = 1 << moved.count
      let hits = (0..<patterns).count { pattern in
        moved.indices.reduce(0.0) { $0 + (pattern >> $1 & 1 == 0 ? moved[$1] : -moved[$1]) } >= observed
      }
      return Double(hits) / Double(patterns)
    }
    // A sequence of its own, apart from the bootstrap's.
    let seed = bootstrap.seed ^ 0x5157_0F11_5157_0F11
    let sums = bootstrap.inParallel(moved.count) { resample in
      var generator = SplitMix64(seed: seed, stream: UInt64(resample))
      return Self.signedSum(moved, &generator)
    }
    return Double(1 + sums.count { $0 >= observed }) / Double(1 + sums.count)
  }

  private static func signedSum(_ values: [Double], _ generator: inout SplitMix64) -> Double {
    let span = values.span
    var (even, odd) = (0.0, 0.0)
    var place = 0
    while place < span.count {
      var signs = generator.next()
      let end = min(place + 64, span.count)
      while place + 1 < end {
        even += Double(bitPattern: span[place].bitPattern ^ (signs & 1) << 63)
        odd += Double(bitPattern: span[place + 1].bitPattern ^ (signs & 2) << 62)
        signs >>= 2
        place += 2
      }
      if place < end {
        even += Double(bitPattern: span[place].bitPattern ^ (signs & 1) << 63)
        place += 1
      }
    }
    return even + odd
  }
}

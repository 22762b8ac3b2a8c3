// How often each run of n tokens occurs in a text.

/// The n-grams of a list of numbers, in the order of their keys, with how often each occurs.
///
/// A key holds the n numbers side by side, so `order` times `bits` must fit `Key`; a number must fit `bits`.
struct NgramCounts<Key: FixedWidthInteger & UnsignedInteger> {
  private(set) var keys: [Key] = []
  private(set) var counts: [Int] = []
  /// How many n-grams there are, repetitions included.
  let total: Int

  init(_ tokens: [UInt32], order: Int, bits: Int) {
    total = max(0, tokens.count - order + 1)
    guard total > 0 else { return }
    let mask: Key = order * bits < Key.bitWidth ? (1 << (order * bits)) - 1 : .max
    var all: [Key] = []
    all.reserveCapacity(total)
    var key: Key = 0
    for (index, token) in tokens.enumerated() {
      key = (key << bits | Key(truncatingIfNeeded: token)) & mask
      if index >= order - 1 { all.append(key) }
    }
    all.sort()
    for key in all {
      if key == keys.last {
        counts[counts.count - 1] += 1
      } else {
        keys.append(key)
        counts.append(1)
      }
    }
  }

  /// How many n-grams both have: for each, the smaller of the two counts.
  func matches(_ other: NgramCounts) -> Int {
    var sum = 0
    forEachCommon(other) { mine, theirs in sum += min(counts[mine], other.counts[theirs]) }
    return sum
  }

  /// How many n-grams are in the others too: for each, at most as many as the one that has most of them has.
  func clippedMatches(_ others: [NgramCounts]) -> Int {
    var allowed = [Int](repeating: 0, count: keys.count)
    for other in others { forEachCommon(other) { mine, theirs in allowed[mine] = max(allowed[mine], other.counts[theirs]) } }
    return zip(counts, allowed).reduce(0) { $0 + min($1.0, $1.1) }
  }

  private func forEachCommon(_ other: NgramCounts, _ body: (Int, Int) -> Void) {
    var mine = 0
    var theirs = 0
    while mine < keys.count, theirs < other.keys.count {
      if keys[mine] == other.keys[theirs] {
        body(mine, theirs)
        mine += 1
        theirs += 1
      } else if keys[mine] < other.keys[theirs] {
        mine += 1
      } else {
        theirs += 1
      }
    }
  }
}

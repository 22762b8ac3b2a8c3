// The merges of byte-pair encoding: a pair of IDs to its rank and to the ID of what it becomes, in one flat hash table.

/// What merging two neighbours gives.
struct Merge: Sendable, Equatable {
  /// Which merge comes first: the lowest.
  var rank: Int32
  var result: Int32
}

/// Merges by pair of IDs.
struct MergeTable: Sendable {
  private var keys: [UInt64]
  private var merges: [Merge]
  private let mask: Int
  private(set) var count = 0
  /// How many occupied slots were passed while merges were added: tells files made to collide.
  private(set) var collisions = 0

  private static let none = UInt64.max

  /// - Parameter capacity: how many merges will be added at most.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: Self.none, count: size)
    merges = [Merge](repeating: Merge(rank: 0, result: 0), count: size)
    mask = size - 1
  }

  /// Adds a merge; of two for one pair the later counts, unless `keepsFirst`.
  mutating func add(_ left: Int32, _ right: Int32, _ merge: Merge, keepsFirst: Bool = false) {
    let slot = slot(left, right)
    collisions += (slot - home(key(left, right))) & mask
    if keys[slot] == Self.none {
      keys[slot] = key(left, right)
      count += 1
    } else if keepsFirst {
      return
    }
    merges[slot] = merge
  }

  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let slot = slot(left, right)
    return keys[slot] == Self.none ? nil : merges[slot]
  }

  /// All merges, the lowest rank first.
  func sorted() -> [(left: Int32, right: Int32, merge: Merge)] {
    keys.indices.filter { keys[$0] != Self.none }
      .map { (Int32(truncatingIfNeeded: keys[$0] >> 32), Int32(truncatingIfNeeded: keys[$0]), merges[$0]) }
      .sorted { $0.merge.rank < $1.merge.rank }
  }

  @inline(__always)
  private func key(_ left: Int32, _ right: Int32) -> UInt64 { UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)) }

  @inline(__always)
  private func slot(_ left: Int32, _ right: Int32) -> Int {
    let key = key(left, right)
    var slot = home(key)
    while keys[slot] != Self.none && keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }

  /// Where a key is looked for first.
  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    var mixed = key &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 32
    return Int(truncatingIfNeeded: mixed) & mask
  }
}

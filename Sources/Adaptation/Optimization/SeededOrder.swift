// Orders by lot that a seed gives again: of the examples of an epoch, and of the split into training and validation.

/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014), one sequence for each purpose and round.
public struct SeededOrder: Sendable {
  /// What is drawn: no two purposes share a sequence.
  public enum Purpose: UInt64, Sendable {
    case validationSplit = 1
    case epoch = 2
  }

  private var state: UInt64

  public init(seed: UInt64, _ purpose: Purpose, round: Int = 0) {
    // Three mixed words, so that neighbouring seeds and rounds have nothing in common.
    state = Self.mix(Self.mix(Self.mix(seed) ^ purpose.rawValue) ^ UInt64(bitPattern: Int64(round)))
  }

  /// A permutation of 0..<count (Fisher-Yates from the end).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<max(0, count))
    var last = count - 1
    while last > 0 {
      order.swapAt(last, next(below: last + 1))
      last -= 1
    }
    return order
  }

  /// A number of 0..<bound, each as likely (Lemire's multiplication without the rejection: the bias is below bound / 2⁶⁴).
  private mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Int(Self.mix(state).multipliedFullWidth(by: UInt64(bound)).high)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

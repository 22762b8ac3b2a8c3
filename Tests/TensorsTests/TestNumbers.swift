// Numbers for tests: seeded, the same on every machine.

@testable import Tensors

/// SplitMix64 (Steele et al. 2014): test data only.
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [-1, 1).
  mutating func float() -> Float { Float(Int32(truncatingIfNeeded: next() >> 32)) / Float(1 << 31) }

  mutating func int(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func matrix(rows: Int, columns: Int) throws -> Matrix {
    let matrix = try Matrix(rows: rows, columns: columns)
    for row in 0..<rows { for column in 0..<columns { matrix[row, column] = float() } }
    return matrix
  }
}

extension Matrix {
  /// The bits of a row, for comparisons that take no difference at all.
  func bits(ofRow row: Int) -> [UInt32] { self.row(row).map(\.bitPattern) }
}

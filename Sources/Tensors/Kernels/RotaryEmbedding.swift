// Rotary position embedding (Su et al. 2021, arXiv 2104.09864), the form that rotates halves against each other.

internal import CVectorKernels
internal import Foundation

/// Cosines and sines of every position and frequency: `[positions, rotaryWidth / 2]` each.
public struct RotaryTable: Sendable {
  public let rotaryWidth: Int
  public let positions: Int
  let cosines: Matrix
  let sines: Matrix

  /// - Parameters:
  ///   - inverseFrequencies: radians a position, one for each pair: `rotaryWidth / 2` values.
  ///   - attentionScale: a factor on cosines and sines (1 unless a scaling rule says otherwise).
  public init(inverseFrequencies: [Float], positions: Int, attentionScale: Float = 1) throws(TensorError) {
    rotaryWidth = inverseFrequencies.count * 2
    self.positions = positions
    cosines = try Matrix(rows: positions, columns: inverseFrequencies.count)
    sines = try Matrix(rows: positions, columns: inverseFrequencies.count)
    for position in 0..<positions {
      for (index, frequency) in inverseFrequencies.enumerated() {
        let angle = Float(position) * frequency  // in f32, as the reference does
        cosines[position, index] = Foundation.cosf(angle) * attentionScale
        sines[position, index] = Foundation.sinf(angle) * attentionScale
      }
    }
  }
}

extension Matrix {
  /// Rotates `heads` heads of `headWidth` values that start at `column`, in as many rows from `firstRow` on as there are positions.
  public func rotate(firstRow: Int = 0, heads: Int, headWidth: Int, column: Int, positions: ArraySlice<Int32>, table: RotaryTable) {
    if positions.isEmpty { return }
    precondition(firstRow >= 0 && firstRow + positions.count <= paddedRows)
    precondition(column + heads * headWidth <= columns && table.rotaryWidth <= headWidth)
    precondition(positions.allSatisfy { $0 >= 0 && Int($0) < table.positions }, "position beyond the table")
    unsafe positions.withUnsafeBufferPointer { positions in
      guard let start = positions.baseAddress else { return }
      unsafe flipgate_rotate(
        base + firstRow * columns + column, columns, positions.count, heads, headWidth, table.rotaryWidth, table.cosines.base,
        table.sines.base, start)
    }
  }
}

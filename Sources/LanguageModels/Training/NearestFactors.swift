// The low-rank matrix that is nearest to a difference of two weights, as the inputs weigh it.

internal import Tensors

/// The factors of rank r that minimise the mean of ‖(D - up · down) x‖² over inputs x with second moments R.
///
/// The left factor spans the r largest eigenvectors of D R Dᵀ, found by block power iterations (Halko, Martinsson and Tropp 2011, arXiv 0909.4061) and a
/// Rayleigh-Ritz step; the right one is what D is in that basis. As closed form for quantised weights: Zhang et al. 2024, QERA (arXiv 2410.06040).
struct NearestFactors {
  /// `[rank, inputs]`
  private(set) var down: [[Float]] = []
  /// Column by column: `[rank, outputs]`.
  private(set) var up: [[Float]] = []

  private static let oversampling = 16
  private static let iterations = 6

  /// - Parameters:
  ///   - difference: D, `[outputs, inputs]`.
  ///   - moments: R, `[inputs, inputs]`.
  ///   - rank: at most so many pairs of factors come out, fewer for a difference of a lower rank.
  init(of difference: Matrix, weighedBy moments: Matrix, rank: Int, seed: UInt64) throws(TensorError) {
    let (outputs, inputs) = (difference.rows, difference.columns)
    // Whole vectors, as the kernels take them; columns beyond the rank become zero.
    let width = (min(rank + Self.oversampling, outputs, inputs) + 15) / 16 * 16
    var basis = Self.random(rows: inputs, columns: width, seed: seed)
    let (right, weighed, left) = (
      try Matrix(rows: inputs, columns: width), try Matrix(rows: inputs, columns: width), try Matrix(rows: outputs, columns: width)
    )
    var columns: [[Double]] = []
    for _ in 0..<Self.iterations {
      weighed.setValues(basis)
      difference.multiplyRows(0..<outputs, by: weighed, into: left, accumulating: false)
      columns = Orthogonal.columns(Self.columns(of: left, rows: outputs))
      left.setValues(Self.rows(of: columns))
      right.clear(rows: inputs)
      difference.multiplyTransposed(left, rows: outputs, columns: 0..<width, into: right)
      moments.multiplyRows(0..<inputs, by: right, into: weighed, accumulating: false)
      basis = weighed.values(0..<inputs * width)
    }
    let (rights, weigheds) = (Self.columns(of: right, rows: inputs), Self.columns(of: weighed, rows: inputs))
    let gram = rights.map { right in weigheds.map { Orthogonal.product(right, $0) } }
    let (values, vectors) = Orthogonal.eigen(gram)
    let largest = values.first ?? 0
    for (value, vector) in zip(values, vectors).prefix(rank) where value > largest * 1e-12 && value.isFinite {
      let row = Self.combine(rights, vector)
      let column = Self.combine(columns, vector)
      // Both factors get an equal share of the size, as training moves them alike.
      let size = Orthogonal.product(row, row).squareRoot().squareRoot()
      down.append(row.map { Float($0 / size) })
      up.append(column.map { Float($0 * size) })
    }
  }

  private static func random(rows: Int, columns: Int, seed: UInt64) -> [Float] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<rows * columns).map { _ in numbers.float() }
  }

  private static func columns(of matrix: Matrix, rows: Int) -> [[Double]] {
    var columns = (0..<matrix.columns).map { _ in Array(repeating: 0.0, count: rows) }
    for row in 0..<rows {
      for (column, value) in matrix.row(row).enumerated() { columns[column][row] = Double(value) }
    }
    return columns
  }

  private static func rows(of columns: [[Double]]) -> [Float] {
    let rows = columns.first?.count ?? 0
    var values = Array(repeating: Float(0), count: rows * columns.count)
    for (column, numbers) in columns.enumerated() {
      for (row, value) in numbers.enumerated() { values[row * columns.count + column] = Float(value) }
    }
    return values
  }

  /// The sum of some columns, each times its weight.
  private static func combine(_ columns: [[Double]], _ weights: [Double]) -> [Double] {
    var sum = Array(repeating: 0.0, count: columns.first?.count ?? 0)
    for (column, weight) in zip(columns, weights) {
      for index in sum.indices { sum[index] += weight * column[index] }
    }
    return sum
  }
}

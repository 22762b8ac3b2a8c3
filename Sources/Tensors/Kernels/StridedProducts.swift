// Products with matrices that change all the time, so that packing them would not pay: low-rank factors and their gradients.

internal import CVectorKernels

extension Matrix {
  /// output[r, n] (+)= Σ_k self[r, column + k] · other[k, n], for some rows, where k runs over the rows of `other`.
  ///
  /// Every sum runs over k in order, one fused addition each: its bits depend on the two vectors alone.
  ///
  /// - Parameters:
  ///   - column: the first of this matrix's columns that are meant.
  ///   - target: the first column of `output`; as many follow as `other` has.
  public func multiplyRows(
    _ range: Range<Int>, from column: Int = 0, by other: Matrix, into output: Matrix, at target: Int = 0, accumulating: Bool
  ) {
    if range.isEmpty { return }
    precondition(range.upperBound <= paddedRows && range.upperBound <= output.paddedRows && range.lowerBound >= 0)
    precondition(column >= 0 && column + other.rows <= columns && target >= 0 && target + other.columns <= output.columns)
    unsafe flipgate_strided_product(
      base + range.lowerBound * columns + column, columns, 1, other.base, other.columns, other.rows,
      output.base + range.lowerBound * output.columns + target, output.columns, range.count, other.columns, accumulating ? 1 : 0)
  }

  /// output[i, n] += Σ_r self[r, i] · other[r, first + n], over the first `rows` rows in order: the gradient of a factor.
  ///
  /// - Parameters:
  ///   - range: the columns of `output` that are computed.
  ///   - output: `[≤ columns, width]`; `other` has `width` columns from `first` on.
  public func multiplyTransposed(_ other: Matrix, from first: Int = 0, rows: Int, columns range: Range<Int>, into output: Matrix) {
    if range.isEmpty { return }
    precondition(rows <= paddedRows && rows <= other.paddedRows && output.rows <= columns && range.lowerBound >= 0)
    precondition(range.upperBound <= output.columns && first >= 0 && first + range.upperBound <= other.columns)
    unsafe flipgate_strided_product(
      base, 1, columns, other.base + first + range.lowerBound, other.columns, rows, output.base + range.lowerBound, output.columns, output.rows,
      range.count, 1)
  }

  /// The matrix `[columns, rows]` of the same values.
  public func transposed() throws(TensorError) -> Matrix {
    let turned = try Matrix(rows: columns, columns: rows)
    unsafe flipgate_transpose(base, columns, rows, columns, turned.base, rows)
    return turned
  }

  /// output[c, r] = self[r, c], for all columns or the first `count`; `output` may have more columns than this matrix has rows.
  public func transpose(columns count: Int? = nil, into output: Matrix) {
    let count = count ?? columns
    precondition(count <= columns && output.paddedRows >= count && output.columns >= rows)
    unsafe flipgate_transpose(base, columns, rows, count, output.base, output.columns)
  }

  /// self[target, 0..<width] += factor · other[source, 0..<width].
  public func addRow(_ source: Int, of other: Matrix, width: Int, scaledBy factor: Float, to target: Int) {
    unsafe flipgate_add_scaled(other.address(source, 0, width: width), factor, address(target, 0, width: width), width)
  }

  /// Σ_i self[row, i] · other[otherRow, i], in order.
  public func dot(_ row: Int, _ other: Matrix, _ otherRow: Int) -> Float {
    precondition(columns == other.columns)
    var sum: Float = 0
    unsafe flipgate_strided_product(
      address(row, 0, width: columns), 0, 1, other.address(otherRow, 0, width: columns), 1, columns, &sum, 1, 1, 1, 0)
    return sum
  }
}

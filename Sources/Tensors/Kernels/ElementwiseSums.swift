// What is added to rows and what bounds them: residuals, biases, weighted parts, soft caps.

internal import CVectorKernels

extension Matrix {
  /// self[r, :] += other[r, :], for the first `count` rows of two matrices of one width.
  public func add(_ other: Matrix, rows count: Int) {
    precondition(columns == other.columns && count <= paddedRows && count <= other.paddedRows)
    unsafe flipgate_add_scaled(other.base, 1, base, count * columns)
  }

  /// self[r, :] += bias, for the first `count` rows.
  ///
  /// - Parameter bias: `[1, columns]`.
  public func addToRows(_ bias: Matrix, rows count: Int) {
    precondition(columns == bias.columns && count <= paddedRows)
    for row in 0..<count { unsafe flipgate_add_scaled(bias.base, 1, base + row * columns, columns) }
  }

  /// self[target, :] += factor · other[source, :].
  public func addRow(_ source: Int, of other: Matrix, scaledBy factor: Float, to target: Int) {
    precondition(columns == other.columns)
    unsafe flipgate_add_scaled(other.address(source, 0, width: columns), factor, address(target, 0, width: columns), columns)
  }

  /// self[row, column...] += factor · other[row, :], for the first `count` rows: part of the columns.
  public func addColumns(of other: Matrix, rows count: Int, width: Int, scaledBy factor: Float, at column: Int) {
    precondition(width <= other.columns)
    for row in 0..<count {
      unsafe flipgate_add_scaled(other.address(row, 0, width: width), factor, address(row, column, width: width), width)
    }
  }

  /// self[r, :] = 0, for the first `count` rows, whatever was there.
  public func clear(rows count: Int) {
    precondition(count <= paddedRows)
    unsafe base.update(repeating: 0, count: count * columns)
  }

  /// self[row, :] *= factor.
  public func scaleRow(_ row: Int, by factor: Float) {
    let start = unsafe address(row, 0, width: columns)
    for column in 0..<columns { unsafe start[column] *= factor }
  }

  /// self[r, i] = cap · tanh(self[r, i] / cap), for the first `count` rows (Gemma 2, arXiv 2408.00118).
  public func softCap(rows count: Int, at cap: Float) {
    precondition(count <= paddedRows && cap > 0)
    unsafe flipgate_soft_cap(base, count * columns, cap)
  }
}

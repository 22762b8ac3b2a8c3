// Columns of rows by factors of their own: the rescaled products of weight-decomposed adapters.

extension Matrix {
  /// self[r, c] *= factors[c], for the first `count` rows.
  ///
  /// - Parameter factors: `[1, columns]`.
  public func scaleColumns(by factors: Matrix, rows count: Int) {
    precondition(columns == factors.columns && count <= paddedRows)
    let factor = unsafe UnsafePointer(factors.base)
    for row in 0..<count {
      let start = unsafe base + row * columns
      for column in 0..<columns { unsafe start[column] *= factor[column] }
    }
  }
}

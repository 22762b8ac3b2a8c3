// Root-mean-square normalisation (Zhang and Sennrich 2019, arXiv 1910.07467).

internal import CVectorKernels

extension Matrix {
  /// output[r, :] = self[r, :] / sqrt(mean(self[r, :]²) + epsilon) · weight, for the first `count` rows.
  ///
  /// - Parameters:
  ///   - weight: `[1, columns]`.
  ///   - output: `[≥ count, columns]`.
  public func normalizeRootMeanSquare(rows count: Int, weight: Matrix, epsilon: Float, into output: Matrix) {
    precondition(count <= paddedRows && count <= output.paddedRows && output.columns == columns && weight.columns == columns)
    unsafe flipgate_rms_norm(base, columns, weight.base, output.base, output.columns, count, columns, epsilon)
  }
}

// The gradients of activations, gated and plain, and rows with some of their values dropped.

internal import CVectorKernels

extension Matrix {
  /// output = the activation of this matrix, gated or plain by the widths: ``gate(rows:with:into:)`` or ``activate(rows:with:)`` out of place.
  public func activated(rows count: Int, with activation: Activation, isGated: Bool, into output: Matrix) {
    precondition(columns == (isGated ? 2 : 1) * output.columns && count <= paddedRows && count <= output.paddedRows)
    unsafe flipgate_activate(base, columns, output.base, output.columns, count, output.columns, activation.code, isGated ? 1 : 0)
  }

  /// The gradient of ``activated(rows:with:isGated:into:)`` with respect to this matrix.
  ///
  /// - Parameters:
  ///   - gradient: `[rows, width]`, with respect to the result.
  ///   - output: as wide as this matrix, which it may be.
  public func activatedBackward(_ gradient: Matrix, rows count: Int, with activation: Activation, isGated: Bool, into output: Matrix) {
    precondition(columns == (isGated ? 2 : 1) * gradient.columns && output.columns == columns)
    precondition(count <= paddedRows && count <= output.paddedRows && count <= gradient.paddedRows)
    unsafe flipgate_activate_backward(
      base, columns, gradient.base, gradient.columns, output.base, columns, count, gradient.columns, activation.code, isGated ? 1 : 0)
  }

  /// output (+)= self / (1 - share) where a value is kept, and 0 where it is dropped (Srivastava et al. 2014), for some rows.
  ///
  /// - Parameters:
  ///   - share: of the values that are dropped, 0 or more and below 1.
  ///   - key: with the place of a value, what decides whether it is dropped.
  public func dropped(rows range: Range<Int>, share: Float, key: UInt64, into output: Matrix, accumulating: Bool) {
    precondition(columns == output.columns && range.lowerBound >= 0 && range.upperBound <= paddedRows && range.upperBound <= output.paddedRows)
    precondition(share >= 0 && share < 1)
    let threshold = UInt32(min(Double(share) * 0x1p32, Double(UInt32.max)))
    let first = range.lowerBound * columns
    unsafe flipgate_drop(
      base + first, columns, output.base + first, columns, range.lowerBound, range.count, columns, key, threshold, 1 / (1 - share),
      accumulating ? 1 : 0)
  }
}

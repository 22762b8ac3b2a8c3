// The gated activation of Llama's feed-forward layer (Shazeer 2020, arXiv 2002.05202).

internal import CVectorKernels

extension Matrix {
  /// output[r, i] = silu(self[r, i]) · self[r, width + i], where self is `[rows, 2 · width]` and output `[rows, width]`.
  public func gateWithSiLU(rows count: Int, into output: Matrix) {
    precondition(columns == 2 * output.columns && count <= paddedRows && count <= output.paddedRows)
    unsafe flipgate_swiglu(base, columns, output.base, output.columns, count, output.columns)
  }
}

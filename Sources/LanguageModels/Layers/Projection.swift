// A linear map made ready: packed weights, and a bias where there is one.

internal import Tensors

/// y = x Wᵀ + b, of one weight or of several with the same inputs side by side.
struct Projection: Sendable {
  let weights: any PackedWeights
  /// `[1, outputs]`
  let bias: Matrix?

  var outputs: Int { weights.outputs }
  var bytes: Int { weights.bytes }

  /// - Parameter accumulating: add to what is in `output`.
  func apply(_ input: Matrix, rows: Int, into output: Matrix, accumulating: Bool = false, scratch: ScratchMemory) throws(TensorError) {
    try weights.multiply(input, rows: rows, into: output, accumulating: accumulating, scratch: scratch)
    if let bias { output.addToRows(bias, rows: rows) }
  }
}

// A linear map made ready: packed weights, the low-rank change of an adapter beside them, and a bias where there is one.

internal import Tensors

/// y = x Wᵀ + b, of one weight or of several with the same inputs side by side.
struct Projection: Sendable {
  let weights: any PackedWeights
  /// What an adapter adds, where it is not merged into the weights.
  let change: LowRankChange?
  /// `[1, outputs]`
  let bias: Matrix?

  var outputs: Int { weights.outputs }
  var bytes: Int { weights.bytes + (change?.bytes ?? 0) }

  /// - Parameter accumulating: add to what is in `output`.
  func apply(_ input: Matrix, rows: Int, into output: Matrix, accumulating: Bool = false, area: WorkArea) throws(TensorError) {
    if let factors = change?.factors {
      // The product by itself is rescaled before it is added to anything.
      let product = accumulating ? try area.matrix(.rescaled, columns: outputs) : output
      try weights.multiply(input, rows: rows, into: product, accumulating: false, scratch: area.scratch)
      product.scaleColumns(by: factors, rows: rows)
      try change?.add(input, rows: rows, to: product, area: area)
      if accumulating { output.add(product, rows: rows) }
    } else {
      try weights.multiply(input, rows: rows, into: output, accumulating: accumulating, scratch: area.scratch)
      try change?.add(input, rows: rows, to: output, area: area)
    }
    if let bias { output.addToRows(bias, rows: rows) }
  }
}

/// Low-rank factors beside a projection's weights: y = d ⊙ (x Wᵀ) + (x Aᵀ) (d ⊙ s B)ᵀ, where d is 1 but for weight-decomposed adapters.
///
/// The factors of several weights stand side by side, so that two products serve a fused projection. They are f32 at any precision.
struct LowRankChange: Sendable {
  /// Ranks are filled up with zeros to a multiple of this: the matrix libraries then choose the kernels that keep bits.
  static let rankStep = 16

  /// `[ranks, inputs]`: A.
  let down: any PackedWeights
  /// `[outputs, ranks]`: d ⊙ s B, zero where a row and a rank are of different weights.
  let up: any PackedWeights
  /// `[1, outputs]`: d.
  let factors: Matrix?

  var bytes: Int { down.bytes + up.bytes }

  func add(_ input: Matrix, rows: Int, to output: Matrix, area: WorkArea) throws(TensorError) {
    let inner = try area.matrix(.lowRank, columns: down.outputs)
    try down.multiply(input, rows: rows, into: inner, accumulating: false, scratch: area.scratch)
    try up.multiply(inner, rows: rows, into: output, accumulating: true, scratch: area.scratch)
  }
}

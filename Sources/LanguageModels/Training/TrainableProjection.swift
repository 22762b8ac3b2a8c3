// A frozen linear map with trained factors beside it, forward and backward.

internal import Tensors

/// y = x Wᵀ + Σ (x Aᵀ) (s B)ᵀ + b, of one weight or of several with the same inputs side by side.
struct TrainableProjection: Sendable {
  let weights: any PackedWeights
  /// `[inputs, outputs]`
  let transposed: any PackedWeights
  let bias: Matrix?
  let factors: [LowRankFactors]

  var outputs: Int { weights.outputs }
  var inputs: Int { weights.inputs }
  /// The width of what its factors leave on the tape.
  var tapeWidth: Int { factors.reduce(0) { $0 + ($1.place.rank + 15) / 16 * 16 } }

  init(_ parts: [LinearBlueprint], _ maker: TrainableMaker) throws(ModelError) {
    let plain = try maker.reader.projection(parts)
    weights = plain.weights
    bias = plain.bias
    transposed = try maker.reader.transposed(parts)
    factors = try maker.factors(of: parts)
  }

  func apply(_ input: Matrix, into output: Matrix, accumulating: Bool = false, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    try pass.area.multiply(weights, input, rows: pass.rows, into: output, accumulating: accumulating)
    try pass.moments?.add(input, of: factors, pass)
    for factors in factors { try factors.apply(input, into: output, tape: tape, pass) }
    if let bias {
      pass.area.share(rows: pass.rows) { part in Matrix(rows: part, of: output).addToRows(bias, rows: part.count) }
    }
  }

  /// Adds the factors' gradients; `inputGradient`, if asked for, gets the gradient with respect to the input.
  func backward(_ input: Matrix, _ gradient: Matrix, into inputGradient: Matrix?, accumulating: Bool = false, tape: LayerTape, _ pass: TrainingPass)
    throws(TensorError)
  {
    if let inputGradient { try pass.area.multiply(transposed, gradient, rows: pass.rows, into: inputGradient, accumulating: accumulating) }
    for factors in factors { try factors.backward(input, gradient, inputGradient: inputGradient, tape: tape, pass) }
  }
}

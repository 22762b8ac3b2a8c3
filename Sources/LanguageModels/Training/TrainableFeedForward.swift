// Feed-forward layers with trained factors, forward and backward.

internal import Tensors

/// A feed-forward layer of either kind.
enum TrainableFeedForward: Sendable {
  case dense(TrainableDense)
  case mixture(TrainableMixture)

  init(_ blueprint: FeedForwardBlueprint, _ maker: TrainableMaker) throws(ModelError) {
    switch blueprint {
    case .dense(let dense): self = .dense(try TrainableDense(dense, maker))
    case .mixture(let mixture): self = .mixture(try TrainableMixture(mixture, maker))
    }
  }

  var tapeWidth: Int {
    switch self {
    case .dense(let dense): dense.inner.outputs + dense.inner.tapeWidth + dense.down.tapeWidth
    case .mixture(let mixture): mixture.experts.count + mixture.router.tapeWidth
    }
  }

  func apply(_ input: Matrix, into output: Matrix, accumulating: Bool, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    switch self {
    case .dense(let dense): try dense.apply(input, into: output, accumulating: accumulating, tape: tape, pass)
    case .mixture(let mixture): try mixture.apply(input, into: output, accumulating: accumulating, tape: tape, pass)
    }
  }

  func backward(_ input: Matrix, _ gradient: Matrix, into inputGradient: Matrix?, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    switch self {
    case .dense(let dense): try dense.backward(input, gradient, into: inputGradient, tape: tape, pass)
    case .mixture(let mixture): try mixture.backward(input, gradient, into: inputGradient, tape: tape, pass)
    }
  }
}

/// down(activation(gate x) ⊙ up x), or down(activation(up x)).
struct TrainableDense: Sendable {
  let isGated: Bool
  let activation: Activation
  let inner: TrainableProjection
  let down: TrainableProjection

  init(_ blueprint: DenseBlueprint, _ maker: TrainableMaker) throws(ModelError) {
    isGated = blueprint.gate != nil
    activation = blueprint.activation
    inner = try TrainableProjection((blueprint.gate.map { [$0] } ?? []) + [blueprint.up], maker)
    down = try TrainableProjection([blueprint.down], maker)
  }

  func apply(_ input: Matrix, into output: Matrix, accumulating: Bool, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let projected = try tape.matrix(.inner, rows: pass.rows, columns: inner.outputs)
    try inner.apply(input, into: projected, tape: tape, pass)
    try down.apply(try activated(projected, pass), into: output, accumulating: accumulating, tape: tape, pass)
  }

  /// Overwrites what the tape holds between the products with its gradient.
  func backward(_ input: Matrix, _ gradient: Matrix, into inputGradient: Matrix?, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let projected = try tape.matrix(.inner, rows: pass.rows, columns: inner.outputs)
    let activated = try activated(projected, pass)
    let activatedGradient = try pass.matrix(.activatedGradient, columns: activated.columns)
    try down.backward(activated, gradient, into: activatedGradient, tape: tape, pass)
    pass.area.share(rows: pass.rows) { [isGated, activation] part in
      let part = (Matrix(rows: part, of: projected), Matrix(rows: part, of: activatedGradient), part.count)
      part.0.activatedBackward(part.1, rows: part.2, with: activation, isGated: isGated, into: part.0)
    }
    try inner.backward(input, projected, into: inputGradient, tape: tape, pass)
  }

  private func activated(_ projected: Matrix, _ pass: TrainingPass) throws(TensorError) -> Matrix {
    let output = try pass.matrix(.activated, columns: down.inputs)
    pass.area.share(rows: pass.rows) { [isGated, activation] part in
      Matrix(rows: part, of: projected).activated(rows: part.count, with: activation, isGated: isGated, into: Matrix(rows: part, of: output))
    }
    return output
  }
}

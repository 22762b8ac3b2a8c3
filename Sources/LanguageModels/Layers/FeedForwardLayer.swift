// Feed-forward layers made ready: two products with an activation between them, or experts chosen token by token.

internal import Tensors

/// A feed-forward layer of either kind.
enum FeedForwardLayer: Sendable {
  case dense(DenseLayer)
  case mixture(MixtureLayer)

  init(_ blueprint: FeedForwardBlueprint, reader: WeightReader) throws(ModelError) {
    switch blueprint {
    case .dense(let dense): self = .dense(try DenseLayer(dense, reader: reader))
    case .mixture(let mixture): self = .mixture(try MixtureLayer(mixture, reader: reader))
    }
  }

  var bytes: Int {
    switch self {
    case .dense(let dense): dense.bytes
    case .mixture(let mixture): mixture.bytes
    }
  }

  func apply(_ input: Matrix, rows: Int, into output: Matrix, accumulating: Bool, area: WorkArea) throws(TensorError) {
    switch self {
    case .dense(let dense): try dense.apply(input, rows: rows, into: output, accumulating: accumulating, area: area)
    case .mixture(let mixture): try mixture.apply(input, rows: rows, into: output, accumulating: accumulating, area: area)
    }
  }
}

/// down(activation(gate x) ⊙ up x), or down(activation(up x)).
struct DenseLayer: Sendable {
  let isGated: Bool
  let activation: Activation
  /// `[width, hidden]`, the gate's rows first where there is one.
  let inner: Projection
  let down: Projection

  init(_ blueprint: DenseBlueprint, reader: WeightReader) throws(ModelError) {
    isGated = blueprint.gate != nil
    activation = blueprint.activation
    inner = try reader.projection((blueprint.gate.map { [$0] } ?? []) + [blueprint.up])
    down = try reader.projection([blueprint.down])
  }

  var bytes: Int { inner.bytes + down.bytes }

  func apply(_ input: Matrix, rows: Int, into output: Matrix, accumulating: Bool, area: WorkArea) throws(TensorError) {
    let projected = try area.matrix(.inner, columns: inner.outputs)
    try inner.apply(input, rows: rows, into: projected, area: area)
    if isGated {
      let gated = try area.matrix(.gated, columns: inner.outputs / 2)
      area.share(rows: rows, width: inner.outputs) { part in
        Matrix(rows: part, of: projected).gate(rows: part.count, with: activation, into: Matrix(rows: part, of: gated))
      }
      try down.apply(gated, rows: rows, into: output, accumulating: accumulating, area: area)
    } else {
      area.share(rows: rows, width: inner.outputs) { part in Matrix(rows: part, of: projected).activate(rows: part.count, with: activation) }
      try down.apply(projected, rows: rows, into: output, accumulating: accumulating, area: area)
    }
  }
}

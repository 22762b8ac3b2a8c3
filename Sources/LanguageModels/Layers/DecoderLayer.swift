// One decoder layer made ready: its parts, and how they add to the residual stream.

internal import Tensors

/// The weights of a layer and the order of its work.
struct DecoderLayer: Sendable {
  let wiring: LayerBlueprint.Wiring
  let attentionNorm: Norm?
  let attention: AttentionLayer
  let attentionOutputNorm: Norm?
  let feedForwardNorm: Norm?
  let feedForward: FeedForwardLayer
  let feedForwardOutputNorm: Norm?

  init(_ blueprint: LayerBlueprint, reader: WeightReader) throws(ModelError) {
    func norm(_ norm: NormBlueprint?) throws(ModelError) -> Norm? {
      try norm.map { (blueprint) throws(ModelError) in try Norm(blueprint, reader: reader) }
    }
    wiring = blueprint.wiring
    attentionNorm = try norm(blueprint.attentionNorm)
    attention = try AttentionLayer(blueprint.attention, reader: reader)
    attentionOutputNorm = try norm(blueprint.attentionOutputNorm)
    feedForwardNorm = try norm(blueprint.feedForwardNorm)
    feedForward = try FeedForwardLayer(blueprint.feedForward, reader: reader)
    feedForwardOutputNorm = try norm(blueprint.feedForwardOutputNorm)
  }

  var bytes: Int { attention.bytes + feedForward.bytes }

  /// Adds what the layer says to `area.hidden`.
  ///
  /// - Parameter wanted: rows of the pack, ascending, that become the first rows of `area.hidden`, the only ones that are computed behind the
  ///   attention; nil: all.
  func run(
    _ pack: TokenPack, index: Int, positions: [Int32], rotary: RotaryTables, wanted: [Int]?, area: WorkArea
  ) throws(TensorError) {
    let hidden = area.hidden
    var rows = pack.rows
    func attend(_ input: Matrix, beside other: Matrix? = nil) throws(TensorError) {
      try attention.attend(input, pack: pack, index: index, positions: positions, rotary: rotary, area: area)
      if let wanted {
        for matrix in [hidden, area.attended] { matrix.moveToFront(wanted) }
        if let other, other !== hidden { other.moveToFront(wanted) }
        rows = wanted.count
      }
      if rows == 0 { return }
      try add(norm: attentionOutputNorm, rows: rows, area: area) { (output, accumulating) throws(TensorError) in
        try attention.output.apply(area.attended, rows: rows, into: output, accumulating: accumulating, area: area)
      }
    }
    func feed(_ input: Matrix) throws(TensorError) {
      if rows == 0 { return }
      try add(norm: feedForwardOutputNorm, rows: rows, area: area) { (output, accumulating) throws(TensorError) in
        try feedForward.apply(input, rows: rows, into: output, accumulating: accumulating, area: area)
      }
    }
    switch wiring {
    case .sequential:
      try attend(normalized(by: attentionNorm, rows: rows, into: area.normalized, area: area))
      try feed(normalized(by: feedForwardNorm, rows: rows, into: area.normalized, area: area))
    case .parallel:
      let first = normalized(by: attentionNorm, rows: rows, into: area.normalized, area: area)
      var second = first
      if let feedForwardNorm {
        second = try area.matrix(.secondNormalized, columns: hidden.columns)
        feedForwardNorm.apply(hidden, rows: rows, into: second, area: area)
      }
      try attend(first, beside: second)
      try feed(second)
    case .normalizedSums:
      try attend(hidden)
      attentionNorm?.apply(hidden, rows: rows, into: hidden, area: area)
      try feed(hidden)
      feedForwardNorm?.apply(hidden, rows: rows, into: hidden, area: area)
    }
  }

  private func normalized(by norm: Norm?, rows: Int, into output: Matrix, area: WorkArea) -> Matrix {
    guard let norm else { return area.hidden }
    norm.apply(area.hidden, rows: rows, into: output, area: area)
    return output
  }

  /// Adds a part's output to the residual stream, normalised first where the layer says so.
  private func add(
    norm: Norm?, rows: Int, area: WorkArea, _ part: (_ output: Matrix, _ accumulating: Bool) throws(TensorError) -> Void
  ) throws(TensorError) {
    guard let norm else { return try part(area.hidden, true) }
    let output = try area.matrix(.added, columns: area.hidden.columns)
    try part(output, false)
    norm.apply(output, rows: rows, into: output, area: area)
    let hidden = area.hidden
    area.share(rows: rows, width: hidden.columns) { part in
      Matrix(rows: part, of: hidden).add(Matrix(rows: part, of: output), rows: part.count)
    }
  }
}

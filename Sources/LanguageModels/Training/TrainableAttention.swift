// Self-attention with trained factors, forward and backward.

internal import Tensors

/// One layer's attention.
struct TrainableAttention: Sendable {
  let shape: AttentionShape
  let queryKeyValue: TrainableProjection
  let output: TrainableProjection
  let queryNorm: Norm?
  let keyNorm: Norm?
  let rotary: RotaryRule?
  let precision: Precision

  init(_ blueprint: AttentionBlueprint, _ maker: TrainableMaker) throws(ModelError) {
    shape = blueprint.shape
    queryKeyValue = try TrainableProjection([blueprint.query, blueprint.key, blueprint.value], maker)
    output = try TrainableProjection([blueprint.output], maker)
    let (heads, keyHeads, keyColumn) = (shape.heads, shape.keyValueHeads, shape.queryWidth)
    queryNorm = try blueprint.queryNorm.map { (norm) throws(ModelError) in try Norm(norm, reader: maker.reader, heads: heads) }
    keyNorm = try blueprint.keyNorm.map { (norm) throws(ModelError) in
      try Norm(norm, reader: maker.reader, heads: keyHeads, column: keyColumn)
    }
    rotary = blueprint.rotary
    precision = maker.reader.base.precision
  }

  private var normalizes: Bool { queryNorm != nil || keyNorm != nil }
  var tapeWidth: Int { queryKeyValue.outputs * (normalizes ? 2 : 1) + shape.queryWidth + queryKeyValue.tapeWidth + output.tapeWidth }

  /// output (+)= what attention says of rows.
  func apply(_ input: Matrix, into result: Matrix, accumulating: Bool, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let rows = pass.rows
    let projected = try tape.matrix(.queryKeyValue, rows: rows, columns: queryKeyValue.outputs)
    if normalizes {
      let before = try tape.matrix(.projected, rows: rows, columns: queryKeyValue.outputs)
      try queryKeyValue.apply(input, into: before, tape: tape, pass)
      pass.copy(before, to: projected)
      queryNorm?.apply(projected, into: projected, pass)
      keyNorm?.apply(projected, into: projected, pass)
    } else {
      try queryKeyValue.apply(input, into: projected, tape: tape, pass)
    }
    if let rotary {
      pass.area.share(rows: rows) { [shape] part in
        pass.rotate(part, by: rotary) { rows, positions, table in
          projected.rotate(
            firstRow: rows.lowerBound, heads: shape.heads, headWidth: shape.headWidth, column: 0, positions: positions, table: table)
          projected.rotate(
            firstRow: rows.lowerBound, heads: shape.keyValueHeads, headWidth: shape.headWidth, column: shape.queryWidth, positions: positions,
            table: table)
        }
      }
    }
    // Gradients pass through the rounding as if it were not there, as they do in the products.
    if precision != .f32 { pass.area.share(rows: rows) { part in shape.roundKeys(part, of: projected, to: precision) } }
    let attended = try tape.matrix(.attended, rows: rows, columns: shape.queryWidth)
    let segments = pass.sequences.filter { !$0.isEmpty }.map { rows in
      let run = KeyValueRun(
        rowsOf: projected, keyColumn: shape.queryWidth, valueColumn: shape.queryWidth + shape.keyWidth, firstRow: rows.lowerBound,
        count: rows.count)
      return AttentionSegment(firstRow: rows.lowerBound, rows: rows.count, runs: [run])
    }
    try projected.attend(segments, shape: shape, into: attended, scratch: pass.area.scratch)
    try output.apply(attended, into: result, accumulating: accumulating, tape: tape, pass)
  }

  /// Adds the factors' gradients; `inputGradient`, if asked for, gets the gradient with respect to the input.
  func backward(_ input: Matrix, _ gradient: Matrix, into inputGradient: Matrix?, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let rows = pass.rows
    let attended = try tape.matrix(.attended, rows: rows, columns: shape.queryWidth)
    let attendedGradient = try pass.matrix(.attendedGradient, columns: shape.queryWidth)
    try output.backward(attended, gradient, into: attendedGradient, tape: tape, pass)
    let projected = try tape.matrix(.queryKeyValue, rows: rows, columns: queryKeyValue.outputs)
    let projectedGradient = try pass.matrix(.queryKeyValueGradient, columns: queryKeyValue.outputs)
    try projected.attendBackward(
      attendedGradient, sequences: pass.sequences.filter { !$0.isEmpty }, shape: shape, into: projectedGradient, scratch: pass.area.scratch)
    if let rotary {
      pass.area.share(rows: rows) { [shape] part in
        pass.rotate(part, by: rotary) { rows, positions, table in
          projectedGradient.rotateBack(
            firstRow: rows.lowerBound, heads: shape.heads, headWidth: shape.headWidth, column: 0, positions: positions, table: table)
          projectedGradient.rotateBack(
            firstRow: rows.lowerBound, heads: shape.keyValueHeads, headWidth: shape.headWidth, column: shape.queryWidth, positions: positions,
            table: table)
        }
      }
    }
    if normalizes {
      let before = try tape.matrix(.projected, rows: rows, columns: queryKeyValue.outputs)
      queryNorm?.backward(before, projectedGradient, into: projectedGradient, accumulating: false, pass)
      keyNorm?.backward(before, projectedGradient, into: projectedGradient, accumulating: false, pass)
    }
    try queryKeyValue.backward(input, projectedGradient, into: inputGradient, tape: tape, pass)
  }
}

// The pass through the layers: packed tokens to hidden states, hidden states to log-probabilities.

internal import Checkpoints
internal import Synchronization
internal import Tensors

/// A decoder with packed weights; immutable, used by any number of threads, each with a ``WorkArea``.
final class Decoder: Sendable {
  let blueprint: DecoderBlueprint
  let weights: DecoderWeights
  let precision: Precision
  let library: any MatrixLibrary
  private let rotary = Mutex<RotaryTable?>(nil)

  init(_ blueprint: DecoderBlueprint, checkpoint: Checkpoint, library: any MatrixLibrary, precision: Precision, threads: Int)
    throws(ModelError)
  {
    self.blueprint = blueprint
    self.library = library
    self.precision = precision
    weights = try DecoderWeights(blueprint, checkpoint: checkpoint, library: library, precision: precision, threads: threads)
  }

  /// The table of cosines and sines for at least `positions` positions; grown by doubling, the values of a position never change.
  private func rotaryTable(positions: Int) throws(TensorError) -> RotaryTable {
    try rotary.withLock { (table) throws(TensorError) in
      if let table, table.positions >= positions { return table }
      let size = max(512, min(max(positions, (table?.positions ?? 0) * 2), max(positions, blueprint.contextLength)))
      let grown = try RotaryTable(inverseFrequencies: weights.inverseFrequencies, positions: size)
      table = grown
      return grown
    }
  }

  /// Runs a pack through all layers; `area.hidden` then holds the last layer's output, before the final norm.
  func run(_ pack: TokenPack, area: WorkArea) throws(ModelError) {
    var positions: [Int32] = []
    positions.reserveCapacity(pack.rows)
    for segment in pack.segments {
      precondition(segment.firstRow == positions.count, "segments fill the rows in order")
      for (offset, token) in segment.tokens.enumerated() {
        try weights.embedding.read(token, into: area.hidden, row: segment.firstRow + offset)
        positions.append(Int32(segment.firstPosition + offset))
      }
    }
    do throws(TensorError) {
      let table = try rotaryTable(positions: Int(positions.max() ?? 0) + 1)
      for (index, layer) in weights.layers.enumerated() {
        try attend(pack, layer: layer, index: index, positions: positions, table: table, area: area)
        try feedForward(rows: pack.rows, layer: layer, area: area)
      }
    } catch {
      throw .tensors(.init(error))
    }
    if pack.extendsCache { pack.cache?.advance(by: pack.rows) }
  }

  private func attend(
    _ pack: TokenPack, layer: LayerWeights, index: Int, positions: [Int32], table: RotaryTable, area: WorkArea
  ) throws(TensorError) {
    let shape = blueprint.attention
    let queryWidth = shape.heads * shape.headWidth
    let keyWidth = shape.keyValueHeads * shape.headWidth
    let projected = area.queryKeyValue
    area.hidden.normalizeRootMeanSquare(rows: pack.rows, weight: layer.attentionNorm, epsilon: blueprint.normEpsilon, into: area.normalized)
    try layer.queryKeyValue.multiply(area.normalized, rows: pack.rows, into: projected, accumulating: false, scratch: area.scratch)
    projected.rotate(heads: shape.heads, headWidth: shape.headWidth, column: 0, positions: positions, table: table)
    projected.rotate(heads: shape.keyValueHeads, headWidth: shape.headWidth, column: queryWidth, positions: positions, table: table)
    if pack.extendsCache, let cache = pack.cache {
      cache.layers[index].copy(
        pack.rows, rowsOf: projected, from: (0, queryWidth), to: (cache.length, 0), width: 2 * keyWidth)
    }
    for segment in pack.segments {
      var runs: [KeyValueRun] = []
      if let cache = pack.cache, cache.length > 0 {
        let matrix = cache.layers[index]
        runs.append(
          KeyValueRun(keys: matrix, keyColumn: 0, values: matrix, valueColumn: keyWidth, firstRow: 0, count: cache.length))
      }
      for rows in segment.path + [segment.firstRow..<segment.firstRow + segment.tokens.count] {
        runs.append(
          KeyValueRun(
            keys: projected, keyColumn: queryWidth, values: projected, valueColumn: queryWidth + keyWidth, firstRow: rows.lowerBound,
            count: rows.count))
      }
      try projected.attend(
        firstRow: segment.firstRow, rows: segment.tokens.count, shape: shape, runs: runs, into: area.attended, scratch: area.scratch)
    }
    try layer.attentionOutput.multiply(area.attended, rows: pack.rows, into: area.hidden, accumulating: true, scratch: area.scratch)
  }

  private func feedForward(rows: Int, layer: LayerWeights, area: WorkArea) throws(TensorError) {
    area.hidden.normalizeRootMeanSquare(rows: rows, weight: layer.feedForwardNorm, epsilon: blueprint.normEpsilon, into: area.normalized)
    try layer.gateUp.multiply(area.normalized, rows: rows, into: area.gateUp, accumulating: false, scratch: area.scratch)
    area.gateUp.gateWithSiLU(rows: rows, into: area.gated)
    try layer.down.multiply(area.gated, rows: rows, into: area.hidden, accumulating: true, scratch: area.scratch)
  }

  /// Projects some rows of `area.hidden` onto the vocabulary, slice by slice.
  ///
  /// - Parameters:
  ///   - rows: the rows of the pack, in the order in which `visit` numbers them.
  ///   - visit: gets each slice of logits `[rows, width]`, its first token and its width; slices come in the order of the vocabulary.
  func project(rows: [Int], area: WorkArea, visit: (_ logits: Matrix, _ firstToken: Int, _ width: Int) -> Void) throws(ModelError) {
    if rows.isEmpty { return }
    for (place, row) in rows.enumerated() { area.selected.copyRow(row, of: area.hidden, to: place) }
    do throws(TensorError) {
      area.selected.normalizeRootMeanSquare(
        rows: rows.count, weight: weights.finalNorm, epsilon: blueprint.normEpsilon, into: area.normalized)
      var firstToken = 0
      for slice in weights.vocabulary {
        let logits = slice.outputs == area.logits.columns ? area.logits : area.lastLogits
        try slice.multiply(area.normalized, rows: rows.count, into: logits, accumulating: false, scratch: area.scratch)
        visit(logits, firstToken, slice.outputs)
        firstToken += slice.outputs
      }
    } catch {
      throw .tensors(.init(error))
    }
  }
}

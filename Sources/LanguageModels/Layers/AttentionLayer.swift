// Self-attention made ready: queries, keys and values in one product, norms, rotation, attention, the output's product.

internal import Tensors

/// One layer's attention.
struct AttentionLayer: Sendable {
  let shape: AttentionShape
  /// `[queries + 2 · keys, hidden]`
  let queryKeyValue: Projection
  let output: Projection
  let queryNorm: Norm?
  let keyNorm: Norm?
  /// Which of the decoder's rotary tables turns queries and keys.
  let rotary: RotaryRule?

  init(_ blueprint: AttentionBlueprint, reader: WeightReader) throws(ModelError) {
    shape = blueprint.shape
    queryKeyValue = try reader.projection([blueprint.query, blueprint.key, blueprint.value])
    output = try reader.projection([blueprint.output])
    let (heads, keyHeads, keyColumn) = (shape.heads, shape.keyValueHeads, shape.queryWidth)
    queryNorm = try blueprint.queryNorm.map { (norm) throws(ModelError) in try Norm(norm, reader: reader, heads: heads) }
    keyNorm = try blueprint.keyNorm.map { (norm) throws(ModelError) in try Norm(norm, reader: reader, heads: keyHeads, column: keyColumn) }
    rotary = blueprint.rotary
  }

  var bytes: Int { queryKeyValue.bytes + output.bytes }

  /// Attends from every row of the pack to what it may see; the result, before the output's product, is in `area.attended`.
  ///
  /// - Parameters:
  ///   - index: the layer's number: its place in the cache.
  ///   - positions: of the pack's rows.
  func attend(
    _ input: Matrix, pack: TokenPack, index: Int, positions: [Int32], table: RotaryTable?, area: WorkArea
  ) throws(TensorError) {
    let (queryWidth, keyWidth) = (shape.queryWidth, shape.keyWidth)
    let projected = area.queryKeyValue
    try queryKeyValue.apply(input, rows: pack.rows, into: projected, area: area)
    queryNorm?.apply(projected, rows: pack.rows, into: projected)
    keyNorm?.apply(projected, rows: pack.rows, into: projected)
    if let table {
      projected.rotate(heads: shape.heads, headWidth: shape.headWidth, column: 0, positions: positions, table: table)
      projected.rotate(heads: shape.keyValueHeads, headWidth: shape.headWidth, column: queryWidth, positions: positions, table: table)
    }
    if pack.extendsCache, let cache = pack.cache {
      cache.layers[index].copy(pack.rows, rowsOf: projected, from: (0, queryWidth), to: (cache.length, 0), width: 2 * keyWidth)
    }
    for segment in pack.segments {
      var runs: [KeyValueRun] = []
      if let cache = pack.cache, cache.length > 0 {
        let matrix = cache.layers[index]
        runs.append(KeyValueRun(keys: matrix, keyColumn: 0, values: matrix, valueColumn: keyWidth, firstRow: 0, count: cache.length))
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
  }
}

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
  ///   - index: the layer's number: its place in the caches.
  ///   - positions: of the pack's rows.
  ///   - rotary: the decoder's tables.
  func attend(
    _ input: Matrix, pack: TokenPack, index: Int, positions: [Int32], rotary tables: RotaryTables, area: WorkArea
  ) throws(TensorError) {
    let queryWidth = shape.queryWidth
    let projected = area.queryKeyValue
    try queryKeyValue.apply(input, rows: pack.rows, into: projected, area: area)
    queryNorm?.apply(projected, rows: pack.rows, into: projected)
    keyNorm?.apply(projected, rows: pack.rows, into: projected)
    try rotate(projected, pack: pack, positions: positions, tables: tables)
    var segments: [AttentionSegment] = []
    for segment in pack.segments {
      let count = segment.tokens.count
      var runs: [KeyValueRun] = []
      var own = segment.path + [segment.rows]
      if let cache = segment.cache {
        var known = cache.length
        if segment.extendsCache {  // the cache then holds everything that the segment sees
          cache.store(count, rowsOf: projected, row: segment.firstRow, keyColumn: queryWidth, layer: index)
          known += count
          own = []
        }
        if known > 0 { runs.append(KeyValueRun(blocks: cache.layers[index].keys, values: cache.layers[index].values, count: known)) }
      }
      for rows in own {
        runs.append(
          KeyValueRun(
            rowsOf: projected, keyColumn: queryWidth, valueColumn: queryWidth + shape.keyWidth, firstRow: rows.lowerBound, count: rows.count))
      }
      segments.append(AttentionSegment(firstRow: segment.firstRow, rows: count, runs: runs))
    }
    try projected.attend(segments, shape: shape, into: area.attended, scratch: area.scratch)
  }

  /// Turns queries and keys; neighbouring segments of one length class together.
  private func rotate(_ projected: Matrix, pack: TokenPack, positions: [Int32], tables: RotaryTables) throws(TensorError) {
    guard let rotary else { return }
    let needed = Int(positions.max() ?? 0) + 1
    var first = pack.segments.startIndex
    while first < pack.segments.endIndex {
      let lengthClass = pack.segments[first].lengthClass
      let end = pack.segments[first...].firstIndex { $0.lengthClass != lengthClass } ?? pack.segments.endIndex
      let rows = pack.segments[first].firstRow..<pack.segments[end - 1].rows.upperBound
      let table = try tables.table(of: rotary, lengthClass: lengthClass, positions: needed)
      let places = positions[rows]
      projected.rotate(
        firstRow: rows.lowerBound, heads: shape.heads, headWidth: shape.headWidth, column: 0, positions: places, table: table)
      projected.rotate(
        firstRow: rows.lowerBound, heads: shape.keyValueHeads, headWidth: shape.headWidth, column: shape.queryWidth, positions: places,
        table: table)
      first = end
    }
  }
}

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
  let precision: Precision

  init(_ blueprint: AttentionBlueprint, reader: WeightReader) throws(ModelError) {
    shape = blueprint.shape
    queryKeyValue = try reader.projection([blueprint.query, blueprint.key, blueprint.value])
    output = try reader.projection([blueprint.output])
    let (heads, keyHeads, keyColumn) = (shape.heads, shape.keyValueHeads, shape.queryWidth)
    queryNorm = try blueprint.queryNorm.map { (norm) throws(ModelError) in try Norm(norm, reader: reader, heads: heads) }
    keyNorm = try blueprint.keyNorm.map { (norm) throws(ModelError) in try Norm(norm, reader: reader, heads: keyHeads, column: keyColumn) }
    rotary = blueprint.rotary
    precision = reader.base.precision
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
    let projected = area.queryKeyValue
    try queryKeyValue.apply(input, rows: pack.rows, into: projected, area: area)
    queryNorm?.apply(projected, rows: pack.rows, into: projected, area: area)
    keyNorm?.apply(projected, rows: pack.rows, into: projected, area: area)
    try rotate(projected, pack: pack, positions: positions, tables: tables, area: area)
    if precision != .f32 {
      area.share(rows: pack.rows, width: 2 * shape.keyWidth) { [shape, precision] part in shape.roundKeys(part, of: projected, to: precision) }
    }
    var segments: [AttentionSegment] = []
    segments.reserveCapacity(pack.segments.count)
    for segment in pack.segments { segments.append(self.segment(segment, of: projected, index: index)) }
    try projected.attend(segments, shape: shape, into: area.attended, scratch: area.scratch)
  }

  /// What the queries of a segment see; the cache, where it is extended, then holds all of it.
  private func segment(_ segment: TokenSegment, of projected: Matrix, index: Int) -> AttentionSegment {
    let count = segment.tokens.count
    var runs: [KeyValueRun] = []
    if let cache = segment.cache {
      let known = cache.length + (segment.extendsCache ? count : 0)
      if known > 0 { runs.append(KeyValueRun(cache.layers[index], count: known)) }
      if segment.extendsCache {
        return AttentionSegment(firstRow: segment.firstRow, rows: count, runs: runs, place: cache.next(layer: index))
      }
    }
    for rows in segment.path + [segment.rows] {
      runs.append(
        KeyValueRun(
          rowsOf: projected, keyColumn: shape.queryWidth, valueColumn: shape.queryWidth + shape.keyWidth, firstRow: rows.lowerBound,
          count: rows.count))
    }
    return AttentionSegment(firstRow: segment.firstRow, rows: count, runs: runs)
  }

  /// Turns queries and keys; neighbouring segments of one length class together.
  private func rotate(
    _ projected: Matrix, pack: TokenPack, positions: [Int32], tables: RotaryTables, area: WorkArea
  ) throws(TensorError) {
    guard let rotary else { return }
    let needed = Int(positions.max() ?? 0) + 1
    var first = pack.segments.startIndex
    while first < pack.segments.endIndex {
      let lengthClass = pack.segments[first].lengthClass
      let end = pack.segments[first...].firstIndex { $0.lengthClass != lengthClass } ?? pack.segments.endIndex
      let rows = pack.segments[first].firstRow..<pack.segments[end - 1].rows.upperBound
      let table = try tables.table(of: rotary, lengthClass: lengthClass, positions: needed)
      area.share(rows: rows.count, width: shape.queryWidth + shape.keyWidth) { [shape] part in
        let part = rows.lowerBound + part.lowerBound..<rows.lowerBound + part.upperBound
        for (heads, column) in [(shape.heads, 0), (shape.keyValueHeads, shape.queryWidth)] {
          projected.rotate(
            firstRow: part.lowerBound, heads: heads, headWidth: shape.headWidth, column: column, positions: positions[part], table: table)
        }
      }
      first = end
    }
  }
}

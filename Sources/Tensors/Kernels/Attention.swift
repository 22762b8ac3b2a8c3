// Causal attention with grouped queries over keys that lie in several places.

internal import CVectorKernels

/// Keys and values of `count` consecutive positions.
public struct KeyValueRun {
  enum Place {
    /// Rows from one on, keys and values from their columns on.
    case rows(Matrix, row: Int, keyColumn: Int, valueColumn: Int)
    /// The positions from 0 on.
    case store(KeyValueStore)
  }

  let place: Place
  public let count: Int

  /// Keys and values in the same rows of one matrix.
  public init(rowsOf matrix: Matrix, keyColumn: Int, valueColumn: Int, firstRow: Int, count: Int) {
    place = .rows(matrix, row: firstRow, keyColumn: keyColumn, valueColumn: valueColumn)
    self.count = count
  }

  /// The first `count` positions of a store.
  public init(_ store: KeyValueStore, count: Int) {
    place = .store(store)
    self.count = count
  }
}

/// The shape of an attention layer.
public struct AttentionShape: Sendable, Hashable {
  public var heads: Int
  public var keyValueHeads: Int
  public var headWidth: Int
  /// The factor on every score, 1/√headWidth unless the architecture says otherwise.
  public var scale: Float
  /// Where set, a scaled score s becomes cap · tanh(s / cap).
  public var softCap: Float?
  /// Where set, a query sees itself and the `window - 1` keys before it.
  public var window: Int?

  /// - Parameter scale: 1/√headWidth where it is left out.
  public init(heads: Int, keyValueHeads: Int, headWidth: Int, scale: Float? = nil, softCap: Float? = nil, window: Int? = nil) {
    precondition(heads > 0 && keyValueHeads > 0 && heads % keyValueHeads == 0 && headWidth > 0)
    precondition((softCap ?? 1) > 0 && (window ?? 1) > 0)
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
    self.softCap = softCap
    self.window = window
  }

  /// The columns of the queries: `heads · headWidth`.
  public var queryWidth: Int { heads * headWidth }
  /// The columns of the keys, and of the values: `keyValueHeads · headWidth`.
  public var keyWidth: Int { keyValueHeads * headWidth }

  /// Rounds keys and values, which stand behind the queries, to what a precision's products read.
  public func roundKeys(_ rows: Range<Int>, of projected: Matrix, to precision: Precision) {
    projected.round(to: precision, rows: rows, column: queryWidth, width: 2 * keyWidth)
  }
}

/// Where the keys and values of a segment are kept.
public struct KeyValuePlace: Sendable {
  public var store: KeyValueStore
  /// Of the segment's first key.
  public var position: Int

  public init(store: KeyValueStore, position: Int) {
    self.store = store
    self.position = position
  }
}

/// Queries of one sequence, consecutive rows, with everything that they may see.
public struct AttentionSegment {
  public var firstRow: Int
  public var rows: Int
  /// Every key and value from position 0 on, in order, a store first; the last `rows` are the queries' own.
  public var runs: [KeyValueRun]
  /// Where the segment's own keys and values, behind the queries in the same rows, are written first; nobody else reads or writes there.
  public var place: KeyValuePlace?

  public init(firstRow: Int, rows: Int, runs: [KeyValueRun], place: KeyValuePlace? = nil) {
    self.firstRow = firstRow
    self.rows = rows
    self.runs = runs
    self.place = place
  }
}

extension Matrix {
  /// Attends from the query rows of some segments (columns `0..<heads · headWidth`) and writes the same rows of `output`.
  ///
  /// - Parameters:
  ///   - output: `[rows, heads · headWidth]`.
  ///   - scratch: grows as needed; its team shares the segments, or the heads of a few segments.
  ///
  /// Scores, exponentials and sums are f32, taken in the order of positions: how the keys are cut into runs changes no bit.
  public func attend(
    _ segments: [AttentionSegment], shape: AttentionShape, into output: Matrix, scratch: ScratchMemory
  ) throws(TensorError) {
    let width = shape.queryWidth
    precondition(width <= columns && width <= output.columns)
    var table: [flipgate_key_value_run] = unsafe []
    var jobs: [AttentionJob] = []
    unsafe table.reserveCapacity(segments.count)
    jobs.reserveCapacity(segments.count)
    var longest = 0
    for segment in segments {
      precondition(segment.firstRow >= 0 && segment.firstRow + segment.rows <= min(paddedRows, output.paddedRows))
      let total = segment.runs.reduce(0) { $0 + $1.count }
      precondition(total >= segment.rows, "the queries' own keys are missing")
      let first = unsafe table.count
      for run in segment.runs where run.count > 0 { unsafe table.append(entry(run, isFirst: table.count == first, shape: shape)) }
      unsafe jobs.append(AttentionJob(firstRow: segment.firstRow, rows: segment.rows, runs: first..<table.count, place: segment.place))
      longest = max(longest, total)
    }
    let threads = scratch.team.count
    let share = flipgate_attention_scratch(longest, shape.headWidth)
    let memory = unsafe try Shared(scratch.floats(share * threads))
    let (source, target, list) = unsafe (Shared(base), Shared(output.base), jobs)
    let (sourceColumns, targetColumns) = (columns, output.columns)
    let heads = shape.keyValueHeads
    unsafe table.withUnsafeBufferPointer { table in
      guard let start = table.baseAddress else { return }
      let runs = unsafe Shared(start)
      let attend: @Sendable (Int, AttentionJob, Range<Int>) -> Void = { thread, job, heads in
        if let place = job.place {
          place.store.store(job.rows, rowsOf: self, row: job.firstRow, column: width, at: place.position, heads: heads)
        }
        unsafe flipgate_attend(
          source.pointer + job.firstRow * sourceColumns, sourceColumns, target.pointer + job.firstRow * targetColumns, targetColumns, job.rows,
          shape.heads, shape.keyValueHeads, shape.headWidth, heads.lowerBound, heads.upperBound,
          flipgate_attention_rule(scale: shape.scale, soft_cap: shape.softCap ?? 0, window: shape.window ?? 0),
          runs.pointer + job.runs.lowerBound, job.runs.count, memory.pointer + thread * share)
      }
      if threads == 1 {
        for job in list { attend(0, job, 0..<heads) }
      } else {
        // Pieces are segments by heads, dealt out in turn: each is one thread's alone.
        let pieces = list.count >= 2 * threads ? 1 : min(heads, threads)
        scratch.team.run { thread in
          for piece in stride(from: thread, to: list.count * pieces, by: threads) {
            let part = piece % pieces
            attend(thread, list[piece / pieces], part * heads / pieces..<(part + 1) * heads / pieces)
          }
        }
      }
    }
  }

  /// A run as the kernel takes it.
  private func entry(_ run: KeyValueRun, isFirst: Bool, shape: AttentionShape) -> flipgate_key_value_run {
    switch run.place {
    case .rows(let matrix, let row, let keyColumn, let valueColumn):
      precondition(row >= 0 && row + run.count <= matrix.paddedRows, "keys and values out of range")
      return unsafe flipgate_key_value_run(
        keys: matrix.address(row, keyColumn, width: shape.keyWidth), key_stride: matrix.columns, is_blocks: 0,
        format: Int32(flipgate_f32.rawValue), values: matrix.address(row, valueColumn, width: shape.keyWidth), stride: matrix.columns,
        count: run.count)
    case .store(let store):
      precondition(isFirst && run.count <= store.capacity && store.heads == shape.keyValueHeads && store.headWidth == shape.headWidth)
      return unsafe flipgate_key_value_run(
        keys: store.keys, key_stride: store.headStride, is_blocks: 1, format: store.format, values: store.values, stride: store.width,
        count: run.count)
    }
  }
}

/// A segment, with the places of its runs in a common table.
private struct AttentionJob: Sendable {
  var firstRow: Int
  var rows: Int
  var runs: Range<Int>
  var place: KeyValuePlace?
}

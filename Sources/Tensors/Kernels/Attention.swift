// Causal attention with grouped queries over keys that lie in several places.

internal import CVectorKernels

/// Keys of the positions from 0 on, in the blocks of 16 in which attention reads them.
///
/// Written by one thread; read by many once its owner stops writing.
public final class KeyBlocks: @unchecked Sendable {
  public let capacity: Int
  let heads: Int
  let headWidth: Int
  /// `[heads · blocks, headWidth · 16]`
  let matrix: Matrix

  /// - Parameter capacity: the most positions.
  public init(heads: Int, headWidth: Int, capacity: Int) throws(TensorError) {
    self.capacity = capacity
    self.heads = heads
    self.headWidth = headWidth
    matrix = try Matrix(rows: heads * ((capacity + 15) / 16), columns: headWidth * 16)
  }

  /// The blocks of one head.
  private var blocks: Int { (capacity + 15) / 16 }
  /// The floats of one head.
  var headStride: Int { blocks * headWidth * 16 }

  /// Writes keys that lie in rows: `[count, heads · headWidth]` from a row and column of a matrix on.
  ///
  /// - Parameter range: only these heads.
  public func store(_ count: Int, rowsOf matrix: Matrix, row: Int, column: Int, at position: Int, heads range: Range<Int>? = nil) {
    let range = range ?? 0..<heads
    if count == 0 || range.isEmpty { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= heads, "no such heads")
    precondition(position >= 0 && position + count <= capacity && row + count <= matrix.paddedRows, "keys beyond the blocks")
    unsafe flipgate_store_keys(
      matrix.address(row, column + range.lowerBound * headWidth, width: range.count * headWidth), matrix.columns, count, position, range.count,
      headWidth, self.matrix.base + range.lowerBound * headStride, headStride)
  }

  /// Copies the first positions of other blocks of the same heads.
  public func copy(_ count: Int, of other: KeyBlocks) {
    precondition(other.heads == heads && other.headWidth == headWidth && count <= capacity && count <= other.capacity)
    for head in 0..<heads {
      for block in 0..<(count + 15) / 16 {
        matrix.copyRow(head * other.blocks + block, of: other.matrix, to: head * self.blocks + block)
      }
    }
  }
}

/// Keys and values of consecutive positions: `count` rows of matrices, or blocks of keys with rows of values.
public struct KeyValueRun {
  public enum Keys {
    /// Rows from a row and column of a matrix on.
    case rows(Matrix, row: Int, column: Int)
    /// The positions from 0 on.
    case blocks(KeyBlocks)
  }

  public var keys: Keys
  public var values: Matrix
  public var valueColumn: Int
  public var firstRow: Int
  public var count: Int

  /// Keys and values in the same rows of one matrix.
  public init(rowsOf matrix: Matrix, keyColumn: Int, valueColumn: Int, firstRow: Int, count: Int) {
    keys = .rows(matrix, row: firstRow, column: keyColumn)
    values = matrix
    self.valueColumn = valueColumn
    self.firstRow = firstRow
    self.count = count
  }

  /// The first `count` positions of a cache, the values in rows of their own.
  public init(blocks: KeyBlocks, values: Matrix, count: Int) {
    keys = .blocks(blocks)
    self.values = values
    valueColumn = 0
    firstRow = 0
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
}

/// Where the keys and values of a segment are kept: the first positions of a sequence.
public struct KeyValuePlace: Sendable {
  public var keys: KeyBlocks
  /// `[> capacity, keyValueHeads · headWidth]`
  public var values: Matrix
  /// Of the segment's first key.
  public var position: Int

  public init(keys: KeyBlocks, values: Matrix, position: Int) {
    self.keys = keys
    self.values = values
    self.position = position
  }

  /// Copies keys and values of some heads, which stand side by side in rows of a matrix from a column on.
  func store(_ count: Int, rowsOf matrix: Matrix, row: Int, column: Int, heads: Range<Int>) {
    keys.store(count, rowsOf: matrix, row: row, column: column, at: position, heads: heads)
    let first = heads.lowerBound * keys.headWidth
    values.copy(
      count, rowsOf: matrix, from: (row, column + keys.heads * keys.headWidth + first), to: (position, first),
      width: heads.count * keys.headWidth)
  }
}

/// Queries of one sequence, consecutive rows, with everything that they may see.
public struct AttentionSegment {
  public var firstRow: Int
  public var rows: Int
  /// Every key and value from position 0 on, in order, blocks first; the last `rows` are the queries' own.
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
        job.place?.store(job.rows, rowsOf: self, row: job.firstRow, column: width, heads: heads)
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
    let keyWidth = shape.keyWidth
    precondition(run.firstRow >= 0 && run.firstRow + run.count <= run.values.paddedRows, "values out of range")
    let values = unsafe run.values.address(run.firstRow, run.valueColumn, width: keyWidth)
    switch run.keys {
    case .rows(let matrix, let row, let column):
      precondition(row >= 0 && row + run.count <= matrix.paddedRows, "keys out of range")
      let keys = unsafe matrix.address(row, column, width: keyWidth)
      return unsafe flipgate_key_value_run(
        keys: keys, key_stride: matrix.columns, is_blocks: 0, values: values, stride: run.values.columns, count: run.count)
    case .blocks(let blocks):
      precondition(isFirst && run.count <= blocks.capacity && blocks.heads == shape.keyValueHeads && blocks.headWidth == shape.headWidth)
      precondition(run.firstRow + run.count < run.values.paddedRows || shape.headWidth % 16 == 0, "no room behind the last value")
      return unsafe flipgate_key_value_run(
        keys: blocks.matrix.base, key_stride: blocks.headStride, is_blocks: 1, values: values, stride: run.values.columns, count: run.count)
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

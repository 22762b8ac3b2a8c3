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
  public func store(_ count: Int, rowsOf matrix: Matrix, row: Int, column: Int, at position: Int) {
    if count == 0 { return }
    precondition(position >= 0 && position + count <= capacity && row + count <= matrix.paddedRows, "keys beyond the blocks")
    unsafe flipgate_store_keys(
      matrix.address(row, column, width: heads * headWidth), matrix.columns, count, position, heads, headWidth, self.matrix.base, headStride)
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

extension Matrix {
  /// Attends from `rows` consecutive query rows (`self[firstRow...]`, columns `0..<heads · headWidth`) and writes the same rows of `output`.
  ///
  /// - Parameters:
  ///   - runs: every key and value from position 0 on, in order, blocks first; the last `rows` are the queries' own.
  ///   - output: `[≥ firstRow + rows, heads · headWidth]`.
  ///   - scratch: grows as needed.
  ///
  /// Scores, exponentials and sums are f32, taken in the order of positions: how the keys are cut into runs changes no bit.
  public func attend(
    firstRow: Int, rows count: Int, shape: AttentionShape, runs: [KeyValueRun], into output: Matrix, scratch: ScratchMemory
  ) throws(TensorError) {
    let width = shape.queryWidth
    let keyWidth = shape.keyWidth
    precondition(firstRow >= 0 && firstRow + count <= paddedRows && firstRow + count <= output.paddedRows)
    precondition(width <= columns && width <= output.columns)
    let total = runs.reduce(0) { $0 + $1.count }
    precondition(total >= count, "the queries' own keys are missing")
    var table: [flipgate_key_value_run] = unsafe []
    unsafe table.reserveCapacity(runs.count)
    for run in runs where run.count > 0 {
      precondition(run.firstRow >= 0 && run.firstRow + run.count <= run.values.paddedRows, "values out of range")
      let values = unsafe run.values.address(run.firstRow, run.valueColumn, width: keyWidth)
      switch run.keys {
      case .rows(let matrix, let row, let column):
        precondition(row >= 0 && row + run.count <= matrix.paddedRows, "keys out of range")
        let keys = unsafe matrix.address(row, column, width: keyWidth)
        unsafe table.append(
          flipgate_key_value_run(
            keys: keys, key_stride: matrix.columns, is_blocks: 0, values: values, stride: run.values.columns, count: run.count))
      case .blocks(let blocks):
        let isFirst = unsafe table.isEmpty
        precondition(isFirst && run.count <= blocks.capacity && blocks.heads == shape.keyValueHeads && blocks.headWidth == shape.headWidth)
        precondition(run.firstRow + run.count < run.values.paddedRows || shape.headWidth % 16 == 0, "no room behind the last value")
        unsafe table.append(
          flipgate_key_value_run(
            keys: blocks.matrix.base, key_stride: blocks.headStride, is_blocks: 1, values: values, stride: run.values.columns,
            count: run.count))
      }
    }
    let memory = unsafe try scratch.floats(flipgate_attention_scratch(total, shape.headWidth))
    unsafe table.withUnsafeBufferPointer { table in
      guard let start = table.baseAddress else { return }
      unsafe flipgate_attend(
        base + firstRow * columns, columns, output.base + firstRow * output.columns, output.columns, count, shape.heads,
        shape.keyValueHeads, shape.headWidth,
        flipgate_attention_rule(scale: shape.scale, soft_cap: shape.softCap ?? 0, window: shape.window ?? 0), start, table.count, memory)
    }
  }
}

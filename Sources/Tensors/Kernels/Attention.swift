// Causal attention with grouped queries over keys that lie in several places.

internal import CVectorKernels

/// Keys and values of consecutive positions: `count` rows of a matrix, from the given columns on.
public struct KeyValueRun {
  public var keys: Matrix
  public var keyColumn: Int
  public var values: Matrix
  public var valueColumn: Int
  public var firstRow: Int
  public var count: Int

  public init(keys: Matrix, keyColumn: Int, values: Matrix, valueColumn: Int, firstRow: Int, count: Int) {
    precondition(keys.columns == values.columns, "keys and values lie in rows of one width")
    self.keys = keys
    self.keyColumn = keyColumn
    self.values = values
    self.valueColumn = valueColumn
    self.firstRow = firstRow
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
  ///   - runs: every key and value from position 0 on, in order; the last `rows` are the queries' own.
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
      precondition(run.firstRow >= 0 && run.firstRow + run.count <= run.keys.paddedRows && run.firstRow + run.count <= run.values.paddedRows)
      let keys = unsafe run.keys.address(run.firstRow, run.keyColumn, width: keyWidth)
      let values = unsafe run.values.address(run.firstRow, run.valueColumn, width: keyWidth)
      unsafe table.append(flipgate_key_value_run(keys: keys, values: values, stride: run.keys.columns, count: run.count))
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

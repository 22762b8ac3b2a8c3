// The memory that one worker needs for one pass, made once and used again.

internal import Tensors

/// Activations of at most ``capacity`` tokens; one thread's.
final class WorkArea: @unchecked Sendable {
  /// Tokens in one pass: each pass reads all weights from memory, so it should have many; measured, more than this gain little.
  static let defaultCapacity = 768

  let capacity: Int
  /// `[tokens, hidden]`: the residual stream.
  let hidden: Matrix
  /// `[tokens, hidden]`
  let normalized: Matrix
  /// `[tokens, queries + 2 · keys]`
  let queryKeyValue: Matrix
  /// `[tokens, queries]`
  let attended: Matrix
  /// `[tokens, 2 · feedForward]`
  let gateUp: Matrix
  /// `[tokens, feedForward]`
  let gated: Matrix
  /// `[tokens, hidden]`: the rows that are scored.
  let selected: Matrix
  /// `[tokens, slice]`: logits of a slice of the vocabulary, and of the last, shorter one.
  let logits: Matrix
  let lastLogits: Matrix
  let scratch = ScratchMemory()

  init(_ blueprint: DecoderBlueprint, capacity: Int = defaultCapacity) throws(TensorError) {
    self.capacity = capacity
    let shape = blueprint.attention
    let queries = shape.heads * shape.headWidth
    let slice = min(DecoderWeights.vocabularySlice, blueprint.vocabularySize)
    let rest = blueprint.vocabularySize % slice
    hidden = try Matrix(rows: capacity, columns: blueprint.hiddenWidth)
    normalized = try Matrix(rows: capacity, columns: blueprint.hiddenWidth)
    queryKeyValue = try Matrix(rows: capacity, columns: queries + 2 * shape.keyValueHeads * shape.headWidth)
    attended = try Matrix(rows: capacity, columns: queries)
    gateUp = try Matrix(rows: capacity, columns: 2 * blueprint.feedForwardWidth)
    gated = try Matrix(rows: capacity, columns: blueprint.feedForwardWidth)
    selected = try Matrix(rows: capacity, columns: blueprint.hiddenWidth)
    logits = try Matrix(rows: capacity, columns: slice)
    lastLogits = try Matrix(rows: rest == 0 ? 1 : capacity, columns: max(1, rest))
  }
}

// The memory that one worker needs for one pass, made once and used again.

internal import Tensors

/// Activations of at most ``capacity`` tokens; one thread's.
final class WorkArea: @unchecked Sendable {
  /// Tokens in one pass: each pass reads all weights from memory, so it should have many; measured, more than this gain little.
  static let defaultCapacity = 768

  /// What a matrix is for, where not every architecture needs it.
  enum Purpose: Hashable {
    case inner, gated, added, secondNormalized, embedded, position, router, gathered, computed, unembedded, lowRank, rescaled
  }

  let capacity: Int
  /// `[tokens, hidden]`: the residual stream.
  let hidden: Matrix
  /// `[tokens, hidden]`
  let normalized: Matrix
  /// `[tokens, queries + 2 · keys]`
  let queryKeyValue: Matrix
  /// `[tokens, queries]`
  let attended: Matrix
  /// `[tokens, slice]`: logits of a slice of the vocabulary, and of the last, shorter one.
  let logits: Matrix
  let lastLogits: Matrix
  let scratch: ScratchMemory
  private struct Key: Hashable {
    var purpose: Purpose
    var columns: Int
  }
  private var others: [Key: Matrix] = [:]

  /// - Parameter threads: that work on a pass together.
  init(_ blueprint: DecoderBlueprint, capacity: Int = defaultCapacity, threads: Int = 1) throws(TensorError) {
    self.capacity = capacity
    scratch = ScratchMemory(team: ThreadTeam(threads))
    let shape = blueprint.attention
    let slice = min(DecoderWeights.vocabularySlice, blueprint.vocabularySize)
    let rest = blueprint.vocabularySize % slice
    hidden = try Matrix(rows: capacity, columns: blueprint.hiddenWidth)
    normalized = try Matrix(rows: capacity, columns: blueprint.hiddenWidth)
    queryKeyValue = try Matrix(rows: capacity, columns: shape.queryWidth + 2 * shape.keyWidth)
    attended = try Matrix(rows: capacity, columns: shape.queryWidth)
    logits = try Matrix(rows: capacity, columns: slice)
    lastLogits = try Matrix(rows: rest == 0 ? 1 : capacity, columns: max(1, rest))
  }

  /// A matrix `[tokens, columns]` for a purpose, made at its first use.
  func matrix(_ purpose: Purpose, columns: Int) throws(TensorError) -> Matrix {
    let key = Key(purpose: purpose, columns: columns)
    if let known = others[key] { return known }
    let made = try Matrix(rows: capacity, columns: columns)
    others[key] = made
    return made
  }

  /// Calls `body` with parts of some rows, each on a thread if there is enough to do.
  ///
  /// - Parameter width: the values of a row that are computed.
  func share(rows: Int, width: Int, _ body: @escaping @Sendable (_ part: Range<Int>) -> Void) {
    scratch.team.share(rows, width: width, body)
  }
}

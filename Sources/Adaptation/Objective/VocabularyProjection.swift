// The last step from hidden states to logits, slice by slice, as the losses need it.

public import LanguageModels
public import Tensors

/// The projection onto the vocabulary in slices, and its gradient: `logits = h Wᵀ + b`, `dh += dlogits W`.
///
/// A row's results must not depend on the rows beside it.
public protocol VocabularyProjection: Sendable {
  /// Number of slices.
  var count: Int { get }
  /// The columns of hidden states.
  var width: Int { get }
  var vocabularySize: Int { get }
  /// Where set, a logit l that ``logits(_:of:rows:into:scratch:)`` gives becomes cap · tanh(l / cap).
  var softCap: Float? { get }
  /// The tokens of a slice; slices follow each other from token 0 on.
  func range(_ slice: Int) -> Range<Int>
  /// logits[r, 0..<range.count] = h[r] · Wᵀ + b, for the first `rows` rows; before the soft cap.
  ///
  /// - Parameter logits: `[≥ rows, range(slice).count]`.
  func logits(_ slice: Int, of hidden: Matrix, rows: Int, into logits: Matrix, scratch: ScratchMemory) throws(ModelError)
  /// gradient[r] += dlogits[r] · W, for the first `rows` rows.
  func backward(_ slice: Int, of logitGradient: Matrix, rows: Int, into gradient: Matrix, scratch: ScratchMemory) throws(ModelError)
}

extension VocabularyProjection {
  /// The logits of a slice as the model means them, after the soft cap.
  func cappedLogits(_ slice: Int, of hidden: Matrix, rows: Int, into logits: Matrix, scratch: ScratchMemory) throws(ModelError) {
    try self.logits(slice, of: hidden, rows: rows, into: logits, scratch: scratch)
    if let softCap { logits.softCap(rows: rows, at: softCap) }
  }
}

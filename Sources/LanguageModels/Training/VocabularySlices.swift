// The projection onto the vocabulary, slice by slice, so that all logits of many tokens never exist at once.

public import Tensors

/// Slices of the frozen vocabulary projection and of its gradient: `logits = h Wᵀ + b`, `dh += dlogits W`.
///
/// Used by any number of threads. Slices are packed at their first use and shared by all models on one base.
public struct VocabularySlices: Sendable {
  private let blueprint: UnembeddingBlueprint
  private let reader: WeightReader
  private let slices: [Pending<Projection>]
  private let transposedSlices: [Pending<any PackedWeights>]

  init(_ blueprint: UnembeddingBlueprint, reader: WeightReader) {
    self.blueprint = blueprint
    self.reader = reader
    let size = DecoderWeights.vocabularySlice
    let count = (blueprint.vocabulary.weight.outputs + size - 1) / size
    slices = (0..<count).map { _ in Pending() }
    transposedSlices = (0..<count).map { _ in Pending() }
  }

  public var count: Int { slices.count }
  /// The columns of the hidden states.
  public var width: Int { blueprint.vocabulary.weight.inputs }
  public var vocabularySize: Int { blueprint.vocabulary.weight.outputs }
  /// Where set, a logit l of the model is cap · tanh(l / cap), where l is what ``logits(_:of:rows:into:scratch:)`` gives.
  public var softCap: Float? { blueprint.softCap }

  /// The tokens of a slice: 1024, of the last one what is left.
  public func range(_ slice: Int) -> Range<Int> {
    let size = DecoderWeights.vocabularySlice
    return slice * size..<min((slice + 1) * size, vocabularySize)
  }

  /// logits[r, :] = hidden[r, :] · Wᵀ + b, for the first `rows` rows; before the soft cap.
  ///
  /// - Parameters:
  ///   - hidden: `[≥ rows, width]`.
  ///   - logits: `[≥ rows, range(slice).count]`, exactly so many columns.
  ///   - scratch: its team shares the product; changes no bit.
  public func logits(_ slice: Int, of hidden: Matrix, rows: Int, into logits: Matrix, scratch: ScratchMemory) throws(ModelError) {
    let projection = try slices[slice].value { () throws(ModelError) in
      try reader.projection([blueprint.vocabulary], rows: range(slice), site: .unembedding)
    }
    if rows == 0 { return }
    do throws(TensorError) {
      if let factors = projection.change?.factors {
        try projection.weights.multiply(hidden, rows: rows, into: logits, accumulating: false, scratch: scratch)
        logits.scaleColumns(by: factors, rows: rows)
      } else {
        try projection.weights.multiply(hidden, rows: rows, into: logits, accumulating: false, scratch: scratch)
      }
      if let change = projection.change {
        let inner = try Matrix(rows: rows, columns: change.down.outputs)
        try change.down.multiply(hidden, rows: rows, into: inner, accumulating: false, scratch: scratch)
        try change.up.multiply(inner, rows: rows, into: logits, accumulating: true, scratch: scratch)
      }
      if let bias = projection.bias { logits.addToRows(bias, rows: rows) }
    } catch {
      throw .tensors(.init(error))
    }
  }

  /// gradient[r, :] += logitGradient[r, :] · W, for the first `rows` rows.
  ///
  /// Of a model whose adapter changes the projection by low-rank factors, W is the base's: such models are teachers only.
  ///
  /// - Parameters:
  ///   - logitGradient: `[≥ rows, range(slice).count]`, before the soft cap.
  ///   - gradient: `[≥ rows, width]`.
  public func backward(_ slice: Int, of logitGradient: Matrix, rows: Int, into gradient: Matrix, scratch: ScratchMemory) throws(ModelError) {
    let weights = try transposedSlices[slice].value { () throws(ModelError) in
      try reader.transposed([blueprint.vocabulary], rows: range(slice), site: .unembedding)
    }
    if rows == 0 { return }
    do throws(TensorError) {
      try weights.multiply(logitGradient, rows: rows, into: gradient, accumulating: true, scratch: scratch)
    } catch {
      throw .tensors(.init(error))
    }
  }
}

extension LanguageModel {
  /// The vocabulary projection of this model, its adapter included.
  public var vocabularySlices: VocabularySlices {
    VocabularySlices(blueprint.unembedding, reader: decoder.reader)
  }
}

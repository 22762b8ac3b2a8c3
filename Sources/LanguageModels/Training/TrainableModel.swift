// SIGNATURES (first commit): bodies follow.

public import Tensors

/// A frozen decoder with trainable low-rank factors beside its linear maps.
///
/// One caller at a time. Results have the same bits for every number of threads, with and without recomputation.
public final class TrainableModel {
  public let base: BaseWeights
  public let blueprint: DecoderBlueprint
  /// Every factor, in the order of the data flow, A before B.
  public let parameters: [TrainableParameter]
  /// What `adapter_config.json` says of the factors.
  public let adapterConfiguration: LoRAConfiguration

  /// New factors: A uniform in ±1/√inputs (PEFT's Kaiming uniform with a = √5) from a seeded generator, B zero.
  public init(base: BaseWeights, settings: LoRASettings, seed: UInt64, options: TrainingOptions) throws(ModelError) { fatalError() }

  /// The factors of an adapter: rank, alpha and targets are its own.
  ///
  /// - Throws: ``ModelError/adapter(_:)`` where it does not fit the base, or has more than plain low-rank factors (DoRA, saved modules, biases, tokens).
  public init(base: BaseWeights, startingFrom adapter: Adapter, dropout: Float = 0, options: TrainingOptions) throws(ModelError) { fatalError() }

  /// The number of trained values.
  public var valueCount: Int { fatalError() }
  /// The factors as they are now, flat, f32. Reading copies; for an optimizer see ``update(_:)``.
  public var values: [Float] { get { fatalError() } set { fatalError() } }
  /// The summed gradients, flat; a copy.
  public var gradients: [Float] { fatalError() }
  /// Changes values in place with the gradients at hand, without copies: what an optimizer does.
  public func update<Failure: Error>(
    _ body: (_ values: inout MutableSpan<Float>, _ gradients: inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) { fatalError() }
  /// Sets all gradients to zero.
  public func clearGradients() { fatalError() }

  /// The final hidden states `[rows, width]`, after the output norm, that the vocabulary projection takes; keeps what ``backward(_:)`` needs.
  ///
  /// - Parameter step: with the options' seed, the seed of dropout's masks: another one for every call of a training run.
  public func forward(_ batch: TokenBatch, step: UInt64) throws(ModelError) -> Matrix { fatalError() }
  /// Adds the gradients of a loss, given its gradient with respect to the rows of the last ``forward(_:step:)``, to ``gradients``.
  public func backward(_ outputGradient: Matrix) throws(ModelError) { fatalError() }
  /// The final hidden states without dropout and without a tape: for a validation loss. Bit for bit those of ``LanguageModel/hiddenStates(_:threads:)``
  /// with the adapter that the values are.
  public func hiddenStates(_ batch: TokenBatch) throws(ModelError) -> Matrix { fatalError() }
  /// The vocabulary projection, shared with other models on the base.
  public var vocabulary: VocabularySlices { fatalError() }
  /// Bytes held for activations now.
  public var activationBytes: Int { fatalError() }
}

/// The projection onto the vocabulary slice by slice, and its gradient: `logits = h Wᵀ + b`, `dh += dlogits W`.
public struct VocabularySlices: Sendable {
  /// Number of slices.
  public var count: Int { fatalError() }
  /// `h`'s columns.
  public var width: Int { fatalError() }
  public var vocabularySize: Int { fatalError() }
  /// Where set, a logit l of ``logits(_:of:rows:into:scratch:)`` (which does not apply it) becomes cap · tanh(l / cap).
  public var softCap: Float? { fatalError() }
  /// The tokens of a slice, 1024 but for the last one.
  public func range(_ slice: Int) -> Range<Int> { fatalError() }
  /// logits[r, 0..<range.count] = h[r] · Wᵀ + b, for the first `rows` rows; before the soft cap.
  ///
  /// - Parameter logits: `[≥ rows, range(slice).count]`: exactly so many columns.
  ///   scratch: its team shares the product.
  public func logits(_ slice: Int, of hidden: Matrix, rows: Int, into logits: Matrix, scratch: ScratchMemory) throws(ModelError) { fatalError() }
  /// gradient[r] += dlogits[r] · W, for the first `rows` rows. The first use of a slice packs its transposed weights.
  public func backward(_ slice: Int, of logitGradient: Matrix, rows: Int, into gradient: Matrix, scratch: ScratchMemory) throws(ModelError) { fatalError() }
}

extension LanguageModel {
  /// Final hidden states `[rows, width]` (after the output norm and the projection to the unembedding's width) of packed sequences: what a frozen teacher says.
  public func hiddenStates(_ batch: TokenBatch, threads: Int) throws(ModelError) -> Matrix { fatalError() }
  public var vocabularySlices: VocabularySlices { fatalError() }
}

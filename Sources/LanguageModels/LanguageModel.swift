// A checkpoint made ready: tokenizer, decoder and what a record says of them.

public import Checkpoints
internal import Documents
public import Tensors
public import Tokenization

/// A language model on disk, loaded to be asked.
public final class LanguageModel: Sendable {
  /// The weights, which models with other adapters may share.
  public let base: BaseWeights
  public let adapter: Adapter?
  public let tokenizer: Tokenizer
  let decoder: Decoder

  /// How a model is loaded.
  public struct Options: Sendable {
    public var precision: Precision
    public var threads: Int
    /// `auto`, `flipgate`, `onednn` or `openblas`.
    public var matrixLibrary: String
    /// Add an adapter to the weights before they are packed: a little faster, but then they are this model's alone.
    public var mergesAdapter: Bool

    public init(
      precision: Precision = .f32, threads: Int = 1, matrixLibrary: String = "auto", mergesAdapter: Bool = false
    ) {
      self.precision = precision
      self.threads = threads
      self.matrixLibrary = matrixLibrary
      self.mergesAdapter = mergesAdapter
    }
  }

  /// Opens a checkpoint folder or `.gguf` file and reads its tokenizer; its weights are packed in the background, first layers first.
  ///
  /// - Parameter adapter: the folder of a LoRA adapter, applied to the model.
  public convenience init(path: String, adapter: String? = nil, options: Options) throws(ModelError) {
    let opened: Checkpoint
    let openedAdapter: Adapter?
    do {
      opened = try Checkpoint(path: path)
      openedAdapter = try adapter.map { try Adapter(path: $0) }
    } catch {
      throw ModelError(wrapping: error)
    }
    try self.init(opened, adapter: openedAdapter, options: options)
  }

  public convenience init(_ checkpoint: Checkpoint, adapter: Adapter? = nil, options: Options) throws(ModelError) {
    try self.init(base: try BaseWeights(checkpoint, options: options), adapter: adapter, options: options)
  }

  /// A model on weights that others may share: what both use of the base is packed once, whoever needs it first.
  ///
  /// - Parameter options: of these, the threads and ``Options/mergesAdapter``; the others are the base's.
  public init(base: BaseWeights, adapter: Adapter? = nil, options: Options) throws(ModelError) {
    self.base = base
    self.adapter = adapter
    let blueprint = try ArchitectureCatalog.blueprint(of: base.checkpoint)
    tokenizer = try Self.tokenizer(of: base.checkpoint)
    let adaptation: Adaptation?
    do throws(AdapterError) {
      adaptation = try adapter.map { (adapter) throws(AdapterError) in try Adaptation(adapter, blueprint: blueprint, base: base.checkpoint) }
    } catch {
      throw .adapter(error)
    }
    let reader = WeightReader(base: base, adaptation: adaptation, mergesAdapter: options.mergesAdapter)
    decoder = try Decoder(blueprint, reader: reader, threads: options.threads)
  }

  /// What a checkpoint says of itself, without its weights.
  public static func blueprint(path: String) throws(ModelError) -> DecoderBlueprint {
    let opened: Checkpoint
    do { opened = try Checkpoint(path: path) } catch { throw .checkpoint(error) }
    return try ArchitectureCatalog.blueprint(of: opened)
  }

  public var checkpoint: Checkpoint { base.checkpoint }
  public var blueprint: DecoderBlueprint { decoder.blueprint }
  public var precision: Precision { decoder.precision }
  /// Such as `flipgate` or `oneDNN 2.6.3`.
  public var matrixLibrary: String { decoder.library.name }
  /// The kernels of the matrix library and of the vector code, such as `avx512_core+avx512`.
  public var kernels: String { decoder.library.kernels + "+" + Processor.vectorKernels }
  /// The number of weights that the model reads, a tied unembedding once.
  public static func parameterCount(_ blueprint: DecoderBlueprint) -> Int {
    blueprint.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}

extension BaseWeights {
  /// Opens nothing and packs nothing yet.
  ///
  /// - Parameter options: precision and matrix library.
  public convenience init(_ checkpoint: Checkpoint, options: LanguageModel.Options) throws(ModelError) {
    let library: any MatrixLibrary
    do { library = try MatrixLibraries.named(options.matrixLibrary) } catch { throw .tensors(.init(error)) }
    self.init(checkpoint: checkpoint, library: library, precision: options.precision)
  }
}

// A checkpoint made ready: tokenizer, decoder and what a record says of them.

public import Checkpoints
internal import Documents
public import Tensors
public import Tokenization

/// A language model on disk, loaded to be asked.
public final class LanguageModel: Sendable {
  public let checkpoint: Checkpoint
  public let tokenizer: Tokenizer
  let decoder: Decoder

  /// How a model is loaded.
  public struct Options: Sendable {
    public var precision: Precision
    public var threads: Int
    /// `auto`, `flipgate`, `onednn` or `openblas`.
    public var matrixLibrary: String
    /// Bytes that weights should stay within: where f32 would need more, weights of 16 bits are kept as they are and widened for each
    /// product, which changes no result and takes time. Nil: no bound.
    public var weightMemory: Int?

    public init(precision: Precision = .f32, threads: Int = 1, matrixLibrary: String = "auto", weightMemory: Int? = nil) {
      self.precision = precision
      self.threads = threads
      self.matrixLibrary = matrixLibrary
      self.weightMemory = weightMemory
    }
  }

  /// Opens a checkpoint folder or `.gguf` file and reads its tokenizer; its weights are packed in the background, first layers first.
  public convenience init(path: String, options: Options) throws(ModelError) {
    let opened: Checkpoint
    do { opened = try Checkpoint(path: path) } catch { throw .checkpoint(error) }
    try self.init(opened, options: options)
  }

  public init(_ checkpoint: Checkpoint, options: Options) throws(ModelError) {
    self.checkpoint = checkpoint
    let blueprint = try ArchitectureCatalog.blueprint(of: checkpoint)
    tokenizer = try Self.tokenizer(of: checkpoint)
    let library: any MatrixLibrary
    do { library = try MatrixLibraries.named(options.matrixLibrary) } catch { throw .tensors(.init(error)) }
    let bytes = Self.parameterCount(blueprint) * MemoryLayout<Float>.size
    let reader = WeightReader(
      checkpoint: checkpoint, library: library, precision: options.precision, isCompact: options.weightMemory.map { bytes > $0 } ?? false)
    decoder = try Decoder(blueprint, reader: reader, threads: options.threads)
  }

  /// What a checkpoint says of itself, without its weights.
  public static func blueprint(path: String) throws(ModelError) -> DecoderBlueprint {
    let opened: Checkpoint
    do { opened = try Checkpoint(path: path) } catch { throw .checkpoint(error) }
    return try ArchitectureCatalog.blueprint(of: opened)
  }

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

// Flipgate's own inference core as an engine: what a record says of it, and the model, loaded only when something must be computed.

internal import Checkpoints
internal import Digests
internal import Documents
public import LanguageModels
public import Records
internal import Synchronization
internal import Tensors

/// A checkpoint that answers through the embedded core.
///
/// Opening reads headers and digests alone; ``model()`` packs the weights. A run whose outcomes are all cached never loads them.
public final class EmbeddedEngine: Sendable {
  /// The name that records carry.
  public static let name = "flipgate"

  public let path: String
  private let adapter: Adapter?
  private let checkpoint: Checkpoint
  private let blueprint: DecoderBlueprint
  private let options: LanguageModel.Options
  private let version: String
  private let weightsDigest: String
  private let configDigest: String
  private let tokenizerDigest: String
  private let library: (name: String, kernels: String)
  private let loaded = Mutex<LanguageModel?>(nil)
  /// The weights, once someone else uses them too.
  private let shared = Mutex<BaseWeights?>(nil)

  /// Opens a checkpoint and checks that this version can use it, with the adapter if one is given.
  ///
  /// - Parameters:
  ///   - adapter: the folder of a LoRA adapter.
  ///   - version: the engine's version; outcomes are cached under it.
  public init(path: String, adapter: String? = nil, options: LanguageModel.Options, version: String) throws(EvaluationError) {
    self.path = path
    self.options = options
    self.version = version
    do {
      checkpoint = try Checkpoint(path: path)
      blueprint = try ArchitectureCatalog.blueprint(of: checkpoint)
      self.adapter = try adapter.map { try Adapter(path: $0) }
      try self.adapter?.check(fits: blueprint, of: checkpoint)
      let matrices = try MatrixLibraries.named(options.matrixLibrary)
      library = (matrices.name, matrices.kernels)
      weightsDigest = try checkpoint.weightsDigest()
      configDigest = checkpoint.configDigest
      tokenizerDigest = try Self.tokenizerDigest(checkpoint)
    } catch {
      throw .model(path: path, error)
    }
  }

  /// The same checkpoint with another adapter, or none; nothing of it is opened or digested again, and its weights are shared.
  public init(_ other: EmbeddedEngine, adapter: String?) throws(EvaluationError) {
    path = other.path
    checkpoint = other.checkpoint
    blueprint = other.blueprint
    options = other.options
    version = other.version
    weightsDigest = other.weightsDigest
    configDigest = other.configDigest
    tokenizerDigest = other.tokenizerDigest
    library = other.library
    do {
      self.adapter = try adapter.map { try Adapter(path: $0) }
      try self.adapter?.check(fits: blueprint, of: checkpoint)
    } catch {
      throw .model(path: adapter ?? path, error)
    }
    try shareWeights(with: other)
  }

  /// Uses one copy of the packed weights with another engine, if both have the same base, precision and matrix library.
  ///
  /// The copy stays until both have unloaded their models.
  public func shareWeights(with other: EmbeddedEngine) throws(EvaluationError) {
    guard weightsDigest == other.weightsDigest, configDigest == other.configDigest, options.precision == other.options.precision,
      options.weightMemory == other.options.weightMemory, library == other.library
    else { return }
    do throws(ModelError) {
      let base = try BaseWeights(other.checkpoint, options: options)
      shared.withLock { $0 = base }
      other.shared.withLock { $0 = base }
    } catch {
      throw .model(path: path, error)
    }
  }

  /// The last part of the path, with the adapter's behind it.
  public var name: String { Files.name(of: path) + (adapter.map { "+\($0.name)" } ?? "") }

  /// The record's header for some tasks.
  ///
  /// - Parameter created: RFC 3339.
  public func header(tasks: [RecordHeader.Task], truncation: Truncation, shard: RecordHeader.Shard?, created: String) -> RecordHeader {
    RecordHeader(
      created: created,
      model: RecordHeader.Model(
        name: name, weightsDigest: weightsDigest, configDigest: configDigest, adapterDigest: adapter?.digest,
        parameters: LanguageModel.parameterCount(blueprint), architecture: blueprint.architecture),
      tokenizerDigest: tokenizerDigest, chatTemplateDigest: nil,
      engine: RecordHeader.Engine(
        name: Self.name, version: version, precision: options.precision.rawValue, matrixLibrary: library.name,
        kernels: library.kernels + "+" + Processor.vectorKernels),
      truncation: truncation.rawValue, tasks: tasks, shard: shard)
  }

  /// The model, loaded at the first call.
  public func model() throws(EvaluationError) -> LanguageModel {
    do throws(ModelError) {
      return try loaded.withLock { (known) throws(ModelError) in
        if let known { return known }
        let model: LanguageModel
        if let base = shared.withLock({ $0 }) {
          model = try LanguageModel(base: base, adapter: adapter, options: options)
        } else {
          model = try LanguageModel(checkpoint, adapter: adapter, options: options)
        }
        known = model
        return model
      }
    } catch {
      throw .model(path: path, error)
    }
  }

  /// Lets go of the weights, so that the other side of a comparison has the memory, or goes on with them if they are shared.
  public func unload() {
    loaded.withLock { $0 = nil }
    shared.withLock { $0 = nil }
  }

  /// Digest of everything that the tokenizer is made from.
  private static func tokenizerDigest(_ checkpoint: Checkpoint) throws -> String {
    guard let folder = checkpoint.folder else { return checkpoint.configDigest }
    var digest = SHA256Digest()
    for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"] {
      let path = Files.path(name, relativeTo: folder)
      guard Files.exists(path) else { continue }
      let bytes = try Files.read(path)
      digest.update("\(name) \(bytes.count)\n")
      digest.update(bytes)
    }
    return digest.finalize()
  }
}

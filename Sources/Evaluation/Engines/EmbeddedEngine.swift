// Flipgate's own inference core as an engine: what a record says of it, and the model, loaded only when something must be computed.

internal import Checkpoints
internal import Digests
internal import Documents
public import LanguageModels
public import Records
internal import Synchronization
internal import Tasks
internal import Templates
internal import Tensors
internal import Tokenization

/// A checkpoint that answers through the embedded core.
///
/// Opening reads headers and digests alone; ``model()`` packs the weights. A run whose outcomes are all cached never loads them.
public final class EmbeddedEngine: Sendable {
  /// The name that records carry.
  public static let name = "flipgate"

  public let path: String
  private let baseName: String
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
  ///   - name: what records call it; the last part of the path if nil.
  ///   - adapter: the folder of a LoRA adapter.
  ///   - version: the engine's version; outcomes are cached under it.
  public init(
    path: String, name: String? = nil, adapter: String? = nil, options: LanguageModel.Options, version: String
  ) throws(EvaluationError) {
    self.path = path
    baseName = name ?? Files.name(of: path)
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
    baseName = other.baseName
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
      library == other.library
    else { return }
    do throws(ModelError) {
      let base = try BaseWeights(other.checkpoint, options: options)
      shared.withLock { $0 = base }
      other.shared.withLock { $0 = base }
    } catch {
      throw .model(path: path, error)
    }
  }

  /// What records and reports call the model: its name, with the adapter's behind it.
  public var name: String { baseName + (adapter.map { "+\($0.name)" } ?? "") }

  /// The record's header for some tasks.
  ///
  /// - Parameter created: RFC 3339.
  public func header(tasks: [RecordHeader.Task], settings: EvaluationSettings, created: String) throws(EvaluationError) -> RecordHeader {
    var header = RecordHeader(
      created: created,
      model: RecordHeader.Model(
        name: name, weightsDigest: weightsDigest, configDigest: configDigest, adapterDigest: adapter?.digest,
        parameters: LanguageModel.parameterCount(blueprint), architecture: blueprint.architecture),
      tokenizerDigest: tokenizerDigest, chatTemplateDigest: try chatTemplate(settings.prompting).map { SHA256Digest.of($0) },
      engine: RecordHeader.Engine(
        name: Self.name, version: version, precision: options.precision.rawValue, matrixLibrary: library.name,
        kernels: library.kernels + "+" + Processor.vectorKernels),
      truncation: settings.truncation.rawValue, tasks: tasks, shard: settings.shard)
    header.prompting = RecordHeader.Prompting(
      systemInstruction: settings.prompting.systemInstruction, examplesAsTurns: settings.prompting.examplesAsTurns)
    header.seed = Int(clamping: settings.seed)
    return header
  }

  /// The text of the chat template that prompts go through; nil where they are plain text.
  private func chatTemplate(_ prompting: Prompting) throws(EvaluationError) -> String? {
    guard prompting.appliesChatTemplate else { return nil }
    do {
      guard let templates = try LanguageModel.chatTemplates(of: checkpoint) else { throw EvaluationError.noChatTemplate(path: path) }
      return try templates.text(named: prompting.templateName)
    } catch let error as EvaluationError {
      throw error
    } catch {
      throw .model(path: path, error)
    }
  }

  /// How prompts are written for this model.
  func promptStyle(_ prompting: Prompting) throws(EvaluationError) -> PromptStyle {
    guard let text = try chatTemplate(prompting) else { return PromptStyle(systemInstruction: prompting.systemInstruction) }
    do {
      return PromptStyle(
        systemInstruction: prompting.systemInstruction,
        chat: PromptStyle.Chat(
          template: try ChatTemplate(text, name: "\(path): chat template"), specialTokens: try LanguageModel.specialTokens(of: checkpoint),
          examplesAsTurns: prompting.examplesAsTurns))
    } catch {
      throw .model(path: path, error)
    }
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
    for name in try Tokenizer.files(in: folder) {
      let path = Files.path(name, relativeTo: folder)
      guard Files.exists(path) else { continue }
      let bytes = try Files.read(path)
      digest.update("\(name) \(bytes.count)\n")
      digest.update(bytes)
    }
    return digest.finalize()
  }
}

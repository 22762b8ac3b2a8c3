// A model family: one file that turns a checkpoint's configuration into a blueprint.

public import Checkpoints

/// A family of decoder-only models.
///
/// A new one is a file in this folder and a line in ``ArchitectureCatalog/all``; scoring and generation come with the blueprint.
public protocol Architecture: Sendable {
  /// The name that inspect and records print.
  var name: String { get }
  /// `model_type` values of `config.json` that this family reads.
  var modelTypes: [String] { get }
  /// `general.architecture` values of GGUF files that this family reads.
  var ggufArchitectures: [String] { get }

  /// The paper or report that describes the family.
  var paper: String { get }
  /// Where transformers keeps its implementation, below `src/transformers/models`.
  var reference: String { get }
  /// Models that are read, by the names people know them by.
  var models: String { get }
  /// What its users should know: what is read as something else, what a file does not carry, what is refused. A sentence each.
  var notes: [String] { get }

  /// What stands before the layers in the names of transformers' modules, whatever a checkpoint calls its tensors.
  var moduleRoot: String { get }

  /// The blueprint of a Hugging Face checkpoint.
  func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint
  /// The blueprint of a GGUF checkpoint.
  func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint
}

extension Architecture {
  public var notes: [String] { [] }
  public var moduleRoot: String { "model." }

  /// Of families that llama.cpp does not write, or writes as another; never asked, since ``ggufArchitectures`` is empty then.
  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    throw .unsupported(gguf.place, "\(name) in GGUF", "use the Hugging Face folder")
  }
}

/// The families that this build knows.
public enum ArchitectureCatalog {
  public static let all: [any Architecture] = [
    Falcon(), Gemma(), Gemma2(), Gemma3(), GPT2(), GPTNeoX(), Llama(), Mistral(), Mixtral(), OLMo2(), OPT(), Phi(), Phi3(), Qwen2(), Qwen3(),
    Qwen3MoE(), SmolLM3(), StableLM(),
  ]

  /// The blueprint of a checkpoint, by what it says it is.
  ///
  /// - Throws: ``ModelError`` when the family is unknown, a value is missing or makes no sense.
  public static func blueprint(of checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let configuration = ModelConfiguration(checkpoint)
    if configuration.isGGUF {
      let name = try configuration.string("general.architecture")
      guard let family = all.first(where: { $0.ggufArchitectures.contains(name) }) else {
        throw .unknownArchitecture(configuration.place, name: name, known: all.flatMap(\.ggufArchitectures))
      }
      let blueprint = try family.blueprint(gguf: configuration, checkpoint: checkpoint)
      try blueprint.check(configuration.place)
      return blueprint
    }
    let name = try configuration.string("model_type")
    guard let family = all.first(where: { $0.modelTypes.contains(name) }) else {
      throw .unknownArchitecture(configuration.place, name: name, known: all.flatMap(\.modelTypes))
    }
    if configuration.has("quantization_config") {
      let method = configuration.optionalString("quantization_config.quant_method") ?? "an unnamed method"
      throw .unsupported(configuration.place, "weights quantised with \(method)", "export the checkpoint in F32, F16 or BF16, or as GGUF")
    }
    let blueprint = try family.blueprint(config: configuration, checkpoint: checkpoint)
    try blueprint.check(configuration.place)
    return blueprint
  }
}

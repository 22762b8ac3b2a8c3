// Mistral 7B and what follows it: Llama with a window of attention in its first version. In GGUF it is written as Llama.

public import Checkpoints
internal import Tensors

/// The Mistral family.
public struct Mistral: Architecture {
  public let name = "mistral"
  public let modelTypes = ["mistral"]
  public let ggufArchitectures: [String] = []
  public let paper = "arXiv 2310.06825"
  public let reference = "mistral/modeling_mistral.py"
  public let models = "Mistral 7B 0.1 to 0.3, Mistral Nemo, Mistral Small (text), Zephyr"
  public let notes = [
    "GGUF files of Mistral call themselves `llama` and are read as such."
  ]

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let window = try config.window()
    return try LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-6),
      activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes),
      isTied: try config.bool("tie_word_embeddings", default: false)
    ).blueprint(name) { layer, _ in layer.attention.shape.window = window }
  }
}

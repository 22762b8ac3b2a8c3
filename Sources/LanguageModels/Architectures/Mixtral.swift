// Mixtral: Mistral with a mixture of experts, two for each token. In GGUF it is written as Llama.

public import Checkpoints
internal import Tensors

/// The Mixtral family.
public struct Mixtral: Architecture {
  public let name = "mixtral"
  public let modelTypes = ["mixtral"]
  public let ggufArchitectures: [String] = []
  public let paper = "arXiv 2401.04088"
  public let reference = "mixtral/modeling_mixtral.py"
  public let models = "Mixtral 8x7B, 8x22B"
  public let notes = [
    "GGUF files of Mixtral call themselves `llama` with `llama.expert_count`, and are read as such."
  ]

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let window = try config.window()
    let experts = Experts(
      count: try config.size("num_local_experts", default: 8), chosen: try config.size("num_experts_per_tok", default: 2),
      width: sizes.feedForward, hidden: sizes.hidden)
    return try LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-5),
      rotary: try config.rotary(sizes, theta: 1_000_000), isTied: try config.bool("tie_word_embeddings", default: false)
    ).blueprint(name) { (layer, index) throws(ModelError) in
      layer.attention.shape.window = window
      let prefix = "model.layers.\(index).block_sparse_moe."
      layer.feedForward = .mixture(
        try experts.separate(
          router: prefix + "gate.weight", sharesSumToOne: true, checkpoint: checkpoint, place: config.place,
          gate: { "\(prefix)experts.\($0).w1.weight" },
          up: { "\(prefix)experts.\($0).w3.weight" }, down: { "\(prefix)experts.\($0).w2.weight" }))
    }
  }
}

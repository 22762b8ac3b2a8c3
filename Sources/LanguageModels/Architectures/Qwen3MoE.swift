// Qwen3-MoE: Qwen3 with a mixture of experts in most layers.

public import Checkpoints
internal import Tensors

/// The Qwen3 family with experts.
public struct Qwen3MoE: Architecture {
  public let name = "qwen3_moe"
  public let modelTypes = ["qwen3_moe"]
  public let ggufArchitectures = ["qwen3moe"]
  public let paper = "arXiv 2505.09388"
  public let reference = "qwen3_moe/modeling_qwen3_moe.py"
  public let models = "Qwen3 30B-A3B, 235B-A22B, Qwen3-Coder"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try Qwen3.layers(config)
    let windows = try Qwen2.windows(config, layers: layers.sizes.layers)
    let experts = Experts(
      count: try config.size("num_experts", default: 128), chosen: try config.size("num_experts_per_tok", default: 8),
      width: try config.size("moe_intermediate_size", default: 768), hidden: layers.sizes.hidden)
    let sharesSumToOne = try config.bool("norm_topk_prob", default: false)
    let denseLayers = Set(try config.integers("mlp_only_layers") ?? [])
    let step = try config.size("decoder_sparse_step", default: 1)
    return try layers.blueprint(name) { (layer, index) throws(ModelError) in
      layer.attention.shape.window = windows[index]
      Qwen3.normalizeHeads(&layer, index, layers)
      if denseLayers.contains(index) || (index + 1) % step != 0 { return }
      let prefix = "model.layers.\(index).mlp."
      layer.feedForward = .mixture(
        try experts.separate(
          router: prefix + "gate.weight", sharesSumToOne: sharesSumToOne, checkpoint: checkpoint, place: config.place,
          gate: { "\(prefix)experts.\($0).gate_proj.weight" }, up: { "\(prefix)experts.\($0).up_proj.weight" },
          down: { "\(prefix)experts.\($0).down_proj.weight" }))
    }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try Qwen3.layers(gguf: gguf, "qwen3moe", checkpoint: checkpoint)
    let experts = Experts(
      count: try gguf.size("qwen3moe.expert_count"), chosen: try gguf.size("qwen3moe.expert_used_count"),
      width: try gguf.size("qwen3moe.expert_feed_forward_length"), hidden: layers.sizes.hidden)
    let sharesSumToOne = try gguf.bool("qwen3moe.expert_weights_norm", default: true)
    return try layers.blueprint(name) { (layer, index) throws(ModelError) in
      Qwen3.normalizeHeads(&layer, index, layers)
      if checkpoint["blk.\(index).ffn_gate_inp.weight"] == nil { return }
      layer.feedForward = .mixture(
        try experts.gguf(layer: index, sharesSumToOne: sharesSumToOne, checkpoint: checkpoint, place: gguf.place))
    }
  }
}

// SmolLM3: Llama in which every fourth layer knows no positions.

public import Checkpoints
internal import Tensors

/// The SmolLM3 family.
public struct SmolLM3: Architecture {
  public let name = "smollm3"
  public let modelTypes = ["smollm3"]
  public let ggufArchitectures = ["smollm3"]
  public let paper = "Hugging Face 2025, SmolLM3 (blog); layers without positions: arXiv 2501.18795"
  public let reference = "smollm3/modeling_smollm3.py"
  public let models = "SmolLM3 3B"
  public let notes = [
    "GGUF does not carry which layers know positions: every fourth has none, as in the published models."
  ]

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let interval = try config.size("no_rope_layer_interval", default: 4)
    let isRotated = try config.integers("no_rope_layers").map { $0.map { $0 != 0 } } ?? (0..<sizes.layers).map { ($0 + 1) % interval != 0 }
    guard isRotated.count == sizes.layers else {
      throw .inconsistent(config.place, "no_rope_layers has \(isRotated.count) values for \(sizes.layers) layers")
    }
    let window = try config.bool("use_sliding_window", default: false) ? try config.window() : nil
    let sliding = try config.slidingLayers(sizes.layers) ?? isRotated.map { !$0 }
    let hasBias = try config.bool("attention_bias", default: false)
    return try LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-6),
      activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes, theta: 2_000_000),
      hasAttentionBias: hasBias, hasOutputBias: hasBias, hasFeedForwardBias: try config.bool("mlp_bias", default: false),
      isTied: try config.bool("tie_word_embeddings", default: true)
    ).blueprint(name) { layer, index in
      if !isRotated[index] { layer.attention.rotary = nil }
      layer.attention.shape.window = sliding[index] ? window : nil
    }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "smollm3", checkpoint: checkpoint)
    return try LlamaLikeLayers(
      sizes: sizes, names: .gguf, epsilon: try gguf.float("smollm3.attention.layer_norm_rms_epsilon", default: 1e-6),
      rotary: try gguf.rotary(gguf: "smollm3", sizes, checkpoint: checkpoint), rotatedRows: .interleavedHalves(headWidth: sizes.head),
      hasAttentionBias: checkpoint["blk.0.attn_q.bias"] != nil, hasOutputBias: checkpoint["blk.0.attn_output.bias"] != nil,
      isTied: checkpoint["output.weight"] == nil
    ).blueprint(name) { layer, index in if (index + 1) % 4 == 0 { layer.attention.rotary = nil } }  // the file does not say which
  }
}

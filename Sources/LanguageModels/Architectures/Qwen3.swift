// Qwen3: Llama with queries and keys normalised head by head.

public import Checkpoints
internal import Tensors

/// The dense Qwen3 family.
public struct Qwen3: Architecture {
  public let name = "qwen3"
  public let modelTypes = ["qwen3"]
  public let ggufArchitectures = ["qwen3"]
  public let paper = "arXiv 2505.09388"
  public let reference = "qwen3/modeling_qwen3.py"
  public let models = "Qwen3 0.6B to 32B"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try Self.layers(config)
    let windows = try Qwen2.windows(config, layers: layers.sizes.layers)
    return try layers.blueprint(name) { layer, index in
      layer.attention.shape.window = windows[index]
      Self.normalizeHeads(&layer, index, layers)
    }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try Self.layers(gguf: gguf, "qwen3", checkpoint: checkpoint)
    return try layers.blueprint(name) { layer, index in Self.normalizeHeads(&layer, index, layers) }
  }

  /// What Qwen3 and Qwen3-MoE share.
  static func layers(_ config: ModelConfiguration) throws(ModelError) -> LlamaLikeLayers {
    let sizes = try ModelSizes(config)
    let hasBias = try config.bool("attention_bias", default: false)
    return LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-6),
      activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes), hasAttentionBias: hasBias,
      hasOutputBias: hasBias, isTied: try config.bool("tie_word_embeddings", default: false))
  }

  static func layers(gguf: ModelConfiguration, _ prefix: String, checkpoint: Checkpoint) throws(ModelError) -> LlamaLikeLayers {
    let sizes = try ModelSizes(gguf: gguf, prefix, checkpoint: checkpoint)
    return LlamaLikeLayers(
      sizes: sizes, names: .gguf, epsilon: try gguf.float("\(prefix).attention.layer_norm_rms_epsilon", default: 1e-6),
      rotary: try gguf.rotary(gguf: prefix, sizes, checkpoint: checkpoint), hasAttentionBias: checkpoint["blk.0.attn_q.bias"] != nil,
      hasOutputBias: checkpoint["blk.0.attn_output.bias"] != nil, isTied: checkpoint["output.weight"] == nil)
  }

  static func normalizeHeads(_ layer: inout LayerBlueprint, _ index: Int, _ layers: LlamaLikeLayers) {
    let weights = WeightNaming(names: layers.names)
    func norm(_ part: String) -> NormBlueprint {
      weights.norm(layers.names.layer(index, part), layers.sizes.head, layers.norm, epsilon: layers.epsilon, scope: .head)
    }
    layer.attention.queryNorm = norm(layers.names.queryNorm)
    layer.attention.keyNorm = norm(layers.names.keyNorm)
  }
}

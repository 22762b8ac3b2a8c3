// Qwen2 and Qwen2.5: Llama with biases on queries, keys and values, and a window in the later layers of some.

public import Checkpoints
internal import Tensors

/// The Qwen2 family.
public struct Qwen2: Architecture {
  public let name = "qwen2"
  public let modelTypes = ["qwen2"]
  public let ggufArchitectures = ["qwen2"]
  public let paper = "arXiv 2407.10671, 2412.15115"
  public let reference = "qwen2/modeling_qwen2.py"
  public let models = "Qwen2, Qwen2.5, QwQ, DeepSeek-R1-Distill-Qwen"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let windows = try Self.windows(config, layers: sizes.layers)
    return try LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-6),
      activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes), hasAttentionBias: true,
      isTied: try config.bool("tie_word_embeddings", default: false)
    ).blueprint(name) { layer, index in layer.attention.shape.window = windows[index] }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "qwen2", checkpoint: checkpoint)
    return try LlamaLikeLayers(
      sizes: sizes, names: .gguf, epsilon: try gguf.float("qwen2.attention.layer_norm_rms_epsilon", default: 1e-6),
      rotary: try gguf.rotary(gguf: "qwen2", sizes, checkpoint: checkpoint), hasAttentionBias: checkpoint["blk.0.attn_q.bias"] != nil,
      isTied: checkpoint["output.weight"] == nil
    ).blueprint(name)
  }

  /// The window of each layer: with `use_sliding_window`, the layers from `max_window_layers` on have one.
  static func windows(_ config: ModelConfiguration, layers: Int) throws(ModelError) -> [Int?] {
    guard try config.bool("use_sliding_window", default: false) else { return Array(repeating: nil, count: layers) }
    let window = try config.window() ?? 4096
    let first = try config.size("max_window_layers", default: 28, minimum: 0)
    let sliding = try config.slidingLayers(layers) ?? (0..<layers).map { $0 >= first }
    return sliding.map { $0 ? window : nil }
  }
}

// Gemma 3: windows in five layers of six with angles of their own, queries and keys normalised head by head, no caps.

public import Checkpoints
internal import Tensors

/// The Gemma 3 family: text models, and the text part of those that see.
public struct Gemma3: Architecture {
  public let name = "gemma3"
  public let modelTypes = ["gemma3_text", "gemma3"]
  public let ggufArchitectures = ["gemma3"]
  public let paper = "arXiv 2503.19786"
  public let reference = "gemma3/modeling_gemma3.py"
  public let models = "Gemma 3 270M, 1B, 4B, 12B, 27B (text)"
  public let notes = [
    "Text only: of models that see, the language model is read.",
    "GGUF does not carry the scale of attention scores: as llama.cpp does, the model of 62 layers (27B) divides by √(hidden / heads), others by √(head width).",
  ]

  public init() {}

  public func blueprint(config whole: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    var config = whole
    var root = "model."
    if whole.has("text_config") {
      config = whole.part("text_config")
      root = ["model.language_model.", "language_model.model."].first { checkpoint[$0 + "norm.weight"] != nil } ?? "language_model.model."
    }
    try config.require("use_bidirectional_attention", false)
    let activation = try config.activation("hidden_activation", default: .geluTanh)
    var sizes = try ModelSizes(config)
    if !config.has("head_dim") { sizes.head = 256 }
    let global = try config.rotary(sizes, theta: 1_000_000, layerType: "full_attention")
    var layers = try GemmaLayers(config, root: root, activation: activation, rotary: global).layers
    layers.sizes = sizes
    var local = RotaryRule(theta: try config.float("rope_local_base_freq", default: 10_000), width: sizes.head)
    if config.has("rope_parameters.sliding_attention") {
      local.theta = try config.float("rope_parameters.sliding_attention.rope_theta", default: local.theta)
    }
    let interval = try config.size("sliding_window_pattern", default: 6)
    return try blueprint(
      layers, local: local, scale: try config.float("query_pre_attn_scalar", default: 256),
      softCap: try config.cap("attn_logit_softcapping"), finalCap: try config.cap("final_logit_softcapping"),
      window: try config.window() ?? 4096,
      sliding: try config.slidingLayers(sizes.layers) ?? (0..<sizes.layers).map { ($0 + 1) % interval != 0 })
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try GemmaLayers(gguf: gguf, "gemma3", checkpoint: checkpoint).layers
    let sizes = layers.sizes
    let window = try gguf.window("gemma3.attention.sliding_window")
    let local = RotaryRule(theta: try gguf.float("gemma3.rope.freq_base_swa", default: 10_000), width: sizes.head)
    let interval = try gguf.size("gemma3.attention.sliding_window_pattern", default: 6)
    // The file does not say the scale; as llama.cpp does, the model of 62 layers (27B) divides by hidden / heads.
    return try blueprint(
      layers, local: local, scale: Float(sizes.layers == 62 ? sizes.hidden / sizes.heads : sizes.head), softCap: nil,
      finalCap: try gguf.cap("gemma3.final_logit_softcapping"), window: window ?? sizes.context,
      sliding: (0..<sizes.layers).map { window != nil && ($0 + 1) % interval != 0 })
  }

  private func blueprint(
    _ layers: LlamaLikeLayers, local: RotaryRule, scale: Float, softCap: Float?, finalCap: Float?, window: Int, sliding: [Bool]
  ) throws(ModelError) -> DecoderBlueprint {
    var blueprint = try layers.gemmaBlueprint(name) { layer, index in
      layers.normalizeOutputs(&layer, index)
      Qwen3.normalizeHeads(&layer, index, layers)
      layer.attention.shape = layers.sizes.attention(
        scale: 1 / scale.squareRoot(), softCap: softCap, window: sliding[index] ? window : nil)
      if sliding[index] { layer.attention.rotary = local }
    }
    blueprint.unembedding.softCap = finalCap
    return blueprint
  }
}

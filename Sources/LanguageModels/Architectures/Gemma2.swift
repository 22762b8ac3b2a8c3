// Gemma 2: Gemma with capped scores and logits, a window in every other layer, and norms before and after each part.

public import Checkpoints
internal import Tensors

/// The Gemma 2 family.
public struct Gemma2: Architecture {
  public let name = "gemma2"
  public let modelTypes = ["gemma2"]
  public let ggufArchitectures = ["gemma2"]
  public let paper = "arXiv 2408.00118"
  public let reference = "gemma2/modeling_gemma2.py"
  public let models = "Gemma 2 2B, 9B, 27B"
  public let notes = [
    "GGUF does not carry the scale of attention scores: as llama.cpp does, the model of 46 layers (27B) divides by √(hidden / heads), others by √(head width)."
  ]

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try GemmaLayers(config, root: "model.", activation: try config.activation("hidden_activation", default: .geluTanh)).layers
    let count = layers.sizes.layers
    return try blueprint(
      layers, scale: try config.float("query_pre_attn_scalar", default: 256), softCap: try config.cap("attn_logit_softcapping", default: 50),
      finalCap: try config.cap("final_logit_softcapping", default: 30), window: try config.window() ?? 4096,
      sliding: try config.slidingLayers(count) ?? (0..<count).map { $0 % 2 == 0 })
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let layers = try GemmaLayers(gguf: gguf, "gemma2", checkpoint: checkpoint).layers
    let sizes = layers.sizes
    // The file does not say the scale; as llama.cpp does, the model of 46 layers (27B) divides by hidden / heads.
    return try blueprint(
      layers, scale: Float(sizes.layers == 46 ? sizes.hidden / sizes.heads : sizes.head),
      softCap: try gguf.cap("gemma2.attn_logit_softcapping", default: 50), finalCap: try gguf.cap("gemma2.final_logit_softcapping", default: 30),
      window: try gguf.window("gemma2.attention.sliding_window") ?? 4096, sliding: (0..<sizes.layers).map { $0 % 2 == 0 })
  }

  private func blueprint(
    _ layers: LlamaLikeLayers, scale: Float, softCap: Float?, finalCap: Float?, window: Int, sliding: [Bool]
  ) throws(ModelError) -> DecoderBlueprint {
    var blueprint = try layers.gemmaBlueprint(name) { layer, index in
      layers.normalizeOutputs(&layer, index)
      layer.attention.shape = layers.sizes.attention(
        scale: 1 / scale.squareRoot(), softCap: softCap, window: sliding[index] ? window : nil)
    }
    blueprint.unembedding.softCap = finalCap
    return blueprint
  }
}

extension ModelConfiguration {
  /// A soft cap; nil where the value is null or 0.
  func cap(_ key: String, default fallback: Float? = nil) throws(ModelError) -> Float? {
    if isNull(key) { return nil }
    guard has(key) else { return fallback }
    return try float(key, default: 1)
  }
}

// OLMo 2: norms after attention and feed-forward layer instead of before them, queries and keys normalised as whole rows.

public import Checkpoints
internal import Tensors

/// The OLMo 2 family.
public struct OLMo2: Architecture {
  public let name = "olmo2"
  public let modelTypes = ["olmo2"]
  public let ggufArchitectures = ["olmo2"]
  public let paper = "arXiv 2501.00656"
  public let reference = "olmo2/modeling_olmo2.py"
  public let models = "OLMo 2 1B to 32B"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let hasBias = try config.bool("attention_bias", default: false)
    return try blueprint(
      LlamaLikeLayers(
        sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-5),
        activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes, theta: 500_000),
        hasAttentionBias: hasBias, hasOutputBias: hasBias, isTied: try config.bool("tie_word_embeddings", default: false)))
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    if gguf.has("olmo2.attention.sliding_window") {
      throw .unsupported(gguf.place, "olmo2.attention.sliding_window", "this is OLMo 3; OLMo 2 has no window")
    }
    let sizes = try ModelSizes(gguf: gguf, "olmo2", checkpoint: checkpoint)
    return try blueprint(
      LlamaLikeLayers(
        sizes: sizes, names: .gguf, epsilon: try gguf.float("olmo2.attention.layer_norm_rms_epsilon", default: 1e-6),
        rotary: try gguf.rotary(gguf: "olmo2", sizes, checkpoint: checkpoint), isTied: checkpoint["output.weight"] == nil))
  }

  private func blueprint(_ layers: LlamaLikeLayers) throws(ModelError) -> DecoderBlueprint {
    let (names, sizes) = (layers.names, layers.sizes)
    let weights = WeightNaming(names: names)
    return try layers.blueprint(name) { layer, index in
      func norm(_ part: String, _ width: Int) -> NormBlueprint {
        weights.norm(names.layer(index, part), width, .rootMeanSquare, epsilon: layers.epsilon)
      }
      layer.attentionNorm = nil
      layer.feedForwardNorm = nil
      layer.attention.queryNorm = norm(names.queryNorm, sizes.queryWidth)
      layer.attention.keyNorm = norm(names.keyNorm, sizes.keyWidth)
      layer.attentionOutputNorm = norm(names.attentionOutputNorm, sizes.hidden)
      layer.feedForwardOutputNorm = norm(names.feedForwardOutputNorm, sizes.hidden)
    }
  }
}

// Llama 1, 2 and 3, and models of the same wiring such as Vicuna and SmolLM2.
//
//   x = embedding[token]                                     [tokens, hidden]
//   layer: h = rmsNorm(x); q, k, v = h Wq, h Wk, h Wv        [tokens, heads · width], [tokens, kvHeads · width] twice
//          x += attention(rotate(q), rotate(k), v) Wo
//          h = rmsNorm(x); x += (silu(h Wgate) ⊙ h Wup) Wdown
//   logits = rmsNorm(x) Wunembedding

public import Checkpoints
internal import Tensors

/// The Llama family; its GGUF files hold Mistral and Mixtral as well.
public struct Llama: Architecture {
  public let name = "llama"
  public let modelTypes = ["llama"]
  public let ggufArchitectures = ["llama"]
  public let paper = "arXiv 2302.13971, 2307.09288, 2407.21783"
  public let reference = "llama/modeling_llama.py"
  public let models = "Llama 1, 2, 3, 3.1, 3.2, Vicuna 1.3 and 1.5, TinyLlama, SmolLM, SmolLM2"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let hasBias = try config.bool("attention_bias", default: false)
    return try LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-6),
      activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes), hasAttentionBias: hasBias,
      hasOutputBias: hasBias, hasFeedForwardBias: try config.bool("mlp_bias", default: false),
      isTied: try config.bool("tie_word_embeddings", default: false)
    ).blueprint(name)
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "llama", checkpoint: checkpoint)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: .gguf, epsilon: try gguf.float("llama.attention.layer_norm_rms_epsilon", default: 1e-5),
      rotary: try gguf.rotary(gguf: "llama", sizes, checkpoint: checkpoint), rotatedRows: .interleavedHalves(headWidth: sizes.head),
      hasAttentionBias: checkpoint["blk.0.attn_q.bias"] != nil, hasOutputBias: checkpoint["blk.0.attn_output.bias"] != nil,
      hasFeedForwardBias: checkpoint["blk.0.ffn_up.bias"] != nil, isTied: checkpoint["output.weight"] == nil)
    let experts = try gguf.size("llama.expert_count", default: 0, minimum: 0)
    if experts == 0 { return try layers.blueprint(name) }
    let chosen = try gguf.size("llama.expert_used_count")
    return try layers.blueprint("mixtral") { (layer, index) throws(ModelError) in
      layer.feedForward = .mixture(
        try Experts(count: experts, chosen: chosen, width: sizes.feedForward, hidden: sizes.hidden)
          .gguf(layer: index, sharesSumToOne: true, checkpoint: checkpoint, place: gguf.place))
    }
  }
}

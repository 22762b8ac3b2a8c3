// Llama 1, 2 and 3 (arXiv 2302.13971, 2307.09288, 2407.21783), and models of the same wiring such as SmolLM2.
//
// Reference: transformers `models/llama/modeling_llama.py`; tensor names of GGUF: llama.cpp `gguf-py/gguf/constants.py`.
//
//   x = embedding[token]                                     [tokens, hidden]
//   layer: h = rmsNorm(x); q, k, v = h Wq, h Wk, h Wv        [tokens, heads · width], [tokens, kvHeads · width] twice
//          x += attention(rotate(q), rotate(k), v) Wo
//          h = rmsNorm(x); x += (silu(h Wgate) ⊙ h Wup) Wdown
//   logits = rmsNorm(x) Wunembedding

public import Checkpoints
internal import Tensors

/// The Llama family.
public struct Llama: Architecture {
  public let name = "llama"
  public let modelTypes = ["llama"]
  public let ggufArchitectures = ["llama"]

  public init() {}

  public func blueprint(config: ModelConfiguration) throws(ModelError) -> DecoderBlueprint {
    for key in ["attention_bias", "mlp_bias"] where try config.bool(key, default: false) {
      throw .unsupported(config.place, "\(key): true", "Llama checkpoints with biases are not supported by this version")
    }
    let activation = config.optionalString("hidden_act") ?? "silu"
    guard activation == "silu" || activation == "swish" else {
      throw .unsupported(config.place, "hidden_act: \(activation)", "Llama's activation is silu")
    }
    let hidden = try config.size("hidden_size")
    let heads = try config.size("num_attention_heads")
    let width = try config.size("head_dim", default: hidden / max(1, heads))
    let sizes = Sizes(
      vocabulary: try config.size("vocab_size"), hidden: hidden, feedForward: try config.size("intermediate_size"),
      layers: try config.size("num_hidden_layers", limit: 4096), heads: heads,
      keyValueHeads: try config.size("num_key_value_heads", default: heads), width: width,
      context: try config.size("max_position_embeddings", default: 2048))
    let rotary = RotaryRule(theta: try theta(config), width: width, scaling: try scaling(config))
    let names = Names(
      embedding: "model.embed_tokens.weight", finalNorm: "model.norm.weight", unembedding: "lm_head.weight", layer: "model.layers.",
      attentionNorm: ".input_layernorm.weight", query: ".self_attn.q_proj.weight", key: ".self_attn.k_proj.weight",
      value: ".self_attn.v_proj.weight", output: ".self_attn.o_proj.weight", feedForwardNorm: ".post_attention_layernorm.weight",
      gate: ".mlp.gate_proj.weight", up: ".mlp.up_proj.weight", down: ".mlp.down_proj.weight")
    return try blueprint(
      sizes, names, place: config.place, epsilon: try config.float("rms_norm_eps", default: 1e-6), rotary: rotary,
      isTied: try config.bool("tie_word_embeddings", default: false), rowOrder: .asWritten)
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let hidden = try gguf.size("llama.embedding_length")
    let heads = try gguf.size("llama.attention.head_count")
    let width = try gguf.size("llama.attention.key_length", default: hidden / max(1, heads))
    guard let embedding = checkpoint["token_embd.weight"], let vocabulary = embedding.shape.first else {
      throw .missingTensor(gguf.place, "token_embd.weight")
    }
    if gguf.has("llama.expert_count"), try gguf.size("llama.expert_count", minimum: 0) > 0 {
      throw .unsupported(gguf.place, "llama.expert_count", "mixtures of experts are not supported by this version")
    }
    let sizes = Sizes(
      vocabulary: vocabulary, hidden: hidden, feedForward: try gguf.size("llama.feed_forward_length"),
      layers: try gguf.size("llama.block_count", limit: 4096), heads: heads,
      keyValueHeads: try gguf.size("llama.attention.head_count_kv", default: heads), width: width,
      context: try gguf.size("llama.context_length", default: 2048))
    let rotaryWidth = try gguf.size("llama.rope.dimension_count", default: width)
    let rotary = RotaryRule(
      theta: try gguf.float("llama.rope.freq_base", default: 10_000), width: rotaryWidth,
      scaling: try scaling(gguf: gguf, checkpoint, rotaryWidth: rotaryWidth))
    let names = Names(
      embedding: "token_embd.weight", finalNorm: "output_norm.weight", unembedding: "output.weight", layer: "blk.",
      attentionNorm: ".attn_norm.weight", query: ".attn_q.weight", key: ".attn_k.weight", value: ".attn_v.weight",
      output: ".attn_output.weight", feedForwardNorm: ".ffn_norm.weight", gate: ".ffn_gate.weight", up: ".ffn_up.weight",
      down: ".ffn_down.weight")
    return try blueprint(
      sizes, names, place: gguf.place, epsilon: try gguf.float("llama.attention.layer_norm_rms_epsilon", default: 1e-5), rotary: rotary,
      isTied: checkpoint["output.weight"] == nil, rowOrder: .interleavedHalves(headWidth: width))
  }

  private struct Sizes {
    var vocabulary, hidden, feedForward, layers, heads, keyValueHeads, width, context: Int
  }

  private struct Names {
    var embedding, finalNorm, unembedding, layer, attentionNorm, query, key, value, output, feedForwardNorm, gate, up, down: String
  }

  private func blueprint(
    _ sizes: Sizes, _ names: Names, place: String, epsilon: Float, rotary: RotaryRule, isTied: Bool, rowOrder: TensorReference.RowOrder
  ) throws(ModelError) -> DecoderBlueprint {
    guard sizes.heads % sizes.keyValueHeads == 0 else {
      throw .inconsistent(place, "\(sizes.heads) heads can't share \(sizes.keyValueHeads) key/value heads evenly")
    }
    guard rotary.width % 2 == 0, rotary.width <= sizes.width else {
      throw .inconsistent(place, "\(rotary.width) values of a head are rotated, but a head has \(sizes.width)")
    }
    let queries = sizes.heads * sizes.width
    let keys = sizes.keyValueHeads * sizes.width
    let hidden = sizes.hidden
    let embedding = TensorReference(names.embedding, [sizes.vocabulary, hidden])
    return DecoderBlueprint(
      architecture: name, vocabularySize: sizes.vocabulary, hiddenWidth: hidden, feedForwardWidth: sizes.feedForward,
      contextLength: sizes.context,
      attention: AttentionShape(
        heads: sizes.heads, keyValueHeads: sizes.keyValueHeads, headWidth: sizes.width, scale: 1 / Float(sizes.width).squareRoot()),
      normEpsilon: epsilon, rotary: rotary, embedding: embedding, finalNorm: TensorReference(names.finalNorm, [hidden]),
      unembedding: isTied ? embedding : TensorReference(names.unembedding, [sizes.vocabulary, hidden]),
      layers: (0..<sizes.layers).map { index in
        let prefix = names.layer + String(index)
        return LayerBlueprint(
          attentionNorm: TensorReference(prefix + names.attentionNorm, [hidden]),
          query: TensorReference(prefix + names.query, [queries, hidden], rowOrder: rowOrder),
          key: TensorReference(prefix + names.key, [keys, hidden], rowOrder: rowOrder),
          value: TensorReference(prefix + names.value, [keys, hidden]),
          attentionOutput: TensorReference(prefix + names.output, [hidden, queries]),
          feedForwardNorm: TensorReference(prefix + names.feedForwardNorm, [hidden]),
          gate: TensorReference(prefix + names.gate, [sizes.feedForward, hidden]),
          up: TensorReference(prefix + names.up, [sizes.feedForward, hidden]),
          down: TensorReference(prefix + names.down, [hidden, sizes.feedForward]))
      })
  }

  /// `rope_theta` at the top (transformers 4) or inside `rope_parameters` (transformers 5).
  private func theta(_ config: ModelConfiguration) throws(ModelError) -> Float {
    if config.has("rope_theta") { return try config.float("rope_theta", default: 10_000) }
    return try config.float("rope_parameters.rope_theta", default: 10_000)
  }

  private func scaling(_ config: ModelConfiguration) throws(ModelError) -> RotaryRule.Scaling {
    let group = config.has("rope_scaling") ? "rope_scaling" : "rope_parameters"
    guard config.has(group) else { return .none }
    let kind = config.optionalString("\(group).rope_type") ?? config.optionalString("\(group).type") ?? "default"
    switch kind {
    case "default": return .none
    case "linear": return .linear(factor: try config.positiveFloat("\(group).factor"))
    case "llama3":
      let low = try config.positiveFloat("\(group).low_freq_factor")
      let high = try config.positiveFloat("\(group).high_freq_factor")
      guard high > low else { throw .inconsistent(config.place, "\(group): high_freq_factor must be larger than low_freq_factor") }
      return .llama3(
        factor: try config.positiveFloat("\(group).factor"), lowFrequencyFactor: low, highFrequencyFactor: high,
        originalContext: try config.positiveFloat("\(group).original_max_position_embeddings"))
    default:
      throw .unsupported(config.place, "\(group): \(kind)", "rotary scaling rules known here: default, linear, llama3")
    }
  }

  private func scaling(gguf: ModelConfiguration, _ checkpoint: Checkpoint, rotaryWidth: Int) throws(ModelError) -> RotaryRule.Scaling {
    if checkpoint["rope_freqs.weight"] != nil { return .divisors(TensorReference("rope_freqs.weight", [rotaryWidth / 2])) }
    switch gguf.optionalString("llama.rope.scaling.type") ?? "none" {
    case "none": return .none
    case "linear": return .linear(factor: try gguf.positiveFloat("llama.rope.scaling.factor"))
    case let kind:
      throw .unsupported(gguf.place, "llama.rope.scaling.type: \(kind)", "rotary scaling rules known here: none, linear, rope_freqs")
    }
  }
}

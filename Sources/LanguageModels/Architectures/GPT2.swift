// GPT-2: learned positions, layer norms with biases, weights stored as [inputs, outputs].

public import Checkpoints
internal import Tensors

/// The GPT-2 family.
public struct GPT2: Architecture {
  public let name = "gpt2"
  public let modelTypes = ["gpt2"]
  public let ggufArchitectures = ["gpt2"]
  public let paper = "Radford et al. 2019, Language Models are Unsupervised Multitask Learners"
  public let reference = "gpt2/modeling_gpt2.py"
  public let models = "GPT-2 117M to 1.5B, DistilGPT-2"
  public let notes = [
    "Cross-attention and unscaled attention weights are refused."
  ]
  public let moduleRoot = "transformer."

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    try config.require("scale_attn_weights", true)
    try config.require("add_cross_attention", false)
    let hidden = try config.size("n_embd", default: 768)
    let sizes = try ModelSizes(
      vocabulary: try config.size("vocab_size", default: 50257), hidden: hidden, feedForward: try config.size("n_inner", default: 4 * hidden),
      layers: try config.layers("n_layer", default: 12), heads: try config.size("n_head", default: 12),
      context: try config.size("n_positions", default: 1024), place: config.place)
    let root = checkpoint["wte.weight"] == nil ? "transformer." : ""  // the first uploads have no prefix
    var parts = Parts(
      sizes: sizes, embedding: root + "wte", positions: root + "wpe", finalNorm: root + "ln_f", layers: root + "h.", attentionNorm: "ln_1",
      fused: "attn.c_attn", output: "attn.c_proj", feedForwardNorm: "ln_2", up: "mlp.c_fc", down: "mlp.c_proj",
      epsilon: try config.float("layer_norm_epsilon", default: 1e-5),
      activation: try config.activation("activation_function", default: .geluTanh), isTransposed: true)
    parts.dividesByLayer = try config.bool("scale_attn_by_inverse_layer_idx", default: false)
    if try !config.bool("tie_word_embeddings", default: true) { parts.unembedding = "lm_head" }
    return parts.blueprint(name)
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "gpt2", checkpoint: checkpoint)
    var parts = Parts(
      sizes: sizes, embedding: "token_embd", positions: "position_embd", finalNorm: "output_norm", layers: "blk.", attentionNorm: "attn_norm",
      fused: "attn_qkv", output: "attn_output", feedForwardNorm: "ffn_norm", up: "ffn_up", down: "ffn_down",
      epsilon: try gguf.float("gpt2.attention.layer_norm_epsilon", default: 1e-5), activation: .geluTanh, isTransposed: false)
    if checkpoint["output.weight"] != nil { parts.unembedding = "output" }
    return parts.blueprint(name)
  }

  /// Names and sizes in either container.
  private struct Parts {
    var sizes: ModelSizes
    var embedding, positions, finalNorm, layers, attentionNorm, fused, output, feedForwardNorm, up, down: String
    var epsilon: Float
    var activation: Activation
    var isTransposed: Bool
    var dividesByLayer = false
    var unembedding: String?

    func blueprint(_ name: String) -> DecoderBlueprint {
      let hidden = sizes.hidden
      let tokens = TensorReference(embedding + ".weight", [sizes.vocabulary, hidden])
      var embedding = EmbeddingBlueprint(tokens)
      embedding.positions = TensorReference(positions + ".weight", [sizes.context, hidden])
      return DecoderBlueprint(
        architecture: name, contextLength: sizes.context, embedding: embedding, layers: (0..<sizes.layers).map(layer),
        unembedding: UnembeddingBlueprint(
          norm: norm(finalNorm),
          vocabulary: LinearBlueprint(unembedding.map { TensorReference($0 + ".weight", [sizes.vocabulary, hidden]) } ?? tokens)))
    }

    private func layer(_ index: Int) -> LayerBlueprint {
      let prefix = layers + String(index) + "."
      func linear(_ part: String, _ outputs: Int, _ inputs: Int) -> LinearBlueprint {
        LinearBlueprint(
          TensorReference(prefix + part + ".weight", isTransposed ? [inputs, outputs] : [outputs, inputs], isTransposed: isTransposed),
          bias: TensorReference(prefix + part + ".bias", [outputs]))
      }
      let all = linear(fused, 3 * sizes.hidden, sizes.hidden)
      var attention = AttentionBlueprint(
        shape: sizes.attention(), query: all, key: all, value: all, output: linear(output, sizes.hidden, sizes.hidden))
      attention.fuse(all.weight, bias: all.bias)
      if dividesByLayer { attention.shape.scale /= Float(index + 1) }
      return LayerBlueprint(
        attentionNorm: norm(prefix + attentionNorm), attention: attention, feedForwardNorm: norm(prefix + feedForwardNorm),
        feedForward: .dense(
          DenseBlueprint(
            up: linear(up, sizes.feedForward, sizes.hidden), down: linear(down, sizes.hidden, sizes.feedForward), activation: activation)))
    }

    private func norm(_ name: String) -> NormBlueprint {
      NormBlueprint(
        .layer, TensorReference(name + ".weight", [sizes.hidden]), bias: TensorReference(name + ".bias", [sizes.hidden]), epsilon: epsilon)
    }
  }
}

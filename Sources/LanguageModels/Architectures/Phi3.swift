// Phi-3 and Phi-4: Llama with queries, keys and values in one tensor, gate and up in another, and long contexts by LongRoPE.

public import Checkpoints
internal import Tensors

/// The Phi-3 family.
public struct Phi3: Architecture {
  public let name = "phi3"
  public let modelTypes = ["phi3"]
  public let ggufArchitectures = ["phi3"]
  public let paper = "arXiv 2404.14219, 2412.08905"
  public let reference = "phi3/modeling_phi3.py"
  public let models = "Phi-3 mini, small context and 128k, Phi-3.5 mini, Phi-4, Phi-4 mini"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let window = try config.window()
    return try blueprint(
      LlamaLikeLayers(
        sizes: sizes, names: .huggingFace(), epsilon: try config.float("rms_norm_eps", default: 1e-5),
        activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes),
        isTied: try config.bool("tie_word_embeddings", default: false)), fused: "self_attn.qkv_proj", inner: "mlp.gate_up_proj", window: window)
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "phi3", checkpoint: checkpoint)
    return try blueprint(
      LlamaLikeLayers(
        sizes: sizes, names: .gguf, epsilon: try gguf.float("phi3.attention.layer_norm_rms_epsilon", default: 1e-5),
        rotary: try gguf.rotary(gguf: "phi3", sizes, checkpoint: checkpoint), isTied: checkpoint["output.weight"] == nil), fused: "attn_qkv",
      inner: "ffn_up", window: try gguf.window("phi3.attention.sliding_window"))
  }

  private func blueprint(_ layers: LlamaLikeLayers, fused: String, inner: String, window: Int?) throws(ModelError) -> DecoderBlueprint {
    let sizes = layers.sizes
    return try layers.blueprint(name) { layer, index in
      layer.attention.shape.window = window
      layer.attention.fuse(TensorReference(layers.names.layer(index, fused) + ".weight", [sizes.queryWidth + 2 * sizes.keyWidth, sizes.hidden]))
      guard case .dense(var dense) = layer.feedForward else { return }
      let both = TensorReference(layers.names.layer(index, inner) + ".weight", [2 * sizes.feedForward, sizes.hidden])
      dense.gate = LinearBlueprint(both.with(.range(0..<sizes.feedForward)))
      dense.up = LinearBlueprint(both.with(.range(sizes.feedForward..<2 * sizes.feedForward)))
      layer.feedForward = .dense(dense)
    }
  }
}

extension AttentionBlueprint {
  /// Takes queries, keys and values, one behind the other, from one tensor `[queries + 2 · keys, hidden]` and its bias.
  mutating func fuse(_ weight: TensorReference, bias: TensorReference? = nil) {
    let (queries, keys) = (shape.queryWidth, shape.keyWidth)
    func part(_ rows: Range<Int>) -> LinearBlueprint { LinearBlueprint(weight.with(.range(rows)), bias: bias?.with(.range(rows))) }
    query = part(0..<queries)
    key = part(queries..<queries + keys)
    value = part(queries + keys..<queries + 2 * keys)
  }
}

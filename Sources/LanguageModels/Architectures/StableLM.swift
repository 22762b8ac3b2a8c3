// StableLM 2 and 3B: Llama with layer norms, a quarter of each head rotated, and variants with biases, normalised heads or a parallel block.

public import Checkpoints
internal import Tensors

/// The StableLM family.
public struct StableLM: Architecture {
  public let name = "stablelm"
  public let modelTypes = ["stablelm"]
  public let ggufArchitectures = ["stablelm"]
  public let paper = "arXiv 2402.17834"
  public let reference = "stablelm/modeling_stablelm.py"
  public let models = "StableLM 3B 4E1T, StableLM Zephyr 3B, StableLM 2 1.6B and 12B"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: .huggingFace(), norm: .layer, epsilon: try config.float("layer_norm_eps", default: 1e-5),
      activation: try config.activation("hidden_act", default: .silu), rotary: try config.rotary(sizes, fraction: 0.25),
      hasAttentionBias: try config.bool("use_qkv_bias", default: false), isTied: try config.bool("tie_word_embeddings", default: false))
    let normalizesHeads = try config.bool("qk_layernorm", default: false)
    let isParallel = try config.bool("use_parallel_residual", default: false)
    return try layers.blueprint(name) { (layer, index) throws(ModelError) in
      if isParallel { layer.makeParallel() }
      if !normalizesHeads { return }
      func norm(_ part: String, heads: Int) throws(ModelError) -> NormBlueprint {
        let prefix = "model.layers.\(index).self_attn.\(part).norms."
        do { _ = try checkpoint.tensor("\(prefix)\(heads - 1).weight", shape: [sizes.head]) } catch { throw .checkpoint(error) }
        let weights = (0..<heads).map { head in
          TensorReference("\(prefix)\(head).weight", [sizes.head])
        }
        return NormBlueprint(.layer, weights[0], epsilon: layers.epsilon, scope: .separateHeads(weights))
      }
      layer.attention.queryNorm = try norm("q_layernorm", heads: sizes.heads)
      layer.attention.keyNorm = try norm("k_layernorm", heads: sizes.keyValueHeads)
    }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "stablelm", checkpoint: checkpoint)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: .gguf, norm: .layer, epsilon: try gguf.float("stablelm.attention.layer_norm_epsilon", default: 1e-5),
      rotary: try gguf.rotary(gguf: "stablelm", sizes, checkpoint: checkpoint), hasAttentionBias: checkpoint["blk.0.attn_q.bias"] != nil,
      isTied: checkpoint["output.weight"] == nil)
    let isParallel = checkpoint["blk.0.ffn_norm.weight"] == nil
    return try layers.blueprint(name) { (layer, index) throws(ModelError) in
      if isParallel { layer.makeParallel() }
      if checkpoint["blk.\(index).attn_q_norm.weight"] == nil { return }
      func norm(_ part: String, heads: Int) throws(ModelError) -> NormBlueprint {
        let all = TensorReference(layers.names.layer(index, part) + ".weight", [heads, sizes.head])
        do { _ = try checkpoint.tensor(all.name, shape: all.shape) } catch { throw .checkpoint(error) }
        let rows = (0..<heads).map { head in all.with(.range(head..<head + 1)) }
        return NormBlueprint(.layer, rows[0], epsilon: layers.epsilon, scope: .separateHeads(rows))
      }
      layer.attention.queryNorm = try norm("attn_q_norm", heads: sizes.heads)
      layer.attention.keyNorm = try norm("attn_k_norm", heads: sizes.keyValueHeads)
    }
  }
}

extension LayerBlueprint {
  /// Attention and feed-forward layer work on the same normalised input.
  mutating func makeParallel() {
    wiring = .parallel
    feedForwardNorm = nil
  }
}

// Phi-1, 1.5 and 2: a parallel block behind one layer norm, part of each head rotated, biases everywhere, on the logits too.

public import Checkpoints
internal import Tensors

/// The first Phi family.
public struct Phi: Architecture {
  public let name = "phi"
  public let modelTypes = ["phi"]
  public let ggufArchitectures = ["phi2"]
  public let paper = "arXiv 2306.11644, 2309.05463"
  public let reference = "phi/modeling_phi.py"
  public let models = "Phi-1, Phi-1.5, Phi-2"

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    var names = TensorNames.huggingFace()
    names.finalNorm = "model.final_layernorm"
    names.attentionOutput = "self_attn.dense"
    names.up = "mlp.fc1"
    names.down = "mlp.fc2"
    let layers = LlamaLikeLayers(
      sizes: sizes, names: names, norm: .layer, epsilon: try config.float("layer_norm_eps", default: 1e-5),
      activation: try config.activation("hidden_act", default: .geluTanh), rotary: try config.rotary(sizes, fraction: 0.5),
      hasAttentionBias: true, hasOutputBias: true, hasFeedForwardBias: true, isTied: try config.bool("tie_word_embeddings", default: false))
    let normalizesHeads = try config.bool("qk_layernorm", default: false)
    var blueprint = try layers.blueprint(name) { layer, index in
      layer.makeParallel()
      layer.dropGate()
      if !normalizesHeads { return }
      let weights = WeightNaming(names: names)
      func norm(_ part: String) -> NormBlueprint {
        weights.norm(names.layer(index, part), sizes.head, .layer, epsilon: layers.epsilon, scope: .head)
      }
      layer.attention.queryNorm = norm("self_attn.q_layernorm")
      layer.attention.keyNorm = norm("self_attn.k_layernorm")
    }
    blueprint.unembedding.vocabulary.bias = TensorReference("lm_head.bias", [sizes.vocabulary])
    return blueprint
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "phi2", checkpoint: checkpoint)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: .gguf, norm: .layer, epsilon: try gguf.float("phi2.attention.layer_norm_epsilon", default: 1e-5),
      activation: .geluTanh, rotary: try gguf.rotary(gguf: "phi2", sizes, checkpoint: checkpoint), hasAttentionBias: true, hasOutputBias: true,
      hasFeedForwardBias: true, isTied: checkpoint["output.weight"] == nil)
    var blueprint = try layers.blueprint(name) { layer, index in
      layer.makeParallel()
      layer.dropGate()
      let fused = layers.names.layer(index, "attn_qkv")
      if checkpoint[fused + ".weight"] == nil { return }
      let rows = sizes.queryWidth + 2 * sizes.keyWidth
      layer.attention.fuse(TensorReference(fused + ".weight", [rows, sizes.hidden]), bias: TensorReference(fused + ".bias", [rows]))
    }
    if checkpoint["output.bias"] != nil { blueprint.unembedding.vocabulary.bias = TensorReference("output.bias", [sizes.vocabulary]) }
    return blueprint
  }
}

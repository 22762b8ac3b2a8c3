// GPT-NeoX and Pythia: a parallel block with a norm for each part, a quarter of each head rotated, queries, keys and values head by head.

public import Checkpoints
internal import Tensors

/// The GPT-NeoX family.
public struct GPTNeoX: Architecture {
  public let name = "gpt_neox"
  public let modelTypes = ["gpt_neox"]
  public let ggufArchitectures = ["gptneox"]
  public let paper = "arXiv 2204.06745, 2304.01373"
  public let reference = "gpt_neox/modeling_gpt_neox.py"
  public let models = "GPT-NeoX 20B, Pythia, Dolly 2, RedPajama INCITE"
  public let moduleRoot = "gpt_neox."

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(config)
    let root = "gpt_neox."
    var names = TensorNames.huggingFace(root: root)
    names.embedding = root + "embed_in"
    names.finalNorm = root + "final_layer_norm"
    names.unembedding = "embed_out"
    names.attentionOutput = "attention.dense"
    names.up = "mlp.dense_h_to_4h"
    names.down = "mlp.dense_4h_to_h"
    let layers = LlamaLikeLayers(
      sizes: sizes, names: names, norm: .layer, epsilon: try config.float("layer_norm_eps", default: 1e-5),
      activation: try config.activation("hidden_act", default: .gelu), rotary: try config.rotary(sizes, fraction: 0.25),
      hasOutputBias: try config.bool("attention_bias", default: true), hasFeedForwardBias: true,
      isTied: try config.bool("tie_word_embeddings", default: false))
    let isParallel = try config.bool("use_parallel_residual", default: true)
    // The fused rows are heads, each with its query, its key and its value.
    let head = sizes.head
    func part(_ fused: TensorReference, _ place: Int) -> TensorReference {
      fused.with(.blocks(first: place * head, length: head, stride: 3 * head, count: sizes.heads))
    }
    return try layers.blueprint(name) { layer, index in
      let fused = names.layer(index, "attention.query_key_value")
      let weight = TensorReference(fused + ".weight", [3 * sizes.hidden, sizes.hidden])
      let bias = layers.hasOutputBias ? TensorReference(fused + ".bias", [3 * sizes.hidden]) : nil
      func linear(_ place: Int) -> LinearBlueprint { LinearBlueprint(part(weight, place), bias: bias.map { part($0, place) }) }
      layer.attention.query = linear(0)
      layer.attention.key = linear(1)
      layer.attention.value = linear(2)
      layer.dropGate()
      layer.wiring = isParallel ? .parallel : .sequential
    }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "gptneox", checkpoint: checkpoint)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: .gguf, norm: .layer, epsilon: try gguf.float("gptneox.attention.layer_norm_epsilon", default: 1e-5),
      activation: .gelu, rotary: try gguf.rotary(gguf: "gptneox", sizes, checkpoint: checkpoint),
      hasOutputBias: checkpoint["blk.0.attn_output.bias"] != nil, hasFeedForwardBias: true, isTied: checkpoint["output.weight"] == nil)
    let isParallel = try gguf.bool("gptneox.use_parallel_residual", default: true)
    return try layers.blueprint(name) { layer, index in
      let fused = layers.names.layer(index, "attn_qkv")
      layer.attention.fuse(
        TensorReference(fused + ".weight", [3 * sizes.hidden, sizes.hidden]),
        bias: checkpoint[fused + ".bias"] == nil ? nil : TensorReference(fused + ".bias", [3 * sizes.hidden]))
      layer.dropGate()
      layer.wiring = isParallel ? .parallel : .sequential
    }
  }
}

extension LayerBlueprint {
  /// The activation stands alone between two products.
  mutating func dropGate() {
    guard case .dense(var dense) = feedForward else { return }
    dense.gate = nil
    feedForward = .dense(dense)
  }
}

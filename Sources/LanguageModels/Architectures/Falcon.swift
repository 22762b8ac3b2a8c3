// Falcon: a parallel block, one key and value head (7B) or one for each group of queries (40B), all in one tensor.

public import Checkpoints
internal import Tensors

/// The Falcon family with rotary positions.
public struct Falcon: Architecture {
  public let name = "falcon"
  public let modelTypes = ["falcon", "RefinedWebModel", "RefinedWeb"]
  public let ggufArchitectures = ["falcon"]
  public let paper = "arXiv 2311.16867"
  public let reference = "falcon/modeling_falcon.py"
  public let models = "Falcon 7B, 40B"
  public let notes = [
    "Falcon RW with `alibi: true` is refused."
  ]
  public let moduleRoot = "transformer."

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    if try config.bool("alibi", default: false) {
      throw .unsupported(config.place, "alibi: true", "Falcon models are known here with rotary positions (Falcon 7B and 40B)")
    }
    let isGrouped = try config.bool("new_decoder_architecture", default: config.optionalString("model_type") == "RefinedWeb")
    let hidden = try config.size("hidden_size")
    let heads = try config.size("num_attention_heads", default: try config.size("n_head", default: 71))
    let isMultiQuery = try config.bool("multi_query", default: true)
    let keyHeads =
      isGrouped ? try config.size("num_kv_heads", default: try config.size("n_head_kv", default: heads)) : isMultiQuery ? 1 : heads
    let sizes = try ModelSizes(
      vocabulary: try config.size("vocab_size"), hidden: hidden, feedForward: try config.size("ffn_hidden_size", default: 4 * hidden),
      layers: try config.layers("num_hidden_layers", default: try config.size("n_layer", default: 32, limit: 4096)), heads: heads,
      keyValueHeads: keyHeads, context: try config.size("max_position_embeddings", default: 2048), place: config.place)
    let root = "transformer."
    var names = TensorNames.huggingFace(root: root)
    names.embedding = root + "word_embeddings"
    names.finalNorm = root + "ln_f"
    names.layers = root + "h."
    names.attentionOutput = "self_attention.dense"
    names.up = "mlp.dense_h_to_4h"
    names.down = "mlp.dense_4h_to_h"
    let isParallel = try config.bool("parallel_attn", default: true)
    let norms = try config.size("num_ln_in_parallel_attn", default: isGrouped ? 2 : 1)
    let hasTwoNorms = isParallel && isGrouped && norms == 2
    if hasTwoNorms { (names.attentionNorm, names.feedForwardNorm) = ("ln_attn", "ln_mlp") }
    let hasBias = try config.bool("bias", default: false)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: names, norm: .layer, epsilon: try config.float("layer_norm_epsilon", default: 1e-5),
      activation: try config.activation("activation", default: .gelu), rotary: try config.rotary(sizes), hasOutputBias: hasBias,
      hasFeedForwardBias: hasBias, isTied: try config.bool("tie_word_embeddings", default: true))
    return try layers.blueprint(name) { layer, index in
      let fused = names.layer(index, "self_attention.query_key_value")
      let rows = sizes.queryWidth + 2 * sizes.keyWidth
      let weight = TensorReference(fused + ".weight", [rows, hidden])
      let bias = hasBias ? TensorReference(fused + ".bias", [rows]) : nil
      if isGrouped || !isMultiQuery {
        // Each group's queries, then its key and its value.
        let (head, group) = (sizes.head, sizes.heads / sizes.keyValueHeads)
        func part(_ first: Int, _ heads: Int) -> LinearBlueprint {
          let blocks = TensorReference.Rows.blocks(
            first: first * head, length: heads * head, stride: (group + 2) * head, count: sizes.keyValueHeads)
          return LinearBlueprint(weight.with(blocks), bias: bias?.with(blocks))
        }
        layer.attention.query = part(0, group)
        layer.attention.key = part(group, 1)
        layer.attention.value = part(group + 1, 1)
      } else {
        layer.attention.fuse(weight, bias: bias)
      }
      layer.dropGate()
      if isParallel { layer.wiring = .parallel }
      if isParallel && !hasTwoNorms { layer.feedForwardNorm = nil }
    }
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    let sizes = try ModelSizes(gguf: gguf, "falcon", checkpoint: checkpoint)
    let layers = LlamaLikeLayers(
      sizes: sizes, names: .gguf, norm: .layer, epsilon: try gguf.float("falcon.attention.layer_norm_epsilon", default: 1e-5),
      activation: .gelu, rotary: try gguf.rotary(gguf: "falcon", sizes, checkpoint: checkpoint), isTied: checkpoint["output.weight"] == nil)
    let weights = WeightNaming(names: .gguf)
    return try layers.blueprint(name) { layer, index in
      let rows = sizes.queryWidth + 2 * sizes.keyWidth
      layer.attention.fuse(TensorReference(layers.names.layer(index, "attn_qkv") + ".weight", [rows, sizes.hidden]))
      layer.dropGate()
      layer.makeParallel()
      let second = layers.names.layer(index, "attn_norm_2")
      if checkpoint[second + ".weight"] == nil { return }
      // llama.cpp: where there are two norms, `attn_norm` is the feed-forward layer's and `attn_norm_2` attention's.
      layer.feedForwardNorm = layer.attentionNorm
      layer.attentionNorm = weights.norm(second, sizes.hidden, .layer, epsilon: layers.epsilon)
    }
  }
}

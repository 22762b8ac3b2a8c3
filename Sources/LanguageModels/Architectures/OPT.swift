// OPT: learned positions from the third row on, biases, ReLU; the 350M model normalises sums and has a narrow embedding.

public import Checkpoints
internal import Tensors

/// The OPT family; llama.cpp does not write it.
public struct OPT: Architecture {
  public let name = "opt"
  public let modelTypes = ["opt"]
  public let ggufArchitectures: [String] = []
  public let paper = "arXiv 2205.01068"
  public let reference = "opt/modeling_opt.py"
  public let models = "OPT 125M to 66B"
  public let notes = [
    "llama.cpp does not write OPT; there is no GGUF form.",
    "Models without biases or with plain layer norms (`enable_bias`, `layer_norm_elementwise_affine` false) are refused.",
  ]
  public let moduleRoot = "model.decoder."

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    try config.require("enable_bias", true)
    try config.require("layer_norm_elementwise_affine", true)
    let sizes = try ModelSizes(config, feedForward: "ffn_dim")
    let width = try config.size("word_embed_proj_dim", default: sizes.hidden)
    let normalizesFirst = try config.bool("do_layer_norm_before", default: true)
    let root = checkpoint["decoder.embed_tokens.weight"] == nil ? "model.decoder." : "decoder."
    var names = TensorNames.huggingFace(root: root)
    names.finalNorm = root + "final_layer_norm"
    names.attentionNorm = "self_attn_layer_norm"
    names.attentionOutput = "self_attn.out_proj"
    names.feedForwardNorm = "final_layer_norm"
    names.up = "fc1"
    names.down = "fc2"
    let layers = LlamaLikeLayers(
      sizes: sizes, names: names, norm: .layer, epsilon: 1e-5, activation: try config.activation("activation_function", default: .relu),
      hasAttentionBias: true, hasOutputBias: true, hasFeedForwardBias: true, isTied: false)
    var blueprint = try layers.blueprint(name) { layer, _ in
      layer.dropGate()
      layer.wiring = normalizesFirst ? .sequential : .normalizedSums
    }
    let embedding = TensorReference(names.embedding + ".weight", [sizes.vocabulary, width])
    blueprint.embedding = EmbeddingBlueprint(embedding)
    blueprint.embedding.positions = TensorReference(root + "embed_positions.weight", [sizes.context + 2, sizes.hidden])
    blueprint.embedding.firstPosition = 2
    let isTied = try config.bool("tie_word_embeddings", default: true)
    blueprint.unembedding.vocabulary = LinearBlueprint(
      isTied ? embedding : TensorReference(names.unembedding + ".weight", [sizes.vocabulary, width]))
    let removesNorm = try config.bool("_remove_final_layer_norm", default: false)
    if !normalizesFirst || removesNorm { blueprint.unembedding.norm = nil }
    if width != sizes.hidden {
      blueprint.embedding.projection = LinearBlueprint(TensorReference(root + "project_in.weight", [sizes.hidden, width]))
      blueprint.unembedding.projection = LinearBlueprint(TensorReference(root + "project_out.weight", [width, sizes.hidden]))
    }
    return blueprint
  }
}

// Gemma: embeddings scaled by √hidden, norm weights stored as their distance from 1, GELU gates, heads wider than the hidden size asks.

public import Checkpoints
internal import Tensors

/// The first Gemma family.
public struct Gemma: Architecture {
  public let name = "gemma"
  public let modelTypes = ["gemma"]
  public let ggufArchitectures = ["gemma"]
  public let paper = "arXiv 2403.08295"
  public let reference = "gemma/modeling_gemma.py"
  public let models = "Gemma 2B and 7B, CodeGemma"
  public let notes = [
    "`hidden_act: gelu` of the first releases means the approximation by tanh, as transformers reads it."
  ]

  public init() {}

  public func blueprint(config: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    // `hidden_act: gelu` of the first releases means the approximation, as transformers reads it.
    let activation = try config.activation("hidden_activation", default: try config.activation("hidden_act", default: .geluTanh))
    return try GemmaLayers(config, root: "model.", activation: activation == .gelu ? .geluTanh : activation).layers.gemmaBlueprint(name)
  }

  public func blueprint(gguf: ModelConfiguration, checkpoint: Checkpoint) throws(ModelError) -> DecoderBlueprint {
    try GemmaLayers(gguf: gguf, "gemma", checkpoint: checkpoint).layers.gemmaBlueprint(name)
  }
}

/// What the Gemma families share.
struct GemmaLayers {
  var layers: LlamaLikeLayers

  init(_ config: ModelConfiguration, root: String, activation: Activation, rotary: RotaryRule? = nil) throws(ModelError) {
    let sizes = try ModelSizes(config)
    var names = TensorNames.huggingFace(root: root)
    if config.optionalString("model_type") != "gemma" { names.feedForwardNorm = "pre_feedforward_layernorm" }
    let rule: RotaryRule
    if let rotary { rule = rotary } else { rule = try config.rotary(sizes) }
    layers = LlamaLikeLayers(
      sizes: sizes, names: names, norm: .rootMeanSquareOffByOne, epsilon: try config.float("rms_norm_eps", default: 1e-6),
      activation: activation, rotary: rule, isTied: try config.bool("tie_word_embeddings", default: true))
  }

  /// llama.cpp stores norm weights with the 1 added.
  init(gguf: ModelConfiguration, _ prefix: String, checkpoint: Checkpoint) throws(ModelError) {
    let sizes = try ModelSizes(gguf: gguf, prefix, checkpoint: checkpoint)
    layers = LlamaLikeLayers(
      sizes: sizes, names: .gguf, epsilon: try gguf.float("\(prefix).attention.layer_norm_rms_epsilon", default: 1e-6), activation: .geluTanh,
      rotary: try gguf.rotary(gguf: prefix, sizes, checkpoint: checkpoint), isTied: checkpoint["output.weight"] == nil)
  }
}

extension LlamaLikeLayers {
  func gemmaBlueprint(
    _ architecture: String, change: (inout LayerBlueprint, Int) throws(ModelError) -> Void = { _, _ in }
  ) throws(ModelError) -> DecoderBlueprint {
    var blueprint = try blueprint(architecture, change: change)
    blueprint.embedding.scale = Float(sizes.hidden).squareRoot()
    return blueprint
  }

  /// Norms of what each part adds, as Gemma 2 and 3 have them beside those of the inputs.
  func normalizeOutputs(_ layer: inout LayerBlueprint, _ index: Int) {
    let weights = WeightNaming(names: names)
    layer.attentionOutputNorm = weights.norm(names.layer(index, names.attentionOutputNorm), sizes.hidden, norm, epsilon: epsilon)
    layer.feedForwardOutputNorm = weights.norm(names.layer(index, names.feedForwardOutputNorm), sizes.hidden, norm, epsilon: epsilon)
  }
}

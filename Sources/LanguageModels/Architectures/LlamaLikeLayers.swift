// The wiring that most families began from: gated feed-forward layers, separate queries, keys and values, a norm before each part.

internal import Tensors

/// Builds a blueprint as Llama has it; families change what they do otherwise.
struct LlamaLikeLayers {
  var sizes: ModelSizes
  var names: TensorNames
  var norm: NormBlueprint.Kind = .rootMeanSquare
  var epsilon: Float
  var activation: Activation = .silu
  var rotary: RotaryRule?
  /// How the rows of queries and keys lie in the file.
  var rotatedRows: TensorReference.Rows = .all
  /// Biases of queries, keys and values.
  var hasAttentionBias = false
  var hasOutputBias = false
  var hasFeedForwardBias = false
  var isTied: Bool

  /// The whole decoder.
  ///
  /// - Parameter change: gets each layer with its number, to make it what the family has.
  func blueprint(
    _ architecture: String, change: (inout LayerBlueprint, Int) throws(ModelError) -> Void = { _, _ in }
  ) throws(ModelError) -> DecoderBlueprint {
    let weights = WeightNaming(names: names)
    let embedding = TensorReference(names.embedding + ".weight", [sizes.vocabulary, sizes.hidden])
    var layers: [LayerBlueprint] = []
    for index in 0..<sizes.layers {
      var layer = layer(index)
      try change(&layer, index)
      layers.append(layer)
    }
    return DecoderBlueprint(
      architecture: architecture, contextLength: rotary?.context(trained: sizes.context) ?? sizes.context, embedding: EmbeddingBlueprint(embedding),
      layers: layers,
      unembedding: UnembeddingBlueprint(
        norm: weights.norm(names.finalNorm, sizes.hidden, norm, epsilon: epsilon),
        vocabulary: isTied ? LinearBlueprint(embedding) : weights.linear(names.unembedding, sizes.vocabulary, sizes.hidden)))
  }

  private func layer(_ index: Int) -> LayerBlueprint {
    let weights = WeightNaming(names: names)
    let (hidden, queries, keys) = (sizes.hidden, sizes.queryWidth, sizes.keyWidth)
    func linear(_ part: String, _ outputs: Int, _ inputs: Int, bias: Bool) -> LinearBlueprint {
      weights.linear(names.layer(index, part), outputs, inputs, bias: bias)
    }
    func rotated(_ part: String, _ outputs: Int) -> LinearBlueprint {
      let plain = linear(part, outputs, hidden, bias: hasAttentionBias)
      return LinearBlueprint(plain.weight.with(rotatedRows), bias: plain.bias?.with(rotatedRows))
    }
    return LayerBlueprint(
      attentionNorm: weights.norm(names.layer(index, names.attentionNorm), hidden, norm, epsilon: epsilon),
      attention: AttentionBlueprint(
        shape: sizes.attention(), query: rotated(names.query, queries), key: rotated(names.key, keys),
        value: linear(names.value, keys, hidden, bias: hasAttentionBias),
        output: linear(names.attentionOutput, hidden, queries, bias: hasOutputBias), rotary: rotary),
      feedForwardNorm: weights.norm(names.layer(index, names.feedForwardNorm), hidden, norm, epsilon: epsilon),
      feedForward: .dense(
        DenseBlueprint(
          gate: linear(names.gate, sizes.feedForward, hidden, bias: hasFeedForwardBias),
          up: linear(names.up, sizes.feedForward, hidden, bias: hasFeedForwardBias),
          down: linear(names.down, hidden, sizes.feedForward, bias: hasFeedForwardBias), activation: activation)))
  }
}

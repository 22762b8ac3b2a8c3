// Whether the parts of a blueprint fit each other: what the decoder takes for granted, checked once for every family.

internal import Tensors

extension DecoderBlueprint {
  /// - Parameter place: the file that errors name.
  /// - Throws: ``ModelError/inconsistent(_:_:)`` where the sizes of a configuration contradict each other.
  func check(_ place: String) throws(ModelError) {
    guard let first = layers.first else { throw .inconsistent(place, "there are no layers") }
    let check = PartCheck(place: place, hidden: hiddenWidth)
    let tokens = embedding.tokens
    try check.expect(vocabularySize > 0 && tokens.outputs > 0, "the vocabulary is empty")
    try check.expect(tokens.outputs == vocabularySize, "\(tokens.outputs) tokens go in and \(vocabularySize) come out")
    if let positions = embedding.positions {
      try check.expect(
        positions.inputs == hiddenWidth && positions.outputs >= contextLength + embedding.firstPosition,
        "\(positions.outputs) vectors of positions for \(contextLength) tokens")
    }
    if let projection = embedding.projection { try check.linear(projection, "the embedding's projection", tokens.inputs, hiddenWidth) }
    for (index, layer) in layers.enumerated() {
      try check.expect(
        layer.attention.shape.queryWidth == first.attention.shape.queryWidth && layer.attention.shape.keyWidth == first.attention.shape.keyWidth,
        "layer \(index) has other heads than the first")
      try check.layer(layer)
    }
    var width = hiddenWidth
    try check.norm(unembedding.norm, width)
    if let projection = unembedding.projection {
      width = projection.weight.outputs
      try check.linear(projection, "the output's projection", hiddenWidth, width)
    }
    try check.linear(unembedding.vocabulary, "the output", width, vocabularySize)
  }
}

/// Checks the parts of layers against the width of the residual stream.
private struct PartCheck {
  let place: String
  let hidden: Int

  func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws(ModelError) {
    if !condition { throw .inconsistent(place, what()) }
  }

  func linear(_ linear: LinearBlueprint, _ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) {
    let weight = linear.weight
    try expect(
      weight.inputs == inputs && weight.outputs == outputs,
      "\(name) is \(weight.outputs) × \(weight.inputs), and its neighbours ask for \(outputs) × \(inputs)")
    try rows(weight)
    if let bias = linear.bias {
      try expect(bias.outputs == outputs, "the bias of \(name) has \(bias.outputs) values, expected \(outputs)")
      try rows(bias)
    }
  }

  /// The rows that are meant are rows of the tensor.
  private func rows(_ reference: TensorReference) throws(ModelError) {
    let count = reference.extent.rows
    let last: Int
    switch reference.rows {
    case .all: return
    case .range(let range): last = range.upperBound
    case .blocks(let first, let length, let stride, let blocks): last = first + (blocks - 1) * stride + length
    case .interleavedHalves(let width):
      try expect(width > 0 && width % 2 == 0 && count % width == 0, "\(reference.name) has \(count) rows in heads of \(width)")
      return
    }
    try expect(last <= count, "\(reference.name) has \(count) rows, and \(last) are asked for")
  }

  func norm(_ norm: NormBlueprint?, _ width: Int) throws(ModelError) {
    guard let norm else { return }
    let name = norm.weight.name
    if case .separateHeads(let weights) = norm.scope {
      try expect(!weights.isEmpty && weights.reduce(0) { $0 + $1.outputs * $1.inputs } == width, "\(name) does not fit \(width) values")
      for weight in weights { try rows(weight) }
      return
    }
    try expect(norm.weight.outputs == width && norm.weight.inputs == 1, "\(name) has \(norm.weight.outputs) values, expected \(width)")
    if let bias = norm.bias { try expect(bias.outputs == width, "\(bias.name) has \(bias.outputs) values, expected \(width)") }
  }

  func layer(_ layer: LayerBlueprint) throws(ModelError) {
    let shape = layer.attention.shape
    try norm(layer.attentionNorm, hidden)
    try linear(layer.attention.query, "the map to queries", hidden, shape.queryWidth)
    try linear(layer.attention.key, "the map to keys", hidden, shape.keyWidth)
    try linear(layer.attention.value, "the map to values", hidden, shape.keyWidth)
    try linear(layer.attention.output, "attention's output", shape.queryWidth, hidden)
    try head(norm: layer.attention.queryNorm, shape.headWidth, heads: shape.heads)
    try head(norm: layer.attention.keyNorm, shape.headWidth, heads: shape.keyValueHeads)
    if let rotary = layer.attention.rotary {
      try expect(
        rotary.width > 0 && rotary.width % 2 == 0 && rotary.width <= shape.headWidth,
        "\(rotary.width) values of a head are rotated, but a head has \(shape.headWidth) and they turn in pairs")
    }
    try norm(layer.attentionOutputNorm, hidden)
    try norm(layer.feedForwardNorm, hidden)
    try norm(layer.feedForwardOutputNorm, hidden)
    switch layer.feedForward {
    case .dense(let feed): try dense(feed)
    case .mixture(let mixture):
      let count = mixture.experts.count
      try expect(mixture.chosen > 0 && mixture.chosen <= count, "\(mixture.chosen) of \(count) experts are chosen")
      try linear(LinearBlueprint(mixture.router), "the router", hidden, count)
      for expert in mixture.experts { try dense(expert) }
    }
  }

  private func head(norm: NormBlueprint?, _ width: Int, heads: Int) throws(ModelError) {
    guard let norm else { return }
    try self.norm(norm, norm.scope == .head ? width : heads * width)
  }

  private func dense(_ dense: DenseBlueprint) throws(ModelError) {
    let width = dense.up.weight.outputs
    if let gate = dense.gate { try linear(gate, "the gate", hidden, width) }
    try linear(dense.up, "the feed-forward layer's first map", hidden, width)
    try linear(dense.down, "the feed-forward layer's last map", width, hidden)
  }
}

// What an architecture says of itself: hyperparameters, where each weight lies, and how the layers are wired.

public import Tensors

/// A weight by the name it has in its checkpoint, with the shape it must have, outermost dimension first.
public struct TensorReference: Sendable, Hashable {
  /// How rows are ordered in the file.
  public enum RowOrder: Sendable, Hashable {
    case asWritten
    /// Each head's rows as pairs (0, half), (1, half + 1), ...: how llama.cpp stores queries and keys of Llama.
    case interleavedHalves(headWidth: Int)
  }

  public var name: String
  public var shape: [Int]
  public var rowOrder: RowOrder

  public init(_ name: String, _ shape: [Int], rowOrder: RowOrder = .asWritten) {
    self.name = name
    self.shape = shape
    self.rowOrder = rowOrder
  }
}

/// One decoder layer: normalise, attend, add; normalise, feed forward, add.
public struct LayerBlueprint: Sendable {
  /// `[hidden]`
  public var attentionNorm: TensorReference
  /// `[heads · headWidth, hidden]`
  public var query: TensorReference
  /// `[keyValueHeads · headWidth, hidden]`
  public var key: TensorReference
  /// `[keyValueHeads · headWidth, hidden]`
  public var value: TensorReference
  /// `[hidden, heads · headWidth]`
  public var attentionOutput: TensorReference
  /// `[hidden]`
  public var feedForwardNorm: TensorReference
  /// `[feedForward, hidden]`
  public var gate: TensorReference
  /// `[feedForward, hidden]`
  public var up: TensorReference
  /// `[hidden, feedForward]`
  public var down: TensorReference
}

/// A decoder-only language model, described so far that scoring and generation need to know nothing else.
public struct DecoderBlueprint: Sendable {
  /// The family's name, such as `llama`.
  public var architecture: String
  public var vocabularySize: Int
  public var hiddenWidth: Int
  public var feedForwardWidth: Int
  /// The most tokens that the model was made for.
  public var contextLength: Int
  public var attention: AttentionShape
  public var normEpsilon: Float
  public var rotary: RotaryRule
  /// `[vocabulary, hidden]`
  public var embedding: TensorReference
  /// `[hidden]`
  public var finalNorm: TensorReference
  /// `[vocabulary, hidden]`, the embedding itself where they are tied.
  public var unembedding: TensorReference
  public var layers: [LayerBlueprint]

  /// Every weight that the model reads, in the order of the data flow; a tied unembedding once.
  public var tensors: [TensorReference] {
    var all = [embedding]
    for layer in layers {
      all += [
        layer.attentionNorm, layer.query, layer.key, layer.value, layer.attentionOutput, layer.feedForwardNorm, layer.gate, layer.up,
        layer.down,
      ]
    }
    all.append(finalNorm)
    if unembedding.name != embedding.name { all.append(unembedding) }
    return all
  }
}

// What an architecture says of itself: hyperparameters, where each weight lies, and how the layers are wired.

public import Tensors

/// One decoder layer.
public struct LayerBlueprint: Sendable, Hashable {
  /// How attention and feed-forward layer stand to each other; x is the residual stream.
  public enum Wiring: Sendable, Hashable {
    /// x += attention(norm(x)); x += feedForward(norm'(x))
    case sequential
    /// x += attention(norm(x)) + feedForward(norm'(x)), both of the same x; norm' is norm where there is none
    case parallel
    /// x = norm(x + attention(x)); x = norm'(x + feedForward(x))
    case normalizedSums
  }

  public var wiring: Wiring = .sequential
  /// Of the input `[hidden]`; none where only outputs are normalised.
  public var attentionNorm: NormBlueprint?
  public var attention: AttentionBlueprint
  /// Of what attention adds `[hidden]`.
  public var attentionOutputNorm: NormBlueprint?
  public var feedForwardNorm: NormBlueprint?
  public var feedForward: FeedForwardBlueprint
  /// Of what the feed-forward layer adds `[hidden]`.
  public var feedForwardOutputNorm: NormBlueprint?

  var tensors: [TensorReference] {
    func of(_ norm: NormBlueprint?) -> [TensorReference] { norm?.tensors ?? [] }
    return of(attentionNorm) + attention.tensors + of(attentionOutputNorm) + of(feedForwardNorm) + feedForward.tensors
      + of(feedForwardOutputNorm)
  }
}

/// How tokens become the residual stream.
public struct EmbeddingBlueprint: Sendable, Hashable {
  /// `[vocabulary, width]`
  public var tokens: TensorReference
  /// A factor on the token's vector (Gemma: √hidden).
  public var scale: Float?
  /// `[positions, hidden]`: learned vectors of positions.
  public var positions: TensorReference?
  /// The row of position 0 in ``positions`` (OPT: 2).
  public var firstPosition = 0
  /// `[hidden, width]`, where the embedding is narrower than the residual stream.
  public var projection: LinearBlueprint?

  public init(_ tokens: TensorReference) { self.tokens = tokens }

  var tensors: [TensorReference] { [tokens] + (positions.map { [$0] } ?? []) + (projection?.tensors ?? []) }
}

/// How the residual stream becomes logits.
public struct UnembeddingBlueprint: Sendable, Hashable {
  /// Of the last layer's output `[hidden]`.
  public var norm: NormBlueprint?
  /// `[width, hidden]`, where the embedding is narrower than the residual stream.
  public var projection: LinearBlueprint?
  /// `[vocabulary, width]`, the embedding itself where they are tied; the bias `[vocabulary]`.
  public var vocabulary: LinearBlueprint
  /// Where set, a logit l becomes cap · tanh(l / cap).
  public var softCap: Float?

  public init(norm: NormBlueprint?, vocabulary: LinearBlueprint) {
    self.norm = norm
    self.vocabulary = vocabulary
  }

  var tensors: [TensorReference] { (norm?.tensors ?? []) + (projection?.tensors ?? []) + vocabulary.tensors }
}

/// A decoder-only language model, described so far that scoring and generation need to know nothing else.
public struct DecoderBlueprint: Sendable {
  /// The family's name, such as `llama`.
  public var architecture: String
  /// The most tokens that the model was made for.
  public var contextLength: Int
  public var embedding: EmbeddingBlueprint
  public var layers: [LayerBlueprint]
  public var unembedding: UnembeddingBlueprint

  /// Every weight that the model reads, in the order of the data flow; each tensor once.
  public var tensors: [TensorReference] {
    var seen: Set<String> = []
    return (embedding.tensors + layers.flatMap(\.tensors) + unembedding.tensors).filter { seen.insert($0.name).inserted }
  }

  /// The linear maps between embedding and unembedding, in the order of the data flow; parts of one tensor each by itself.
  var linears: [LinearBlueprint] {
    (embedding.projection.map { [$0] } ?? [])
      + layers.flatMap { layer in
        let attention = layer.attention
        return [attention.query, attention.key, attention.value, attention.output] + layer.feedForward.linears
      } + (unembedding.projection.map { [$0] } ?? [])
  }

  public var vocabularySize: Int { unembedding.vocabulary.weight.outputs }
  /// The width of the residual stream.
  public var hiddenWidth: Int { embedding.projection?.weight.outputs ?? embedding.tokens.inputs }
  /// The widest feed-forward layer.
  public var feedForwardWidth: Int { layers.map(\.feedForward.width).max() ?? 0 }
  /// Whether the vocabulary projection is the embedding.
  public var isTied: Bool { unembedding.vocabulary.weight.name == embedding.tokens.name }
  /// The first layer's attention: heads and widths are the same in all layers.
  public var attention: AttentionShape { layers[0].attention.shape }
}

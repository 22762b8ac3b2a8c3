// The parts that layers are made of: norms, linear maps, attention, feed-forward layers and mixtures of them.

public import Tensors

/// A normalisation of rows.
public struct NormBlueprint: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case rootMeanSquare
    /// Root mean square, with weights stored as their distance from 1 (Gemma).
    case rootMeanSquareOffByOne
    /// By mean and variance.
    case layer
  }

  /// What of a projection is normalised together, where it is one of queries or keys.
  public enum Scope: Sendable, Hashable {
    /// The whole row.
    case row
    /// Each head, all with the same weights.
    case head
    /// Each head with its own weights, one tensor a head.
    case separateHeads([TensorReference])
  }

  public var kind: Kind
  /// `[width]`
  public var weight: TensorReference
  /// `[width]`
  public var bias: TensorReference?
  public var epsilon: Float
  public var scope: Scope

  public init(_ kind: Kind, _ weight: TensorReference, bias: TensorReference? = nil, epsilon: Float, scope: Scope = .row) {
    self.kind = kind
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
    self.scope = scope
  }

  var tensors: [TensorReference] {
    if case .separateHeads(let weights) = scope { return weights }
    return [weight] + (bias.map { [$0] } ?? [])
  }
}

/// A linear map: y = x Wᵀ + b.
public struct LinearBlueprint: Sendable, Hashable {
  /// `[outputs, inputs]`
  public var weight: TensorReference
  /// `[outputs]`
  public var bias: TensorReference?

  public init(_ weight: TensorReference, bias: TensorReference? = nil) {
    self.weight = weight
    self.bias = bias
  }

  var tensors: [TensorReference] { [weight] + (bias.map { [$0] } ?? []) }
}

/// Causal self-attention.
public struct AttentionBlueprint: Sendable, Hashable {
  public var shape: AttentionShape
  /// `[heads · headWidth, hidden]`
  public var query: LinearBlueprint
  /// `[keyValueHeads · headWidth, hidden]`
  public var key: LinearBlueprint
  /// `[keyValueHeads · headWidth, hidden]`
  public var value: LinearBlueprint
  /// `[hidden, heads · headWidth]`
  public var output: LinearBlueprint
  /// Of queries and keys, before they are rotated.
  public var queryNorm: NormBlueprint?
  public var keyNorm: NormBlueprint?
  /// None where the layer knows no positions.
  public var rotary: RotaryRule?

  var tensors: [TensorReference] {
    query.tensors + key.tensors + value.tensors + output.tensors + (queryNorm?.tensors ?? []) + (keyNorm?.tensors ?? [])
      + (rotary?.tensors ?? [])
  }
}

/// Two or three products with an activation between them.
public struct DenseBlueprint: Sendable, Hashable {
  /// `[width, hidden]`; none where the activation stands alone.
  public var gate: LinearBlueprint?
  /// `[width, hidden]`
  public var up: LinearBlueprint
  /// `[hidden, width]`
  public var down: LinearBlueprint
  public var activation: Activation

  var width: Int { up.weight.outputs }
  var linears: [LinearBlueprint] { (gate.map { [$0] } ?? []) + [up, down] }
  var tensors: [TensorReference] { linears.flatMap(\.tensors) }
}

/// Experts of which a router picks the best for each token (Shazeer et al. 2017, arXiv 1701.06538).
public struct MixtureBlueprint: Sendable, Hashable {
  /// `[experts, hidden]`
  public var router: TensorReference
  public var experts: [DenseBlueprint]
  /// Experts a token.
  public var chosen: Int
  /// The chosen experts' shares are divided by their sum.
  public var sharesSumToOne: Bool

  var tensors: [TensorReference] { [router] + experts.flatMap(\.tensors) }
}

public enum FeedForwardBlueprint: Sendable, Hashable {
  case dense(DenseBlueprint)
  case mixture(MixtureBlueprint)

  var tensors: [TensorReference] {
    switch self {
    case .dense(let dense): dense.tensors
    case .mixture(let mixture): mixture.tensors
    }
  }

  var linears: [LinearBlueprint] {
    switch self {
    case .dense(let dense): dense.linears
    case .mixture(let mixture): [LinearBlueprint(mixture.router)] + mixture.experts.flatMap(\.linears)
    }
  }

  /// The width between the products.
  public var width: Int {
    switch self {
    case .dense(let dense): dense.width
    case .mixture(let mixture): mixture.experts.first?.width ?? 0
    }
  }
}

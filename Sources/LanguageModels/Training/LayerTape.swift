// What a layer's forward pass leaves for its backward pass.

internal import Tensors

/// The activations of one layer; made at the first use, used again in every step.
final class LayerTape: @unchecked Sendable {
  /// Which activation; all are `[rows, …]`.
  enum Place: Hashable {
    /// The residual stream between the two parts, and their sums where those are normalised.
    case middle, sum
    /// What a part says before it is normalised.
    case attentionOutput, feedForwardOutput
    /// Queries, keys and values before their norms, and as attention takes them.
    case projected, queryKeyValue
    case attended
    /// Between the products of a feed-forward layer, before the activation.
    case inner
    case routerLogits
    /// The inputs of a map times its lower factor, by the number of the factors.
    case lowRank(Int)
  }

  private var matrices: [Place: Matrix] = [:]

  var bytes: Int { matrices.values.reduce(0) { $0 + $1.bytes } }

  /// The matrix of a place, for writing; what was in it is lost when it grows.
  func matrix(_ place: Place, rows: Int, columns: Int) throws(TensorError) -> Matrix {
    if let known = matrices[place], known.rows >= rows, known.columns == columns { return known }
    matrices[place] = nil
    let made = try Matrix(rows: rows, columns: columns)
    matrices[place] = made
    return made
  }
}

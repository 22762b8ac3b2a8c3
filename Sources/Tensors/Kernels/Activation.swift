// What a feed-forward layer does between its products: an activation, gated (Shazeer 2020, arXiv 2002.05202) or plain.

internal import CVectorKernels

/// The activation of a feed-forward layer.
public enum Activation: String, Sendable, Hashable {
  /// x · sigmoid(x)
  case silu
  /// max(x, 0)
  case relu
  /// x · Φ(x), by the error function (Hendrycks and Gimpel 2016, arXiv 1606.08415)
  case gelu
  /// The same approximated by tanh, as GPT-2 has it
  case geluTanh = "gelu_tanh"

  var code: Int32 {
    switch self {
    case .silu: Int32(flipgate_silu.rawValue)
    case .relu: Int32(flipgate_relu.rawValue)
    case .gelu: Int32(flipgate_gelu.rawValue)
    case .geluTanh: Int32(flipgate_gelu_tanh.rawValue)
    }
  }
}

extension Matrix {
  /// output[r, i] = activation(self[r, i]) · self[r, width + i], where self is `[rows, 2 · width]` and output `[rows, width]`.
  public func gate(rows count: Int, with activation: Activation, into output: Matrix) {
    precondition(columns == 2 * output.columns && count <= paddedRows && count <= output.paddedRows)
    unsafe flipgate_activate(base, columns, output.base, output.columns, count, output.columns, activation.code, 1)
  }

  /// self[r, i] = activation(self[r, i]), for the first `count` rows.
  public func activate(rows count: Int, with activation: Activation) {
    precondition(count <= paddedRows)
    unsafe flipgate_activate(base, columns, base, columns, count, columns, activation.code, 0)
  }
}

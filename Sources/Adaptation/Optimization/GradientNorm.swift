// The length of all gradients together, and what to scale them by so that it stays within a bound.

/// The Euclidean norm of a model's gradients.
public struct GradientNorm: Sendable, Hashable {
  /// √Σ g², summed in f64 from the first value to the last; NaN or infinite where a gradient is.
  public var value: Double

  public init(value: Double) { self.value = value }

  public init(of gradients: borrowing MutableSpan<Float>) {
    var sum = 0.0
    for index in gradients.indices {
      let gradient = Double(gradients[index])
      sum += gradient * gradient
    }
    value = sum.squareRoot()
  }

  /// The factor that brings the norm down to `bound`, as `torch.nn.utils.clip_grad_norm_` has it; 1 where it is within, or there is no bound.
  public func scale(within bound: Double?) -> Float {
    guard let bound else { return 1 }
    return Float(min(1, bound / (value + 1e-6)))
  }
}

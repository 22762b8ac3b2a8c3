// Which angles the rotary embedding turns by, with the scaling rules that stretch a context.

internal import Foundation

/// The frequencies of a rotary embedding.
public struct RotaryRule: Sendable, Hashable {
  public enum Scaling: Sendable, Hashable {
    case none
    /// Positions divided by a factor (Chen et al. 2023, arXiv 2306.15595).
    case linear(factor: Float)
    /// Llama 3.1: low frequencies divided by a factor, high ones kept, a smooth step between (transformers `rope_type: llama3`).
    case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalContext: Float)
    /// A divisor for each frequency, as GGUF files carry it (`rope_freqs.weight`), `[width / 2]`.
    case divisors(TensorReference)
  }

  /// The base of the frequencies, such as 10,000.
  public var theta: Float
  /// How many values of a head are rotated.
  public var width: Int
  public var scaling: Scaling

  public init(theta: Float, width: Int, scaling: Scaling) {
    self.theta = theta
    self.width = width
    self.scaling = scaling
  }

  /// Radians a position for each pair of values: `width / 2` of them.
  ///
  /// - Parameter divisors: the values of ``Scaling/divisors(_:)``'s tensor.
  public func inverseFrequencies(divisors: [Float] = []) -> [Float] {
    (0..<width / 2).map { index in
      let frequency = 1 / powf(theta, Float(2 * index) / Float(width))
      switch scaling {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .divisors: return index < divisors.count ? frequency / divisors[index] : frequency
      case .llama3(let factor, let low, let high, let context):
        let wavelength = 2 * Float.pi / frequency
        if wavelength < context / high { return frequency }
        if wavelength > context / low { return frequency / factor }
        let smooth = (context / wavelength - low) / (high - low)
        return (1 - smooth) * frequency / factor + smooth * frequency
      }
    }
  }
}

// Which angles the rotary embedding turns by, with the scaling rules that stretch a context.

internal import Foundation

/// The frequencies of a rotary embedding (Su et al. 2021, arXiv 2104.09864); names of the rules as transformers' `rope_type`.
public struct RotaryRule: Sendable, Hashable {
  public enum Scaling: Sendable, Hashable {
    case none
    /// Positions divided by a factor (Chen et al. 2023, arXiv 2306.15595).
    case linear(factor: Float)
    /// Llama 3.1: low frequencies divided by a factor, high ones kept, a smooth step between (transformers `rope_type: llama3`).
    case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalContext: Float)
    /// Frequencies that turn often in the original context are kept, slow ones divided by a factor, a ramp between (Peng et al. 2023,
    /// arXiv 2309.00071).
    case yarn(YaRN)
    /// Sequences longer than the original context take a larger base, by their length (transformers `rope_type: dynamic`).
    case dynamic(factor: Float)
    /// A divisor for each frequency, one list for sequences within the original context and one for longer ones (Ding et al. 2024,
    /// arXiv 2402.13753).
    case longRope(short: [Float], long: [Float])
    /// A divisor for each frequency, as GGUF files carry it (`rope_freqs.weight`), `[width / 2]`.
    case divisors(TensorReference)
    /// The two lists of ``longRope(short:long:)`` as GGUF files carry them (`rope_factors_short.weight`), `[width / 2]` each.
    case longRopeDivisors(short: TensorReference, long: TensorReference)
  }

  /// The parameters of YaRN.
  public struct YaRN: Sendable, Hashable {
    public var factor: Float
    public var originalContext: Float
    /// Turns within the original context above which a frequency is kept, and below which it is divided.
    public var fastTurns: Float = 32
    public var slowTurns: Float = 1
    /// Whether the ramp begins and ends at whole dimensions.
    public var truncates = true
  }

  /// The base of the frequencies, such as 10,000.
  public var theta: Float
  /// How many values of a head are rotated, from its first one on.
  public var width: Int
  public var scaling: Scaling
  /// A factor on cosines and sines.
  public var attentionFactor: Float
  /// Where set, sequences longer than this have angles of their own: see ``lengthClass(of:)``.
  public var originalContext: Int?

  public init(theta: Float, width: Int, scaling: Scaling = .none, attentionFactor: Float = 1, originalContext: Int? = nil) {
    self.theta = theta
    self.width = width
    self.scaling = scaling
    self.attentionFactor = attentionFactor
    self.originalContext = originalContext
  }

  /// The most tokens of a model that was trained with `context` positions and is asked with this rule.
  public func context(trained context: Int) -> Int {
    let stretched: Float =
      switch scaling {
      case .linear(let factor), .dynamic(let factor): Float(context) * factor
      case .yarn(let yarn): yarn.originalContext * yarn.factor
      default: 0
      }
    return max(context, Int(min(stretched, Float(1 << 30))))
  }

  /// The tensors that hold divisors.
  var tensors: [TensorReference] {
    switch scaling {
    case .divisors(let tensor): [tensor]
    case .longRopeDivisors(let short, let long): [short, long]
    default: []
    }
  }

  /// Sequences of one class turn by the same angles; only these can be computed together or share a prefix.
  ///
  /// - Parameter length: the tokens of the whole sequence.
  /// - Returns: 0 within the original context.
  public func lengthClass(of length: Int) -> Int {
    guard let originalContext, length > originalContext else { return 0 }
    switch scaling {
    case .longRope, .longRopeDivisors: return 1
    case .dynamic: return length
    default: return 0
    }
  }

  /// Radians a position for each pair of values: `width / 2` of them.
  ///
  /// - Parameters:
  ///   - lengthClass: of the sequence.
  ///   - divisors: the values of the scaling's tensor, where it has one.
  public func inverseFrequencies(lengthClass: Int = 0, divisors: [Float] = []) -> [Float] {
    (0..<width / 2).map { index in
      let power = powf(theta, Float(2 * index) / Float(width))
      let frequency = 1 / power
      switch scaling {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .divisors, .longRopeDivisors: return index < divisors.count ? 1 / (divisors[index] * power) : frequency
      case .longRope(let short, let long):
        let list = lengthClass == 0 ? short : long
        return index < list.count ? 1 / (list[index] * power) : frequency
      case .dynamic(let factor):
        guard lengthClass > 0, let originalContext, width > 2 else { return frequency }
        let stretch = factor * Float(lengthClass) / Float(originalContext) - (factor - 1)
        let base = theta * powf(stretch, Float(width) / Float(width - 2))
        return 1 / powf(base, Float(2 * index) / Float(width))
      case .yarn(let yarn):
        let kept = 1 - yarn.ramp(at: index, theta: theta, width: width)
        return 1 / (yarn.factor * power) * (1 - kept) + frequency * kept
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

extension RotaryRule.YaRN {
  /// 0 where the frequency is kept, 1 where it is divided.
  fileprivate func ramp(at index: Int, theta: Float, width: Int) -> Float {
    /// The dimension whose frequency turns so often within the original context.
    func dimension(turns: Float) -> Double {
      Double(width) * Foundation.log(Double(originalContext) / (Double(turns) * 2 * Double.pi)) / (2 * Foundation.log(Double(theta)))
    }
    var low = dimension(turns: fastTurns)
    var high = dimension(turns: slowTurns)
    if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(width - 1)))
    if low == high { high += 0.001 }
    return min(max((Float(index) - Float(low)) / Float(high - low), 0), 1)
  }
}

// The optimiser: Adam with decoupled weight decay, number for number that of PyTorch.

internal import Foundation

/// AdamW (Loshchilov & Hutter 2017, arXiv 1711.05101), with the operations and their order of `torch.optim.AdamW`.
///
///     θ ← θ (1 - lr · decay)
///     m ← m + (1 - β₁)(g - m)
///     v ← β₂ v + (1 - β₂) g²
///     θ ← θ - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
public struct AdamW: Sendable {
  public struct Settings: Sendable, Hashable {
    /// β₁ and β₂, from 0 to below 1.
    public var beta1: Double
    public var beta2: Double
    /// ε
    public var epsilon: Double
    /// The share of a value that one step at learning rate 1 takes away; 0: none.
    public var weightDecay: Double

    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }
  }

  public let settings: Settings
  /// t: the updates made.
  public private(set) var step: Int
  /// m, one for each value.
  public private(set) var firstMoments: [Float]
  /// v, one for each value.
  public private(set) var secondMoments: [Float]

  /// An optimiser before its first step.
  public init(_ settings: Settings, valueCount: Int) {
    self.settings = settings
    step = 0
    firstMoments = Array(repeating: 0, count: valueCount)
    secondMoments = Array(repeating: 0, count: valueCount)
  }

  /// An optimiser in the middle of its work.
  public init(_ settings: Settings, step: Int, firstMoments: [Float], secondMoments: [Float]) {
    precondition(firstMoments.count == secondMoments.count, "as many first moments as second ones")
    self.settings = settings
    self.step = step
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }

  /// One step: changes the values by their gradients.
  ///
  /// - Parameters:
  ///   - scale: a factor on all gradients, where they are clipped.
  ///   - values: and `gradients`: as many as the optimiser was made for.
  public mutating func update(_ values: inout MutableSpan<Float>, gradients: borrowing MutableSpan<Float>, scale: Float, learningRate: Double) {
    precondition(values.count == firstMoments.count && gradients.count == values.count, "values and gradients of one model")
    step += 1
    let correction1 = 1 - pow(settings.beta1, Double(step))
    let correction2 = 1 - pow(settings.beta2, Double(step))
    let kept = Float(1 - learningRate * settings.weightDecay)
    let share1 = Float(1 - settings.beta1)
    let beta2 = Float(settings.beta2)
    let share2 = Float(1 - settings.beta2)
    let size = Float(-(learningRate / correction1))
    let root2 = Float(correction2.squareRoot())
    let epsilon = Float(settings.epsilon)
    // Two spans of one value at a time are not to be had; taken out, the arrays are not copied.
    var (taken1, taken2): ([Float], [Float]) = ([], [])
    swap(&taken1, &firstMoments)
    swap(&taken2, &secondMoments)
    defer {
      swap(&taken1, &firstMoments)
      swap(&taken2, &secondMoments)
    }
    var first = taken1.mutableSpan
    var second = taken2.mutableSpan
    for index in values.indices {
      let gradient = gradients[index] * scale
      let m = first[index] + share1 * (gradient - first[index])
      let v = second[index] * beta2 + share2 * gradient * gradient
      first[index] = m
      second[index] = v
      values[index] = values[index] * kept + size * m / (v.squareRoot() / root2 + epsilon)
    }
  }
}

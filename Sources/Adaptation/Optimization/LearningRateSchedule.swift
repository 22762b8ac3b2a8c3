// How the learning rate goes over a training run: up in a straight line, then as the schedule says.

internal import Foundation

/// Warm-up and decay, as `transformers.optimization` has them (`get_scheduler`).
public struct LearningRateSchedule: Sendable, Hashable {
  public enum Shape: String, Sendable, Hashable, CaseIterable {
    case constant
    /// Down to 0 in a straight line.
    case linear
    /// Down to 0 in half a cosine.
    case cosine
  }

  public var shape: Shape
  /// The learning rate at its highest.
  public var peak: Double
  /// Steps before the peak; the first of them has the rate 0.
  public var warmupSteps: Int
  /// All steps of the run.
  public var totalSteps: Int

  public init(shape: Shape, peak: Double, warmupSteps: Int, totalSteps: Int) {
    self.shape = shape
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, counted from 0.
  ///
  /// - Parameter elapsed: the share of the run's time that is over, for a run that its time ends: the rate falls with steps or time, whichever is further.
  public func rate(at step: Int, elapsed: Double = 0) -> Double {
    if step < warmupSteps { return peak * Double(step) / Double(max(1, warmupSteps)) }
    let rest = Double(max(1, totalSteps - warmupSteps))
    let done = max(Double(step - warmupSteps), elapsed * Double(totalSteps) - Double(warmupSteps))
    switch shape {
    case .constant: return peak
    case .linear: return peak * max(0, (rest - done) / rest)
    case .cosine: return peak * max(0, 0.5 * (1 + cos(Double.pi * min(done, rest) / rest)))
    }
  }
}

// Distributions over a vocabulary that arrive in slices: their sums at a temperature, their divergence, and the gradient of both losses.

internal import CVectorKernels
internal import Foundation

/// What turns a row of logits into a distribution at a temperature.
public struct SoftmaxScale: Sendable {
  /// The largest logit of the row.
  public let maximum: Float
  public let temperature: Double
  /// Σ exp((logit - maximum) / temperature) over the whole vocabulary; at least 1.
  public let sum: Double
  private let logSum: Float

  public init(maximum: Float, temperature: Double, sum: Double) {
    self.maximum = maximum
    self.temperature = temperature
    self.sum = sum
    logSum = Float(Foundation.log(sum))
  }

  /// log Σ exp(logit / temperature), natural logarithm.
  public var logSumExp: Double { Double(maximum) / temperature + Foundation.log(sum) }

  var kernelValue: flipgate_softmax {
    flipgate_softmax(
      maximum: maximum, inverse_temperature: Float(1 / temperature), log_sum: logSum, inverse_sum: Float(1 / sum))
  }
}

/// How a row's logits become the gradient of its loss: a · (p - q) + b · p₁, where p and q are the student's and the teacher's distributions at
/// one temperature, p₁ is the student's at temperature 1; times 1 - (logit / cap)² where logits are capped.
///
/// That is the gradient of a · T · KL(q ‖ p) + b · log Σ exp(logit): since log p = logit / T - log Σ exp(logit / T), the derivative of
/// -Σ q log p by a logit is (p - q) / T. A target's own -b is not part of it.
public struct DivergenceRule: Sendable {
  public var student: SoftmaxScale
  /// Nil: no teacher, q is 0.
  public var teacher: SoftmaxScale?
  /// The student at temperature 1.
  public var likelihood: SoftmaxScale
  /// a
  public var divergenceWeight: Float
  /// b
  public var likelihoodWeight: Float
  public var softCap: Float?

  public init(
    student: SoftmaxScale, teacher: SoftmaxScale?, likelihood: SoftmaxScale, divergenceWeight: Float, likelihoodWeight: Float, softCap: Float?
  ) {
    self.student = student
    self.teacher = teacher
    self.likelihood = likelihood
    self.divergenceWeight = divergenceWeight
    self.likelihoodWeight = likelihoodWeight
    self.softCap = softCap
  }
}

extension Matrix {
  /// Σ exp((self[row, i] - maximum) / temperature) over the columns i below `count`.
  ///
  /// - Parameter maximum: at least each of the values, none of which may be NaN.
  public func temperedSum(row: Int, count: Int, maximum: Float, temperature: Double) -> Double {
    unsafe flipgate_tempered_sum(address(row, 0, width: count), count, maximum, Float(1 / temperature))
  }

  /// Replaces logits by the gradient of the row's loss, for some columns of a row.
  ///
  /// - Parameters:
  ///   - teacher: the teacher's logits of the same tokens, from a column of a row on; nil where it gives the tokens no probability.
  /// - Returns: Σ q log(q / p) over these tokens, in nats.
  public func replaceByGradient(
    row: Int, columns: Range<Int>, teacher: (logits: Matrix, row: Int, column: Int)?, rule: DivergenceRule
  ) -> Double {
    let student = unsafe address(row, columns.lowerBound, width: columns.count)
    var values = flipgate_divergence_rule(
      student: rule.student.kernelValue, teacher: (rule.teacher ?? rule.student).kernelValue, likelihood: rule.likelihood.kernelValue,
      divergence_weight: rule.divergenceWeight, likelihood_weight: rule.likelihoodWeight, soft_cap: rule.softCap ?? 0)
    guard let teacher, rule.teacher != nil else { return unsafe flipgate_divergence(student, nil, columns.count, &values) }
    let logits = unsafe teacher.logits.address(teacher.row, teacher.column, width: columns.count)
    return unsafe flipgate_divergence(student, logits, columns.count, &values)
  }
}

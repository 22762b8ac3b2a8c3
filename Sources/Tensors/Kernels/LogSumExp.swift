// The logarithm of the sum of exponentials of a row of logits that arrives in slices, and its largest logit.

internal import CVectorKernels
internal import Foundation

/// A running log-sum-exp; slices are added in the order of the vocabulary, so the result depends on nothing else.
public struct LogSumExp: Sendable {
  fileprivate var state = flipgate_log_sum_exp(maximum: -.infinity, maximum_index: -1, sum: 0)

  public init() {}

  /// Adds `logits[row, 0..<count]`, the logits of the tokens from `firstToken` on.
  public mutating func add(_ logits: Matrix, row: Int, count: Int, firstToken: Int) {
    unsafe flipgate_log_sum_exp_add(&state, logits.address(row, 0, width: count), count, Int32(firstToken))
  }

  /// Adds to each sum the logits of its row: `logits[row, 0..<count]`, of the tokens from `firstToken` on.
  public static func add(_ logits: Matrix, to sums: inout [LogSumExp], count: Int, firstToken: Int, team: ThreadTeam) {
    if sums.isEmpty { return }
    precondition(sums.count <= logits.paddedRows && count <= logits.columns, "logits out of range")
    let (source, columns, rows) = unsafe (Shared(logits.base), logits.columns, sums.count)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      let states = unsafe Shared(start)
      team.share(rows, width: count) { part in
        for row in part {
          unsafe flipgate_log_sum_exp_add(&states.pointer[row].state, source.pointer + row * columns, count, Int32(firstToken))
        }
      }
    }
  }

  /// log Σ exp(logit), natural logarithm; NaN if a logit was NaN or infinite.
  public var value: Double { Double(state.maximum) + Foundation.log(state.sum) }

  /// The token with the largest logit, the first of them when several are equal; -1 before anything was added.
  public var largestToken: Int { Int(state.maximum_index) }

  /// The largest logit.
  public var largestLogit: Float { state.maximum }
}

extension LogSumExp {
  /// What turns the logits into probabilities at temperature 1.
  public var scale: SoftmaxScale { SoftmaxScale(maximum: state.maximum, temperature: 1, sum: state.sum) }
}

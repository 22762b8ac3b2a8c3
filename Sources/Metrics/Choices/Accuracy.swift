// acc: is the most likely choice, or the greedy continuation, the right one?

/// Accuracy by log-likelihood.
public struct Accuracy: Metric, ChoicePicker {
  public let name = "acc"
  public let documentation = """
    1 if the choice with the largest summed log-likelihood is a right one, else 0; of equally likely choices the first counts. For a single \
    continuation: 1 if every token of it is the most probable one at its place.
    """
  public let source = "lm-evaluation-harness 0.4, `acc`"
  public let scores: Set<ResponseKind> = [.choices, .likelihood]

  public init() {}

  func value(of choice: ContinuationLikelihood) -> Double { choice.logprob }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    guard case .likelihood(let continuation) = response else { return try measureChoices(response) }
    guard !continuation.logprob.isNaN else { throw .notFinite("the log-likelihood is not a number") }
    return Measurement(isRight: continuation.isGreedy)
  }
}

// acc: is the most likely choice, or the greedy continuation, the right one?

/// Accuracy by log-likelihood.
public struct Accuracy: Metric {
  public let name = "acc"
  public let documentation = """
    1 if the choice with the largest summed log-likelihood is a right one, else 0; of equally likely choices the first counts. For a single \
    continuation: 1 if every token of it is the most probable one at its place.
    """
  public let source = "lm-evaluation-harness 0.4, `acc`"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = true
  public let scores: Set<ResponseKind> = [.choices, .likelihood]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map(\.logprob))
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    if case .likelihood(let continuation) = response {
      guard !continuation.logprob.isNaN else { throw .notFinite("the log-likelihood is not a number") }
      return Measurement(isRight: continuation.isGreedy)
    }
    let (choices, gold) = try choices(response)
    guard let picked = prediction(response) else {
      throw .notFinite("the log-likelihood of choice \(choices.firstIndex { $0.logprob.isNaN } ?? 0) is not a number")
    }
    return Measurement(isRight: gold.contains(picked))
  }
}

// acc: is the most likely choice, or the greedy continuation, the right one?

/// Accuracy by log-likelihood.
public struct Accuracy: Metric {
  public let name = "acc"
  public let documentation = """
    1 if the choice with the largest summed log-likelihood is a right one, else 0; of equally likely choices the first counts. For a single \
    continuation: 1 if every token of it is the most probable one at its place. As `acc` of lm-evaluation-harness 0.4.
    """
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let scores: Set<ResponseKind> = [.choices, .likelihood]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map(\.logprob))
  }

  public func score(_ response: Response) -> Double? {
    switch response {
    case .choices(_, let gold): prediction(response).map { gold.contains($0) ? 1 : 0 }
    case .likelihood(let continuation): continuation.logprob.isNaN ? nil : continuation.isGreedy ? 1 : 0
    case .text: nil
    }
  }
}

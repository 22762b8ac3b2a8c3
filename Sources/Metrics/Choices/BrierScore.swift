// brier_score: how far are the choices' probabilities from certainty about the right one?

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The Brier score of the choices, taken as a distribution.
public struct BrierScore: Metric {
  public let name = "brier_score"
  public let documentation = """
    The sum over the choices of the squared difference between the choice's probability and 1 for the right choice, 0 for another. The \
    probabilities are the softmax of the summed log-likelihoods. 0 is certainty about the right choice, 2 about a wrong one.
    """
  public let source = "Brier 1950; lm-evaluation-harness 0.4, `brier_score`"
  public let unit = MetricUnit.squaredError
  public let range = 0.0...2.0
  public let higherIsBetter = false
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.choices]
  public var aggregation: any Aggregation { Mean(named: "brier_score") }

  public init() {}

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map(\.logprob))
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (choices, gold) = try choicesOfOneClass(response)
    guard let picked = prediction(response), choices[picked].logprob.isFinite else {
      throw .notFinite("the log-likelihoods of the choices are no distribution")
    }
    let largest = choices[picked].logprob
    let shares = choices.map { exp($0.logprob - largest) }
    let total = shares.reduce(0, +)
    var sum = 0.0
    for (index, share) in shares.enumerated() {
      let difference = share / total - (index == gold ? 1 : 0)
      sum += difference * difference
    }
    // Rounding may carry the sum of the squares past 2 by a bit.
    return try Measurement(min(sum, 2))
  }
}

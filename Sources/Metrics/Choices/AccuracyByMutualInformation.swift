// acc_mutual_info: is the choice right that the context makes more likely than any other?

/// Accuracy by the log-likelihood that a choice gains from its context.
public struct AccuracyByMutualInformation: Metric {
  public let name = "acc_mutual_info"
  public let documentation = """
    1 if the choice whose log-likelihood rises most by the context is a right one, else 0: the log-likelihood after the context less that \
    without it. Of equal choices the first counts.
    """
  public let source = "Holtzman et al. 2021 (pointwise mutual information); lm-evaluation-harness 0.4, `acc_mutual_info`"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = true
  public let scores: Set<ResponseKind> = [.choices]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    // A choice without its unconditional likelihood has no gain.
    return argmax(choices.map { choice in choice.unconditionalLogprob.map { choice.logprob - $0 } ?? .nan })
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (choices, gold) = try choices(response)
    if let missing = choices.firstIndex(where: { $0.unconditionalLogprob == nil }) { throw .noUnconditionalLikelihood(choice: missing) }
    guard let picked = prediction(response) else { throw .notFinite("what a choice gains by its context is not a number") }
    return Measurement(isRight: gold.contains(picked))
  }
}

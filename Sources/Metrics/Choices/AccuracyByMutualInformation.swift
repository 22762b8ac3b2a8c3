// acc_mutual_info: is the choice right that the context makes more likely than any other?

/// Accuracy by the log-likelihood that a choice gains from its context.
public struct AccuracyByMutualInformation: Metric, ChoicePicker {
  public let name = "acc_mutual_info"
  public let documentation = """
    1 if the choice whose log-likelihood rises most by the context is a right one, else 0: the log-likelihood after the context less that \
    without it. Of equal choices the first counts.
    """
  public let source = "Holtzman et al. 2021 (pointwise mutual information); lm-evaluation-harness 0.4, `acc_mutual_info`"

  public init() {}

  func value(of choice: ContinuationLikelihood) -> Double { choice.unconditionalLogprob.map { choice.logprob - $0 } ?? .nan }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    if case .choices(let choices, _) = response, let missing = choices.firstIndex(where: { $0.unconditionalLogprob == nil }) {
      throw .noUnconditionalLikelihood(choice: missing)
    }
    return try measureChoices(response)
  }
}

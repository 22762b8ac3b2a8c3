// acc_norm: is the choice right that is most likely for its length in characters?

/// Accuracy by log-likelihood per character.
public struct AccuracyPerCharacter: Metric {
  public let name = "acc_norm"
  public let documentation = """
    1 if the choice with the largest log-likelihood divided by its length is a right one, else 0; of equal choices the first counts. The length \
    is that of the choice's text in Unicode code points, without the delimiter. As `acc_norm` of lm-evaluation-harness 0.4.
    """
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let scores: Set<ResponseKind> = [.choices]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map { $0.logprob / Double($0.text.unicodeScalars.count) })
  }

  public func score(_ response: Response) -> Double? {
    guard case .choices(_, let gold) = response else { return nil }
    return prediction(response).map { gold.contains($0) ? 1 : 0 }
  }
}

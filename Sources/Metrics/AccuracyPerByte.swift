// acc_bytes: is the choice right that is most likely for its length in bytes?

/// Accuracy by log-likelihood per UTF-8 byte.
public struct AccuracyPerByte: Metric {
  public let name = "acc_bytes"
  public let documentation = """
    1 if the choice with the largest log-likelihood divided by its length is a right one, else 0; of equal choices the first counts. The length \
    is that of the choice's text in UTF-8 bytes, without the delimiter. As `acc_bytes` of lm-evaluation-harness 0.4.
    """
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let scores: Set<ResponseKind> = [.choices]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map { $0.logprob / Double($0.text.utf8.count) })
  }

  public func score(_ response: Response) -> Double? {
    guard case .choices(_, let gold) = response else { return nil }
    return prediction(response).map { gold.contains($0) ? 1 : 0 }
  }
}

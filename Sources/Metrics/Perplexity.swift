// perplexity: how surprising is the right continuation?

/// Perplexity of a continuation, a task's items taken together.
public struct Perplexity: Metric {
  public let name = "perplexity"
  public let documentation = """
    An item's score is the negative log-likelihood of the whole continuation in nats; a task's number is the exponential of their mean. Smaller is \
    better for both. As `perplexity` of lm-evaluation-harness 0.4, whose logs hold the log-likelihood itself, with the opposite sign.
    """
  public let unit = MetricUnit.nats
  public let range = 0.0...Double.infinity
  public let higherIsBetter = false
  public let scores: Set<ResponseKind> = [.likelihood]
  public var aggregation: any Aggregation { ExponentialOfMean() }

  public init() {}

  public func score(_ response: Response) -> Double? {
    guard case .likelihood(let continuation) = response, !continuation.logprob.isNaN else { return nil }
    return max(0, -continuation.logprob)
  }
}

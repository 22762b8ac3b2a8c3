// perplexity: how surprising is the right continuation?

/// Perplexity of a continuation, a task's items taken together.
public struct Perplexity: Metric {
  public let name = "perplexity"
  public let documentation = """
    An item's score is the negative log-likelihood of the whole continuation in nats; a task's number is the exponential of their mean. Smaller is \
    better for both. The harness's logs hold the log-likelihood itself, with the opposite sign.
    """
  public let source = "lm-evaluation-harness 0.4, `perplexity`"
  public let unit = MetricUnit.nats
  public let range = 0.0...Double.infinity
  public let higherIsBetter = false
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.likelihood]
  public var aggregation: any Aggregation { ExponentialOfMean() }

  public init() {}

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    guard case .likelihood(let continuation) = response else { throw .kind(response.kind, metric: name, scores: scores) }
    guard continuation.logprob.isFinite else { throw .notFinite("the log-likelihood is \(continuation.logprob)") }
    return try Measurement(max(0, -continuation.logprob))
  }
}

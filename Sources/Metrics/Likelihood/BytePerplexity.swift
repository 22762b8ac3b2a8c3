// byte_perplexity: how surprising is a text, byte by byte?

/// Perplexity of texts per UTF-8 byte.
public struct BytePerplexity: Metric {
  public let name = "byte_perplexity"
  public let documentation = """
    An item's score is the negative log-likelihood of its text in nats per UTF-8 byte; a task's number is the exponential of the negative \
    log-likelihood of all texts per byte of all texts.
    """
  public let source = "lm-evaluation-harness 0.4, `byte_perplexity`"
  public let unit = MetricUnit.nats
  public let range = 0.0...Double.infinity
  public let higherIsBetter = false
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.rolling]
  public var aggregation: any Aggregation { LikelihoodPerUnit.perplexity(per: "bytes") }

  public init() {}

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let text = try rolling(response)
    return try LikelihoodPerUnit.perplexity(per: "bytes").measurement(text.logprob, per: "bytes", count: text.bytes)
  }
}

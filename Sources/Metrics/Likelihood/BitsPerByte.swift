// bits_per_byte: how well would the model compress a text?

/// How many bits a byte of text costs.
public struct BitsPerByte: Metric {
  public let name = "bits_per_byte"
  public let documentation = """
    An item's score is the negative binary log-likelihood of its text per UTF-8 byte; a task's number is that of all texts together, per byte \
    of all texts.
    """
  public let source = "lm-evaluation-harness 0.4, `bits_per_byte`"
  public let unit = MetricUnit.bits
  public let range = 0.0...Double.infinity
  public let higherIsBetter = false
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.rolling]
  public var aggregation: any Aggregation { LikelihoodPerUnit.bitsPerByte }

  public init() {}

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let text = try rolling(response)
    return try LikelihoodPerUnit.bitsPerByte.measurement(text.logprob, per: "bytes", count: text.bytes)
  }
}

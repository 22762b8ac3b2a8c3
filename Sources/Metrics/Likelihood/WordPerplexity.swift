// word_perplexity: how surprising is a text, word by word?

/// Perplexity of texts per word.
public struct WordPerplexity: Metric {
  public let name = "word_perplexity"
  public let documentation = """
    An item's score is the negative log-likelihood of its text in nats per word; a task's number is the exponential of the negative \
    log-likelihood of all texts per word of all texts. Words are the pieces between white space.
    """
  public let source = "lm-evaluation-harness 0.4, `word_perplexity`"
  public let unit = MetricUnit.nats
  public let range = 0.0...Double.infinity
  public let higherIsBetter = false
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.rolling]
  public var aggregation: any Aggregation { LikelihoodPerUnit.perplexity(per: "words") }

  public init() {}

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let text = try rolling(response)
    return try LikelihoodPerUnit.perplexity(per: "words").measurement(text.logprob, per: "words", count: text.words)
  }
}

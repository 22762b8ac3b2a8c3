// acc_bytes: is the choice right that is most likely for its length in bytes?

/// Accuracy by log-likelihood per UTF-8 byte.
public struct AccuracyPerByte: Metric, ChoicePicker {
  public let name = "acc_bytes"
  public let documentation = """
    1 if the choice with the largest log-likelihood divided by its length is a right one, else 0; of equal choices the first counts. The length \
    is that of the choice's text in UTF-8 bytes, without the delimiter.
    """
  public let source = "lm-evaluation-harness 0.4, `acc_bytes`"

  public init() {}

  func value(of choice: ContinuationLikelihood) -> Double { choice.logprob / Double(choice.text.utf8.count) }
}

// acc_norm: is the choice right that is most likely for its length in characters?

/// Accuracy by log-likelihood per character.
public struct AccuracyPerCharacter: Metric, ChoicePicker {
  public let name = "acc_norm"
  public let documentation = """
    1 if the choice with the largest log-likelihood divided by its length is a right one, else 0; of equal choices the first counts. The length \
    is that of the choice's text in Unicode code points, without the delimiter.
    """
  public let source = "lm-evaluation-harness 0.4, `acc_norm`"

  public init() {}

  func value(of choice: ContinuationLikelihood) -> Double { choice.logprob / Double(choice.text.unicodeScalars.count) }
}

// An outcome as it comes out of a log, with what the log knows beyond it.

/// An outcome and where it stood.
public struct LoggedOutcome: Sendable {
  public var outcome: ItemOutcome
  /// The line or element that it came from; several outcomes may share one.
  public var place: Int
  /// A text that is the same on both sides if the same was asked, such as the digest of a prompt; nil where the item's identity says it all.
  public var prompt: String?
  /// Whether right and wrong follow from a score of 1 or 0 alone.
  public var isCorrectnessInferred: Bool

  public init(_ outcome: ItemOutcome, place: Int, prompt: String? = nil, isCorrectnessInferred: Bool = false) {
    self.outcome = outcome
    self.place = place
    self.prompt = prompt
    self.isCorrectnessInferred = isCorrectnessInferred
  }
}

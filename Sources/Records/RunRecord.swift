// A run record in memory: a header and its outcomes.

/// What one model answered to the items of some tasks.
public struct RunRecord: Sendable, Hashable {
  public var header: RecordHeader
  /// In task order, then item order.
  public var outcomes: [ItemOutcome]
  /// Whether the record ended with its end line: an incomplete one can only be resumed or merged.
  public var isComplete: Bool
  /// What the run cost; nil where the record does not say.
  public var usage: RunUsage?

  public init(header: RecordHeader, outcomes: [ItemOutcome], isComplete: Bool, usage: RunUsage? = nil) {
    self.header = header
    self.outcomes = outcomes
    self.isComplete = isComplete
    self.usage = usage
  }
}

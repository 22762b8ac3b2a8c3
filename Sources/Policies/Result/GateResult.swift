// The gate's result: the verdict with all evidence for it. Every report is a function of this one value.

public import Comparison
public import Records

/// What the gate found, fresh from ``Policy/judge(_:today:)`` or read back from `result.json`: both give the same reports.
public struct GateResult: Sendable, Hashable {
  public var verdict: Verdict
  public var policy: PolicyReference
  public var baseline: RecordHeader
  public var candidate: RecordHeader
  /// What differs between the two sides beside their weights.
  public var differences: [ComparabilityDifference]
  public var tasks: [TaskSummary]
  /// What the models do against themselves; nil where no repeated records were given.
  public var noise: NoiseFloor?
  /// In the policy's order, then the comparison's.
  public var budgets: [BudgetOutcome]
  public var findings: [Finding]
  public var waivers: [WaiverOutcome]
  /// Every negative flip, and every item that lost more than a budget's `item_drop`.
  public var items: [ReportedItem]
  /// What was done about the regressions; nil where nothing was.
  public var remedy: Remedy?

  /// What the process is to say: a delivery that is required and fails can still turn it into ``ExitStatus/failure``.
  public var exitStatus: ExitStatus { verdict.exitStatus }
}

/// Which policy judged.
public struct PolicyReference: Sendable, Hashable {
  public var name: String
  /// `sha256:` of the file's bytes.
  public var digest: String
  public var path: String

  public init(name: String, digest: String, path: String) {
    self.name = name
    self.digest = digest
    self.path = path
  }
}

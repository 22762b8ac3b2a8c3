// What the gate found about the evidence itself, beside the budgets.

/// Something about the evidence or the policy that a reader of the verdict must know.
public struct Finding: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The two sides were not asked the same in the same way.
    case incomparable
    /// The two sides differ in something that does not forbid the comparison.
    case difference
    case missingTask = "missing_task"
    /// Items that only one side answered.
    case missingItems = "missing_items"
    case errors
    case unscored
    case noEvidence = "no_evidence"
    /// A limit that can't be broken.
    case limit
    case waiver
    /// What a model does against itself, and budgets below it.
    case noise
    /// Something in the policy that this version leaves out.
    case unsupported
    /// What the policy asks to be done about a regression could not be done.
    case remedy
  }

  /// What the finding does to the verdict, the worst first.
  public enum Level: String, Sendable, Hashable, CaseIterable {
    case failed
    case undecided
    case warning
    case note
  }

  public var kind: Kind
  public var level: Level
  public var task: String?
  /// One sentence with the numbers.
  public var message: String

  public init(kind: Kind, level: Level, task: String?, message: String) {
    self.kind = kind
    self.level = level
    self.task = task
    self.message = message
  }
}

/// What became of a waiver.
public struct WaiverOutcome: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// A broken budget is allowed because of it.
    case used
    /// No budget needed it.
    case unused
    /// Its last day is over.
    case expired
  }

  public var id: String
  public var state: State

  public init(id: String, state: State) {
    self.id = id
    self.state = state
  }
}

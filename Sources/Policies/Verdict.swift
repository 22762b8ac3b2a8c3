// What the gate says, of one budget and of the whole comparison.

/// The gate's answer to "may this candidate ship?".
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// Every budget holds on valid evidence.
  case passed
  /// Nothing blocks, but something should be looked at: a broken `warn` budget, a waived one, a warning.
  case warned
  /// A budget whose action is `fail` is broken, on valid evidence.
  case failed
  /// No budget is known to be broken, but not all could be judged.
  case undecided

  public var exitStatus: ExitStatus {
    switch self {
    case .passed, .warned: .passed
    case .failed: .regression
    case .undecided: .undecided
    }
  }
}

/// What a broken budget means.
public enum Action: String, Sendable, Hashable, CaseIterable {
  /// It blocks: the verdict is `failed`.
  case fail
  /// It is reported, the verdict is at least `warned`.
  case warn
  /// It is shown and changes nothing.
  case info
}

/// How one budget came out.
public enum BudgetStatus: String, Sendable, Hashable, CaseIterable {
  case passed
  /// Broken, but its action does not block.
  case warned
  /// Broken, and it blocks.
  case failed
  /// It could not be judged: evidence is missing or too little.
  case undecided
  /// Broken, and a waiver in force allows it.
  case waived
}

// What the process tells its caller: the five exit statuses of every command.

public import Documents

/// The exit status of the command line. Scripts rely on these numbers: they never change meaning.
public enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
  /// The gate passed, or the command did what it was asked; warnings do not change it.
  case passed = 0
  /// A budget is broken: a regression.
  case regression = 1
  /// Usage or configuration: a flag, policy, task, adapter or checkpoint that can't be used as asked.
  case configuration = 2
  /// Not enough evidence, items missing on one side, or the two sides are not comparable.
  case undecided = 3
  /// The run itself failed: I/O, memory, engine, an interrupted run, a required delivery.
  case failure = 4

  /// What an error of this severity means for the process.
  public init(_ severity: DiagnosticSeverity) {
    self =
      switch severity {
      case .configuration: .configuration
      case .undecided: .undecided
      case .run: .failure
      }
  }
}

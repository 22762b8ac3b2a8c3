// What keeps a training run from being made, or from going on.

public import Documents

public enum TrainingError: Diagnostic {
  case badSetting(name: String, found: String, expected: String)
  /// There is nothing to train on, or nothing is left of it.
  case noExamples(source: String, reason: String)
  /// There is nothing to validate on.
  case noValidation(source: String)
  /// A loss or a gradient is no finite number; `checkpoint` holds the values before it.
  case diverged(step: Int, what: String, checkpoint: String?)
  /// The user or the system asked to stop.
  case interrupted(step: Int, checkpoint: String)
  /// An adapter, or anything else, is already where the new one should be.
  case outputExists(String)
  /// An interrupted run's state is there, and was not asked for.
  case unfinished(checkpoint: String)
  /// The state belongs to another run.
  case otherRun(checkpoint: String, difference: String)
  case badCheckpoint(path: String, problem: String)
  case checkpoint(path: String, any Error)
  /// A sweep is judged by validation tokens, and the two models have different ones.
  case sweepNeedsTokens
  /// No stretch of text ends at a token's end by both tokenizers.
  case nothingInCommon(sequences: Int)

  /// Whether the run was stopped from outside, and nothing is wrong with it.
  public var isInterruption: Bool { if case .interrupted = self { true } else { false } }

  public var cause: (any Error)? { if case .checkpoint(_, let error) = self { error } else { nil } }

  public var severity: DiagnosticSeverity {
    switch self {
    case .diverged, .interrupted: .run
    case .checkpoint(_, let error): (error as? any Diagnostic)?.severity ?? .run
    default: .configuration
    }
  }
}

extension TrainingError {
  public var description: String {
    switch self {
    case .badSetting(let name, let found, let expected): "the training setting \(quoted(name)) is \(found); expected \(expected)"
    case .noExamples(let source, let reason): "\(visible(source)): there is nothing to train on: \(reason)"
    case .noValidation(let source):
      "\(visible(source)): no example is left for validation; give more examples, a larger share, or validation examples of their own"
    case .diverged(let step, let what, let checkpoint):
      "training diverged at step \(step): \(what) is no finite number; train with a lower learning rate, a longer warm-up or a smaller clip norm"
        + (checkpoint.map { " (the values before this step are kept in \(visible($0)))" } ?? "")
    case .interrupted(let step, let checkpoint):
      "training was stopped after step \(step); its state is kept in \(visible(checkpoint)), go on with --resume"
    case .outputExists(let path): "\(visible(path)) is there already; name another folder, or remove it"
    case .unfinished(let checkpoint):
      "\(visible(checkpoint)) holds the state of a training run that was interrupted; go on with it by --resume, or remove it"
    case .otherRun(let checkpoint, let difference):
      "\(visible(checkpoint)) holds the state of another training run: \(difference); resume with what it was begun with, or remove it"
    case .badCheckpoint(let path, let problem):
      "\(visible(path)) is no usable training state: \(problem); remove it to begin anew"
    case .nothingInCommon(let sequences):
      "the old model can't teach across tokenizers here: in \(sequences) examples the two tokenizers cut the text nowhere at the same place"
    case .sweepNeedsTokens:
      "a sweep compares recipes by the tokens that both models predict, and the two models have different tokenizers; train them one by one"
    case .checkpoint(let path, _): "the training state \(visible(path)) can't be read or written"
    }
  }
}

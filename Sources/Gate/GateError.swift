// What stops the gate before there is anything to judge.

public import Documents

public enum GateError: Diagnostic {
  /// Neither the policy nor the command names a task, and a side is a model.
  case noTasks(policy: String)
  /// An adapter was given for a side that is a record.
  case adapterOfRecord(record: String, adapter: String)
  /// What is to be asked is a run record or log.
  case notAModel(path: String)
  /// The items that may not be trained on were given as a record, which holds their answers alone.
  case recordHasNoQuestions(path: String)
  /// A remedy was asked for, and neither the policy nor the command says what to train on.
  case noTrainingData(policy: String)
  /// A remedy was asked for on a side that is a record.
  case remedyOfRecord(path: String)
  /// A remedy that can't be trained as it is written.
  case remedyUnusable(any Error)
  /// The candidate was judged, and the run was stopped while its remedy was trained.
  case remedyStopped(any Error)
  /// A side can't be used.
  case side(role: String, any Error)

  public var cause: (any Error)? {
    switch self {
    case .side(_, let error), .remedyUnusable(let error), .remedyStopped(let error): error
    default: nil
    }
  }

  public var severity: DiagnosticSeverity {
    cause.map { ($0 as? any Diagnostic)?.severity ?? .configuration } ?? .configuration
  }
}

extension GateError {
  public var description: String {
    switch self {
    case .noTasks(let policy): "\(policy) names no tasks, and --tasks was not given; name at least one task in either place"
    case .adapterOfRecord(let record, let adapter):
      "\(record) is a run record, and \(adapter) can't be applied to what was answered before; name the checkpoint that the adapter belongs to"
    case .notAModel(let path):
      "\(path): this is a run record or log, which holds answers already; a model to ask is a checkpoint folder or a .gguf file"
    case .noTrainingData(let policy):
      "--remediate needs training data: add a remedy to \(policy), or name the data with --train"
    case .remedyOfRecord(let path):
      "\(path): this is a run record, and --remediate trains an adapter on checkpoints; name the checkpoint itself"
    case .remedyUnusable: "the remedy can't be trained as it is asked for, and nothing was evaluated"
    case .remedyStopped: "the candidate was judged, and its remedy was stopped"
    case .recordHasNoQuestions(let path):
      "\(path): a run record holds answers and no questions, so training data can't be held against it; name the tasks themselves"
    case .side(let role, _): "the \(role) can't be evaluated, so there is nothing to judge"
    }
  }
}

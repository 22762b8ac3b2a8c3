// What stops the gate before there is anything to judge.

public import Documents

public enum GateError: Diagnostic {
  /// Neither the policy nor the command names a task, and a side is a model.
  case noTasks(policy: String)
  /// An adapter was given for a side that is a record.
  case adapterOfRecord(record: String, adapter: String)
  /// What is to be asked is a run record or log.
  case notAModel(path: String)
  /// The items that may not be trained on were given as a record, which holds their answers alone; `task` is the one that is nowhere, nil for another
  /// tool's log.
  case recordHasNoQuestions(path: String, task: String?)
  /// A record has items that are not among those of its task.
  case recordOfOtherItems(path: String, task: String, items: Int)
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
    case .recordHasNoQuestions(let path, nil):
      "\(path): another tool's log names its items in its own way, so training data can't be held against it; name the tasks themselves"
    case .recordHasNoQuestions(let path, let task?):
      "\(path): the record holds answers to the task \(quoted(task)) and none of its questions; name the task's file beside the record, "
        + "so that training data can be held against what was asked"
    case .recordOfOtherItems(let path, let task, let items):
      "\(path): \(items) item\(items == 1 ? "" : "s") of the record \(items == 1 ? "is" : "are") not among those of the task \(quoted(task)); "
        + "name the task and the data that it was made with"
    case .side(let role, _): "the \(role) can't be evaluated, so there is nothing to judge"
    }
  }
}

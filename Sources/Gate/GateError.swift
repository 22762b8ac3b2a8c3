// What stops the gate before there is anything to judge.

public import Documents

public enum GateError: Diagnostic {
  /// Neither the policy nor the command names a task, and a side is a model.
  case noTasks(policy: String)
  /// An adapter was given for a side that is a record.
  case adapterOfRecord(record: String, adapter: String)
  /// What is to be asked is a run record or log.
  case notAModel(path: String)
  /// A side can't be used.
  case side(role: String, any Error)

  public var cause: (any Error)? { if case .side(_, let error) = self { error } else { nil } }

  public var severity: DiagnosticSeverity {
    if case .side(_, let error) = self { (error as? any Diagnostic)?.severity ?? .configuration } else { .configuration }
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
    case .side(let role, _): "the \(role) can't be evaluated, so there is nothing to judge"
    }
  }
}

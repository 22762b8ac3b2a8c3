// Why an evaluation as a whole did not come to its end.

public import Documents

public enum EvaluationError: Diagnostic {
  /// Stopped from outside; what was computed is on the disk.
  case interrupted(done: Int, total: Int, resume: String)
  /// The limit and shard leave no item of any task.
  case noItems(tasks: [String], limit: Int?, shard: String?)
  /// A checkpoint can't be opened, read or loaded.
  case model(path: String, any Error)
  /// Prompts should go through a chat template that the checkpoint does not have.
  case noChatTemplate(path: String)
  /// A record whose outcomes are scored again has none of a task.
  case taskNotRecorded(path: String, task: String)
  /// A record whose outcomes are scored again has items that the task does not have.
  case itemsNotInTask(path: String, task: String, items: Int)
  /// A recorded outcome does not hold what the task's kind of answer needs.
  case noAnswer(path: String, item: String)

  /// Whether the run was stopped from outside, and nothing is wrong with model or tasks.
  public var isInterruption: Bool { if case .interrupted = self { true } else { false } }

  public var cause: (any Error)? { if case .model(_, let error) = self { error } else { nil } }

  public var severity: DiagnosticSeverity {
    switch self {
    case .interrupted: .run
    case .noItems, .noChatTemplate, .taskNotRecorded, .itemsNotInTask, .noAnswer: .configuration
    case .model(_, let error): (error as? any Diagnostic)?.severity ?? .configuration
    }
  }
}

extension EvaluationError {
  public var description: String {
    switch self {
    case .interrupted(let done, let total, let resume): "interrupted after \(done) of \(total) items; \(resume)"
    case .noItems(let tasks, let limit, let shard):
      "no item of \(tasks.joined(separator: ", ")) is left to ask"
        + (limit.map { " with --limit \($0)" } ?? "") + (shard.map { " and --shard \($0)" } ?? "") + "; a gate without evidence can't pass"
    case .model(let path, _): "\(path): the model can't be used"
    case .noChatTemplate(let path):
      "\(path): the checkpoint has no chat template, so --apply-chat-template can't be used; leave it out, or put a chat_template.jinja into the "
        + "folder"
    case .taskNotRecorded(let path, let task):
      "\(path): the record has no outcome of the task \(quoted(task)); name the tasks that it was made with"
    case .itemsNotInTask(let path, let task, let items):
      "\(path): \(items) items of the record are not among those of the task \(quoted(task)); score with the data and the prompts that it was "
        + "made with"
    case .noAnswer(let path, let item):
      "\(path): the outcome of the item \(quoted(item)) holds no answer to what the task asks now; the record was made by another kind "
        + "of task, with other choices, or for metrics that ask less"
    }
  }
}

// One question of a task, ready to be asked: what is common to every model.

/// A context and one continuation whose log-likelihood is asked for.
public struct LikelihoodRequest: Sendable, Hashable {
  /// The prompt: description, few-shot examples and the question.
  public var context: String
  /// What follows, with the delimiter that joins it to the context (`" Paris"`).
  public var continuation: String

  public init(context: String, continuation: String) {
    self.context = context
    self.continuation = continuation
  }
}

/// One question of a task.
public struct TaskItem: Sendable {
  /// What is asked of the model.
  public enum Question: Sendable, Hashable {
    /// One request a choice; `choices` are the texts without delimiter and `gold` the indices of the right ones.
    case multipleChoice(requests: [LikelihoodRequest], choices: [String], gold: [Int])
    /// The log-likelihood of the one right continuation.
    case likelihood(LikelihoodRequest)
  }

  /// `sha256:` of the canonical document, prompt and target, with `#2`, `#3` behind it for repetitions: never its position.
  public var identity: String
  /// Position in the task's data, from 0.
  public var index: Int
  public var question: Question
  /// The right answer as text.
  public var target: String
  /// Slice name -> value, in the task's order of names.
  public var slices: [(name: String, value: String)]
  /// What the item is clustered by (a document that many items share), if anything.
  public var cluster: String?

  public init(
    identity: String, index: Int, question: Question, target: String, slices: [(name: String, value: String)] = [], cluster: String? = nil
  ) {
    self.identity = identity
    self.index = index
    self.question = question
    self.target = target
    self.slices = slices
    self.cluster = cluster
  }
}

/// A task with its data: what `TaskCatalog` loads and `Evaluation` runs.
public struct EvaluationTask: Sendable {
  public var name: String
  /// Digest of the task's definition (prompts, choices, filters, metrics), not of its file's layout.
  public var taskDigest: String
  /// Digest of the data files that the task reads.
  public var dataDigest: String
  public var fewshotCount: Int
  public var items: [TaskItem]
  /// The names of the metrics, in the task's order.
  public var metrics: [String]
  /// The metric that decides whether an item is right.
  public var primaryMetric: String

  public init(
    name: String, taskDigest: String, dataDigest: String, fewshotCount: Int, items: [TaskItem], metrics: [String], primaryMetric: String
  ) {
    self.name = name
    self.taskDigest = taskDigest
    self.dataDigest = dataDigest
    self.fewshotCount = fewshotCount
    self.items = items
    self.metrics = metrics
    self.primaryMetric = primaryMetric
  }
}

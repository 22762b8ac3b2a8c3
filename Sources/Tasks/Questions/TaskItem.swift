// One question of a task, ready to be asked: what is common to every model.

public import Documents

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

/// A context and how its continuation is generated.
public struct GenerationRequest: Sendable, Hashable {
  public var context: String
  public var settings: GenerationSettings

  public init(context: String, settings: GenerationSettings) {
    self.context = context
    self.settings = settings
  }
}

/// One question of a task.
public struct TaskItem: Sendable {
  /// What is asked of the model.
  public enum Question: Sendable, Hashable {
    /// One request a choice; `choices` are the texts without delimiter and `gold` the indices of the right ones. `unconditional` asks for the same
    /// continuations without a context, where a metric compares the two (`acc_mutual_info`); it is empty otherwise.
    case multipleChoice(requests: [LikelihoodRequest], choices: [String], gold: [Int], unconditional: [LikelihoodRequest])
    /// The log-likelihood of the one right continuation.
    case likelihood(LikelihoodRequest)
    /// The log-likelihood of a whole text, from its first token on.
    case rolling(text: String)
    /// A text that the model writes; `references` are the texts that would be right.
    case generation(GenerationRequest, references: [String])
    /// No question can be made of the document: the item is an error, and the others are asked. `generates` says what it would have been.
    case unaskable(reason: String, generates: Bool)
  }

  var isUnaskable: Bool { if case .unaskable = question { true } else { false } }

  /// `sha256:` of the canonical document, prompt and target, with `#2`, `#3` behind it for repetitions: never its position, never a chat template.
  public var identity: String
  /// Position in the task's data, from 0.
  public var index: Int
  /// The question with its prompt as plain text.
  public var question: Question
  /// The prompts behind the question: one, or one a choice where the choices stand in the prompt.
  public var prompts: [Prompt]
  /// The right answer as text.
  public var target: String
  /// The document that the question was made of: filters of answers read its fields.
  public var document: JSONValue
  /// Slice name -> value, in the task's order of names.
  public var slices: [(name: String, value: String)]
  /// What the item is clustered by (a document that many items share), if anything.
  public var cluster: String?

  public init(
    identity: String, index: Int, question: Question, prompts: [Prompt] = [], target: String, document: JSONValue = .null,
    slices: [(name: String, value: String)] = [], cluster: String? = nil
  ) {
    self.identity = identity
    self.index = index
    self.question = question
    self.prompts = prompts
    self.target = target
    self.document = document
    self.slices = slices
    self.cluster = cluster
  }
}

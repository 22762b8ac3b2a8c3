// A prompt in its parts: instruction, examples and question as turns, to be written as one text or as messages of a chat.

public import Templates

/// What a model is given, before it is decided how it is written.
///
/// The parts and their joints are those of lm-evaluation-harness 0.4.13 (`ConfigurableTask.fewshot_context`, `build_qa_turn`, `Message`).
public struct Prompt: Sendable, Hashable {
  public struct Turn: Sendable, Hashable {
    public var role: ChatMessage.Role
    public var content: String
    /// What follows the content where the prompt is one text; a chat does without.
    public var delimiter: String

    public init(role: ChatMessage.Role, content: String, delimiter: String = "") {
      self.role = role
      self.content = content
      self.delimiter = delimiter
    }
  }

  /// The task's description; empty where it has none.
  public var instruction: String
  /// What joins a system instruction of the caller to the task's own.
  public var instructionDelimiter: String
  /// Examples as turns of user and assistant, the question, and the beginning of the answer if the task writes one.
  public var turns: [Turn]

  public init(instruction: String = "", instructionDelimiter: String = "\n\n", turns: [Turn]) {
    self.instruction = instruction
    self.instructionDelimiter = instructionDelimiter
    self.turns = turns
  }

  /// Whether the task has begun the answer (`gen_prefix`), so that a chat's last message stays open.
  public var beginsAnswer: Bool { turns.last?.role == .assistant }

  /// The prompt as one text, as models without a chat template are asked.
  public func text(systemInstruction: String? = nil) -> String {
    var text = system(systemInstruction)
    for turn in turns {
      text += turn.content
      text += turn.delimiter
    }
    return text
  }

  /// The prompt as messages.
  ///
  /// - Parameter examplesAsTurns: each example is a question of the user and an answer of the assistant (`--fewshot-as-multiturn`); else they
  ///   stand in one message of the user, before the question.
  public func messages(systemInstruction: String? = nil, examplesAsTurns: Bool) -> [ChatMessage] {
    var messages: [ChatMessage] = []
    let system = system(systemInstruction)
    if !system.isEmpty { messages.append(ChatMessage(role: .system, content: system)) }
    if examplesAsTurns { return messages + turns.map { ChatMessage(role: $0.role, content: $0.content) } }
    let asked = beginsAnswer ? turns.dropLast() : turns[...]
    var text = ""
    for (index, turn) in asked.enumerated() { text += index == asked.count - 1 ? turn.content : turn.content + turn.delimiter }
    messages.append(ChatMessage(role: .user, content: text))
    if beginsAnswer, let last = turns.last { messages.append(ChatMessage(role: last.role, content: last.content)) }
    return messages
  }

  private func system(_ given: String?) -> String { Self.joined(given ?? "", instruction, instructionDelimiter) }

  /// Two texts with a delimiter between them, unless one is empty or white space is there already (`maybe_delimit`).
  static func joined(_ before: String, _ after: String, _ delimiter: String) -> String {
    touch(before, after) ? before + delimiter + after : before + after
  }

  /// Whether two texts would touch without white space between them (`requires_delimiter`).
  static func touch(_ before: String, _ after: String) -> Bool {
    guard let last = before.unicodeScalars.last, let first = after.unicodeScalars.first else { return false }
    return !PythonText.isSpace(last) && !PythonText.isSpace(first)
  }
}

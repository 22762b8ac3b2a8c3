// How prompts are written for a model: as plain text, or through its chat template.

public import Documents
public import OrderedCollections
public import Templates

/// The choices that `--apply-chat-template`, `--system-instruction` and `--fewshot-as-multiturn` make.
public struct PromptStyle: Sendable {
  /// A model's way of writing a chat.
  public struct Chat: Sendable {
    public var template: ChatTemplate
    public var specialTokens: [String: String]
    /// Whether few-shot examples are turns of the chat, or part of one message.
    public var examplesAsTurns: Bool
    /// What else the template reads.
    public var variables: OrderedDictionary<String, JSONValue>
    public var date: CalendarTime?

    public init(
      template: ChatTemplate, specialTokens: [String: String], examplesAsTurns: Bool = false, variables: OrderedDictionary<String, JSONValue> = [:],
      date: CalendarTime? = nil
    ) {
      self.template = template
      self.specialTokens = specialTokens
      self.examplesAsTurns = examplesAsTurns
      self.variables = variables
      self.date = date
    }
  }

  public var systemInstruction: String?
  public var chat: Chat?

  public init(systemInstruction: String? = nil, chat: Chat? = nil) {
    self.systemInstruction = systemInstruction
    self.chat = chat
  }

  /// Plain text without an instruction of the caller: what ``TaskItem/question`` holds.
  public static let plain = PromptStyle()
  var isPlain: Bool { chat == nil && (systemInstruction ?? "").isEmpty }

  /// The context of a prompt.
  ///
  /// Where the template raises an exception, it is asked again without the system message, as the harness's `HFLM.apply_chat_template` does.
  /// - Throws: ``TemplateError``, ``ChatError``.
  public func context(of prompt: Prompt) throws -> String {
    guard let chat else { return prompt.text(systemInstruction: systemInstruction) }
    let messages = prompt.messages(systemInstruction: systemInstruction, examplesAsTurns: chat.examplesAsTurns)
    var conversation = Conversation(
      messages, ending: prompt.beginsAnswer ? .openMessage : .generationPrompt, specialTokens: chat.specialTokens, variables: chat.variables,
      date: chat.date)
    do {
      return try chat.template.render(conversation)
    } catch let error as TemplateError {
      let others = messages.filter { $0.role != .system }
      guard error.problem.isJinjaError, others.count < messages.count, !others.isEmpty else { throw error }
      conversation.messages = others
      return try chat.template.render(conversation)
    }
  }
}

extension TemplateError.Problem {
  /// Whether jinja2 itself would raise this (`jinja2.exceptions.TemplateError`), and not Python.
  fileprivate var isJinjaError: Bool {
    switch self {
    case .raised, .undefined, .syntax, .unknownTag, .unknownFilter, .unknownTest, .unsupported: true
    case .type, .value, .limit: false
    }
  }
}

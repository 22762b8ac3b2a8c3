// What a chat template is given: messages, tools, special tokens, and whatever else a template reads.

public import Documents
public import OrderedCollections

/// A conversation and the choices of its caller, as transformers' `apply_chat_template` takes them.
public struct Conversation: Sendable, Hashable {
  public enum Ending: Sendable, Hashable {
    /// The text ends with the last message.
    case complete
    /// The beginning of an assistant's answer follows (`add_generation_prompt`).
    case generationPrompt
    /// The last message stays open, for the model to go on (`continue_final_message`).
    case openMessage
  }

  public var messages: [ChatMessage]
  public var ending: Ending
  /// The tools, as JSON schemas of functions; nil where there are none to offer.
  public var tools: [JSONValue]?
  /// Texts to answer from, as objects with `title` and `text`.
  public var documents: [JSONValue]?
  /// `bos_token`, `eos_token` and the others, by these names.
  public var specialTokens: [String: String]
  /// What else the template may read: `enable_thinking`, `date_string`. Goes before the special tokens of the same name.
  public var variables: OrderedDictionary<String, JSONValue>
  /// What `strftime_now` prints. Nothing here reads a clock: without a date its use is an error.
  public var date: CalendarTime?

  public init(
    _ messages: [ChatMessage], ending: Ending = .complete, tools: [JSONValue]? = nil, documents: [JSONValue]? = nil,
    specialTokens: [String: String] = [:], variables: OrderedDictionary<String, JSONValue> = [:], date: CalendarTime? = nil
  ) {
    self.messages = messages
    self.ending = ending
    self.tools = tools
    self.documents = documents
    self.specialTokens = specialTokens
    self.variables = variables
    self.date = date
  }

  /// The names that the template sees.
  func context(_ messages: [ChatMessage]) -> JSONValue {
    var names: OrderedDictionary<String, JSONValue> = [:]
    for (name, token) in specialTokens.sorted(by: { $0.key < $1.key }) { names[name] = .string(token) }
    names.merge(variables) { _, variable in variable }
    names["messages"] = .array(messages.map(\.withReasoningNames.json))
    names["tools"] = tools.map { .array($0) } ?? JSONValue.null
    names["documents"] = documents.map { .array($0) } ?? JSONValue.null
    names["add_generation_prompt"] = .bool(ending == .generationPrompt)
    return .object(names)
  }
}

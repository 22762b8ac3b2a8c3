// A message of a conversation: the JSON object that chat templates read, with its well-known members typed.

public import Documents
public import OrderedCollections

/// One message, in the form of OpenAI's and transformers' JSON: `{"role", "content", "tool_calls", ...}`.
///
/// All members are kept, in their order, whether they are known here or not: a template may print the whole object.
public struct ChatMessage: Sendable, Hashable {
  /// Who speaks. Templates know roles of their own, so this is an open set.
  public struct Role: RawRepresentable, Sendable, Hashable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let system = Role(rawValue: "system")
    public static let developer = Role(rawValue: "developer")
    public static let user = Role(rawValue: "user")
    public static let assistant = Role(rawValue: "assistant")
    public static let tool = Role(rawValue: "tool")
  }

  /// What a message says.
  public enum Content: Sendable, Hashable {
    case text(String)
    /// Parts as objects with a `type`, such as `{"type": "text", "text": "..."}`.
    case parts([JSONValue])
  }

  /// The members, in their order. None is null: templates tell a missing member from one that prints `None`.
  public private(set) var members: OrderedDictionary<String, JSONValue>

  public init(role: Role, content: String) { members = ["role": .string(role.rawValue), "content": .string(content)] }

  public init(role: Role, content: [JSONValue]) { members = ["role": .string(role.rawValue), "content": .array(content)] }

  /// A message from JSON; members that are null are left out, as transformers does.
  ///
  /// - Parameter place: what errors call the message, `messages[3]`.
  /// - Throws: ``ChatError`` where this is no object, has no role, or its content is neither text nor parts.
  public init(_ json: JSONValue, place: String = "message") throws(ChatError) {
    guard case .object(var members) = json else { throw ChatError(place: place, problem: .notAnObject(found: json.kindName)) }
    members.removeAll { $0.value.isNull }
    guard let role = members["role"] else { throw ChatError(place: place, problem: .noRole) }
    guard role.string != nil else { throw ChatError(place: "\(place).role", problem: .notText(found: role.kindName)) }
    switch members["content"] {
    case nil, .string?: break
    case .array(let parts)?:
      for (index, part) in parts.enumerated() where part.object == nil {
        throw ChatError(place: "\(place).content[\(index)]", problem: .notAnObject(found: part.kindName))
      }
    case let other?: throw ChatError(place: "\(place).content", problem: .notContent(found: other.kindName))
    }
    self.members = members
  }

  /// The messages of a JSON array.
  public static func messages(_ json: JSONValue, place: String = "messages") throws(ChatError) -> [ChatMessage] {
    guard let elements = json.array else { throw ChatError(place: place, problem: .notAnArray(found: json.kindName)) }
    var messages: [ChatMessage] = []
    for (index, element) in elements.enumerated() { messages.append(try ChatMessage(element, place: "\(place)[\(index)]")) }
    return messages
  }

  public var json: JSONValue { .object(members) }
  public var role: Role { Role(rawValue: members["role"]?.string ?? "") }

  public var content: Content? {
    switch members["content"] {
    case .string(let text)?: .text(text)
    case .array(let parts)?: .parts(parts)
    default: nil
    }
  }

  /// The content as text: as it is, or the texts of its parts one after another; nil where there is none.
  public var text: String? {
    switch content {
    case .text(let text): text
    case .parts(let parts): parts.compactMap { $0["text"]?.string }.joined()
    case nil: nil
    }
  }

  /// The calls of tools that an assistant asks for, as objects `{"id", "type", "function": {"name", "arguments"}}`.
  public var toolCalls: [JSONValue] { members["tool_calls"]?.array ?? [] }

  /// A member by its name; setting null removes it.
  public subscript(member: String) -> JSONValue? {
    get { members[member] }
    set { members[member] = newValue == .null ? nil : newValue }
  }

  /// The message with its reasoning under the names that templates read, as transformers fills them.
  var withReasoningNames: ChatMessage {
    let names = ["reasoning_content", "thinking", "reasoning"]
    guard let reasoning = names.lazy.compactMap({ members[$0] }).first else { return self }
    var message = self
    if message.members["thinking"] == nil { message.members.updateValue(reasoning, forKey: "thinking", insertingAt: 0) }
    message.members["reasoning_content"] = reasoning
    return message
  }

  /// The message with `tail` added to its text, or to the last part that has one; nil where there is no text.
  func appending(_ tail: String) -> (message: ChatMessage, text: String)? {
    var message = self
    switch content {
    case .text(let text):
      message.members["content"] = .string(text + tail)
      return (message, text)
    case .parts(var parts):
      guard let index = parts.lastIndex(where: { $0["text"]?.string != nil }), case .object(var part) = parts[index],
        let text = part["text"]?.string
      else { return nil }
      part["text"] = .string(text + tail)
      parts[index] = .object(part)
      message.members["content"] = .array(parts)
      return (message, text)
    case nil: return nil
    }
  }
}

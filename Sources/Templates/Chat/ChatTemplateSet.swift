// The chat templates that come with a model: one, or several by name.

internal import OrderedCollections

/// The texts of a model's chat templates and the rule by which one is chosen.
public struct ChatTemplateSet: Sendable, Equatable {
  public static let defaultName = "default"
  public static let toolUseName = "tool_use"

  /// What errors call the place the templates come from.
  public var source: String
  private var templates: OrderedDictionary<String, String> = [:]

  /// A set without a template.
  public init(source: String) { self.source = source }

  /// The names, in the order in which they were added; a single template is called `default`.
  public var names: [String] { Array(templates.keys) }

  /// The text of the template of a name.
  public subscript(name: String) -> String? {
    get { templates[name] }
    set { templates[name] = newValue }
  }

  /// The text of the template of a name, or the one for a conversation with or without tools, as transformers' `get_chat_template` chooses.
  ///
  /// - Throws: ``ChatError`` where there is no template of that name, or none is the default.
  public func text(named name: String? = nil, withTools: Bool = false) throws(ChatError) -> String {
    if let name {
      guard let text = templates[name] else { throw ChatError(place: source, problem: .noTemplate(named: name, among: names)) }
      return text
    }
    if withTools, let text = templates[Self.toolUseName] { return text }
    guard let text = templates[Self.defaultName] else { throw ChatError(place: source, problem: .noDefaultTemplate(among: names)) }
    return text
  }

  /// The compiled template of a name, or the one for a conversation with or without tools.
  ///
  /// - Throws: ``ChatError`` as ``text(named:withTools:)``, ``TemplateError`` where the template is broken.
  public func template(named name: String? = nil, withTools: Bool = false) throws -> ChatTemplate {
    try ChatTemplate(try text(named: name, withTools: withTools), name: "\(source): chat template")
  }
}

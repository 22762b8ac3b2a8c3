// A chat template: conversation in, prompt out, as transformers renders it.

/// A compiled chat template.
///
/// Renders as transformers 5.23 does (`transformers.utils.chat_template_utils`): Jinja with `trim_blocks`, `lstrip_blocks` and loop
/// controls, `tojson` that escapes nothing, `raise_exception`, `strftime_now`, `{% generation %}`. Steps, memory and depth are bounded, and
/// nothing outside of the conversation can be reached.
public struct ChatTemplate: Sendable {
  /// The prompt of a conversation.
  public struct Rendering: Sendable, Equatable {
    public var text: String
    /// What stands between `{% generation %}` tags, as UTF-8 byte ranges of ``text``: what a model is trained on.
    public var generated: [Range<Int>]
  }

  /// The template as it was written.
  public let text: String
  private let template: Template

  /// - Parameters:
  ///   - text: the template.
  ///   - name: what errors call it: its file.
  ///   - limits: what one rendering may spend.
  /// - Throws: ``TemplateError`` with line and column of the template.
  public init(_ text: String, name: String = "chat template", limits: TemplateEnvironment.Limits = TemplateEnvironment.Limits()) throws {
    self.text = text
    var environment = TemplateEnvironment.chat
    environment.limits = limits
    template = try Template(text, name: name, environment: environment)
  }

  /// The prompt of a conversation.
  ///
  /// - Throws: ``TemplateError`` where the template fails or refuses the conversation; ``ChatError`` where there is no message, or the last
  ///   one can't be continued.
  public func render(_ conversation: Conversation) throws -> String { try rendering(of: conversation).text }

  /// The prompt of a conversation with the ranges of its `{% generation %}` blocks.
  public func rendering(of conversation: Conversation) throws -> Rendering {
    guard let last = conversation.messages.last else { throw ChatError(place: "messages", problem: .noMessages) }
    if conversation.ending == .openMessage {
      return Rendering(text: try continued(conversation, last: last), generated: [])
    }
    return try template.rendering(conversation.context(conversation.messages), date: conversation.date)
  }

  /// A mark after the final message's text tells where to cut. The space at its end shows whether the template trims texts.
  private static let mark = "CONTINUE_FINAL_MESSAGE_TAG "

  private func continued(_ conversation: Conversation, last: ChatMessage) throws -> String {
    let place = "messages[\(conversation.messages.count - 1)]"
    guard let (marked, text) = last.appending(Self.mark) else {
      throw ChatError(place: place, problem: .cannotContinue(reason: "it has no text"))
    }
    guard PythonText.contains(self.text, "content") else {
      throw ChatError(place: place, problem: .cannotContinue(reason: "the chat template nowhere reads \"content\""))
    }
    let context = conversation.context(conversation.messages.dropLast() + [marked])
    let rendered = try template.rendering(context, date: conversation.date).text
    let trimmedMark = PythonText.strip(Self.mark)
    guard PythonText.contains(rendered, PythonText.strip(text)),
      let (head, tail) = PythonText.cut(rendered, atLast: trimmedMark)
    else { throw ChatError(place: place, problem: .continuationLost) }
    return tail.utf8.first == UInt8(ascii: " ") ? head : PythonText.strip(head, start: false)
  }
}

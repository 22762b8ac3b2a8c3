// A compiled template: text in, a tree once, renderings as often as wanted.

public import Documents
internal import OrderedCollections

/// A template in Jinja's language, compiled; it can be rendered many times and from many threads.
///
/// The language is that of jinja2 3.1 as chat templates and task prompts use it: expressions, filters, tests, methods of
/// texts, lists and dictionaries, `if`, `for`, `set`, `macro`, `call`, `filter`, `with`, `raw`, `generation`. It reaches nothing outside of its
/// context, and its steps, memory and depth are bounded.
public struct Template: Sendable {
  let source: TemplateSource
  let environment: TemplateEnvironment
  let statements: [Statement]

  /// Compiles a template.
  ///
  /// - Parameters:
  ///   - text: the template.
  ///   - name: what errors call it.
  /// - Throws: ``TemplateError`` with line and column of the template.
  public init(_ text: String, name: String = "template", environment: TemplateEnvironment = TemplateEnvironment()) throws {
    source = TemplateSource(text, name: name, keepsTrailingNewline: environment.keepsTrailingNewline)
    self.environment = environment
    statements = try Parser.parse(source, environment)
  }

  /// The text of the template with its names taken from an object; anything else gives no names.
  ///
  /// - Throws: ``TemplateError`` with line and column of the template.
  public func render(_ context: JSONValue) throws -> String { try rendering(context, date: nil).text }

  /// The text with the ranges of its `{% generation %}` blocks; `date` is what `strftime_now` prints.
  func rendering(_ context: JSONValue, date: CalendarTime?) throws -> ChatTemplate.Rendering {
    let interpreter = Interpreter(self, context: context.object ?? [:], date: date)
    return ChatTemplate.Rendering(text: try interpreter.render(), generated: interpreter.generated)
  }

  /// The value itself where the template is one expression and nothing else (`{{ [a, b] }}`), or nil where it is not.
  ///
  /// - Throws: ``TemplateError`` as ``render(_:)`` does.
  public func value(_ context: JSONValue) throws -> JSONValue? {
    guard statements.count == 1, case .output(let expression) = statements[0].kind else { return nil }
    return try Interpreter(self, context: context.object ?? [:], date: nil).value(of: expression)
  }

  /// Whether the template is plain text without any tag.
  public var isConstant: Bool { statements.allSatisfy { if case .text = $0.kind { true } else { false } } }
}

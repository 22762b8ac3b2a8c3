// The parts of a prompt that a document fills in: a field of it, or a template.

internal import Documents
internal import Templates

/// A text of the task file that names a field of the documents, or else is a template.
struct PromptText: Sendable {
  let source: String
  /// The key of the task file.
  let key: String
  let location: SourceLocation
  private let template: Template

  /// - Throws: `TemplateError`.
  init(_ source: String, key: String, location: SourceLocation) throws {
    self.source = source
    self.key = key
    self.location = location
    template = try Template(source, name: "\(location) (\(key))", environment: .taskPrompts)
  }

  var canonical: JSONValue { .string(source) }

  /// Whether it is a word that looks like the name of a field, and no template.
  var isWord: Bool { !source.isEmpty && source.utf8.allSatisfy { PromptText.isWordByte($0) } }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  /// What the document's field holds, if the text names one.
  func field(of document: TaskDocument, _ fields: Set<String>) -> JSONValue?? {
    fields.contains(source) ? .some(document.value[source]) : .none
  }

  func rendered(_ document: TaskDocument) throws -> String {
    do {
      return try template.render(document.value)
    } catch let error as TemplateError {
      throw DocumentError(location: document.location, key: key, problem: .template, cause: error)
    }
  }

  /// The value of a template that is one expression; nil where it is not.
  func value(_ document: TaskDocument) throws -> JSONValue? {
    do {
      return try template.value(document.value)
    } catch let error as TemplateError {
      throw DocumentError(location: document.location, key: key, problem: .template, cause: error)
    }
  }

  /// The text of the document's own field of that name, or the template's (`Task.resolve_field`).
  func ownText(_ document: TaskDocument) throws -> String {
    if document.value[source] != nil { return try text(document, [source]) }
    return try rendered(document)
  }

  /// The text for a document: a field must hold text (or, where `converts`, anything that Python's `str` writes).
  func text(_ document: TaskDocument, _ fields: Set<String>, converts: Bool = false) throws -> String {
    guard fields.contains(source) else { return try rendered(document) }
    switch document.value[source] {
    case .string(let text)?: return text
    case let value? where converts && !value.isNull: return try PythonLiteral.text(of: value)
    case let value:
      throw DocumentError(
        location: document.location, key: key,
        problem: .wrongKind(field: source, found: value?.kindName ?? "missing", expected: "a string"))
    }
  }
}

/// The question of a document: `doc_to_text`.
enum PromptQuestion: Sendable {
  case text(PromptText)
  /// The place of the right choice, where the choices stand in the prompt.
  case index(Int)

  /// The question for one document.
  enum Asked: Sendable, Equatable {
    case text(String)
    case index(Int)
  }

  var canonical: JSONValue {
    switch self {
    case .text(let text): text.canonical
    case .index(let index): .integer(index)
    }
  }

  /// As `ConfigurableTask.doc_to_text`: a field as it is, a template's digits as an index where there are choices.
  func asked(_ document: TaskDocument, _ fields: Set<String>, hasChoices: Bool) throws -> Asked {
    switch self {
    case .index(let index): return .index(index)
    case .text(let text):
      if fields.contains(text.source) {
        if let index = document.value[text.source]?.wholeNumber { return .index(index) }
        return .text(try text.text(document, fields))
      }
      let rendered = try text.rendered(document)
      guard hasChoices, PythonText.isDigits(rendered) else { return .text(rendered) }
      guard case .integer(let index)? = PythonLiteral.parse(rendered) else {
        throw DocumentError(location: document.location, key: text.key, problem: .noIndex(rendered))
      }
      return .index(index)
    }
  }
}

/// What the right answer is: `doc_to_target`.
enum PromptTarget: Sendable {
  case text(PromptText)
  case index(Int)
  case list([JSONValue])

  var canonical: JSONValue {
    switch self {
    case .text(let text): text.canonical
    case .index(let index): .integer(index)
    case .list(let values): .array(values)
    }
  }

  /// The answer for one document: a text, an index, a list, or whatever else its field holds.
  ///
  /// As `ConfigurableTask.doc_to_target`: digits are an index where there are choices, text in brackets is a list if it can be read as one.
  func answer(_ document: TaskDocument, _ fields: Set<String>, hasChoices: Bool) throws -> JSONValue {
    switch self {
    case .index(let index): return .integer(index)
    case .list(let values): return .array(values)
    case .text(let text):
      if let field = text.field(of: document, fields) {
        guard let field, !field.isNull else {
          throw DocumentError(
            location: document.location, key: text.key,
            problem: .wrongKind(field: text.source, found: field?.kindName ?? "missing", expected: "a string, an index or a list"))
        }
        return field
      }
      let rendered = try text.rendered(document)
      if hasChoices, PythonText.isDigits(rendered) {
        guard case .integer(let index)? = PythonLiteral.parse(rendered) else {
          throw DocumentError(location: document.location, key: text.key, problem: .noIndex(rendered))
        }
        return .integer(index)
      }
      if rendered.utf8.count >= 2, rendered.utf8.first == UInt8(ascii: "["), rendered.utf8.last == UInt8(ascii: "]"),
        case .array(let values)? = PythonLiteral.parse(rendered)
      {
        return .array(values)
      }
      return .string(rendered)
    }
  }
}

extension JSONValue {
  /// The value where Python has an `int`: integers, and booleans, which count as 0 and 1.
  var wholeNumber: Int? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }
}

/// The choices of a question: `doc_to_choice`.
enum PromptChoices: Sendable {
  case fixed([String])
  case text(PromptText)

  var canonical: JSONValue {
    switch self {
    case .fixed(let choices): .array(choices.map { .string($0) })
    case .text(let text): text.canonical
    }
  }

  /// The choices for one document; a template's text is read as a Python list.
  func choices(_ document: TaskDocument, _ fields: Set<String>) throws -> [String] {
    switch self {
    case .fixed(let choices): return choices
    case .text(let text):
      var list: JSONValue?
      if let field = text.field(of: document, fields) {
        list = field
      } else if let value = try text.value(document), let choices = Self.texts(value) {
        return choices  // What `repr` and `literal_eval` would give back unchanged.
      } else {
        let rendered = try text.rendered(document)
        list = PythonLiteral.parse(rendered)
        if list == nil { throw DocumentError(location: document.location, key: text.key, problem: .noList(rendered)) }
      }
      guard let choices = list.flatMap(Self.texts) else {
        throw DocumentError(
          location: document.location, key: text.key,
          problem: .wrongKind(field: text.source, found: Self.kind(list), expected: "a list of strings"))
      }
      return choices
    }
  }

  private static func texts(_ value: JSONValue) -> [String]? {
    guard let elements = value.array else { return nil }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { return nil }
      texts.append(text)
    }
    return texts
  }

  private static func kind(_ value: JSONValue?) -> String {
    guard let elements = value?.array else { return value?.kindName ?? "missing" }
    return elements.first { $0.string == nil }.map { "a list with \($0.kindName) in it" } ?? "a list"
  }
}

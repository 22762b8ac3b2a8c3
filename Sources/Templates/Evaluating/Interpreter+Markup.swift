// Texts that are marked as safe for HTML (`|safe`, `|escape`): what is joined with one is escaped, as MarkupSafe 3 does.
//
// Chat templates write `'...'|safe + name` without any HTML in mind; the name is escaped all the same, and models are trained on that.

extension Interpreter {
  /// The text of a value as markup: as it is where it is marked, escaped otherwise.
  func markup(of value: Value) throws -> String {
    if case .markup(let text) = value { return text }
    return try escaped(try text(of: value))
  }

  /// `+`, `*` and `%` where one side is marked; nil where the operator is none of these.
  func markupOperation(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value? {
    switch (operation, a, b) {
    case (.add, .markup, .string), (.add, .string, .markup), (.add, .markup, .markup):
      let text = try markup(of: a) + markup(of: b)
      try allocate(text.utf8.count)
      return .markup(text)
    case (.multiply, _, _): return try marked(try binary(operation, a.unmarked, b.unmarked))
    case (.modulo, .markup(let format), _):
      let values: Value
      switch b {
      case .tuple(let elements): values = try .tuple(try elements.values.map(escapedArgument))
      case .dictionary(let dictionary): values = try .dictionary(try dictionary.members.map { ($0.key, try escapedArgument($0.value)) })
      default: values = try escapedArgument(b)
      }
      return .markup(try PythonFormat.percent(format, values, self))
    case (.modulo, .string, .markup): return try binary(operation, a, b.unmarked)
    default: return nil
    }
  }

  /// A method of a marked text: its result is marked too, and what it puts in is escaped.
  func markupMethod(_ text: String, _ name: String, _ arguments: CallArguments) throws -> Value {
    var arguments = arguments
    switch name {
    case "format":
      arguments.positional = try arguments.positional.map(escapedArgument)
      arguments.named = try arguments.named.map { ($0.name, try escapedArgument($0.value)) }
    case "replace" where arguments.positional.count > 1:
      arguments.positional[1] = .string(try markup(of: arguments.positional[1]))
    case "join" where arguments.positional.count == 1:
      arguments.positional[0] = try .list(try elements(of: arguments.positional[0]).map { .string(try markup(of: $0)) })
    case "center" where arguments.positional.count > 1, "ljust" where arguments.positional.count > 1,
      "rjust" where arguments.positional.count > 1:
      arguments.positional[1] = .string(try markup(of: arguments.positional[1]))
    default: break
    }
    return try marked(try callMethod(.string(text), name, arguments))
  }

  /// Filters that keep the mark of their text.
  func keepsMark(_ filter: Filter) -> Bool {
    switch filter {
    case .upper, .lower, .capitalize, .trim, .center, .string, .indent, .reverse, .truncate: true
    default: false
    }
  }

  /// The value with its texts marked.
  func marked(_ value: Value) throws -> Value {
    switch value {
    case .string(let text): .markup(text)
    case .list(let elements): try .list(try elements.values.map(marked))
    case .tuple(let elements): try .tuple(try elements.values.map(marked))
    default: value
    }
  }

  /// What is put into a marked format: numbers as they are, anything else as escaped text.
  func escapedArgument(_ value: Value) throws -> Value {
    if value.number != nil || value.isUndefined { return value }
    return .string(try markup(of: value))
  }
}

extension CallArguments {
  /// The arguments without marks.
  var unmarked: CallArguments { CallArguments(positional: positional.map(\.unmarked), named: named.map { ($0.name, $0.value.unmarked) }) }
}

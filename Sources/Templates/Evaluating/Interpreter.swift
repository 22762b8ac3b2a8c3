// One rendering of a template: its scopes, its output and what it may still spend.

internal import Documents
internal import OrderedCollections

/// Walks a template's tree. Made for one rendering.
final class Interpreter {
  let source: TemplateSource
  let environment: TemplateEnvironment
  private let statements: [Statement]
  private let context: OrderedDictionary<String, JSONValue>
  private let date: CalendarTime?
  private var contextValues: [String: Value] = [:]
  private var scopes: [Scope] = [Scope(number: 0, parent: nil)]
  private var scopeNumber = 0
  private var scope = 0
  var output = ""
  /// What stands in `{% generation %}` blocks, as UTF-8 ranges of the output.
  private(set) var generated: [Range<Int>] = []
  /// How much of the whole text is written, while a part of it is captured.
  private var writtenOutside: Int?
  /// Where the expression stands that is being computed.
  var position = 0
  private var stepsLeft: Int
  private var memoryLeft: Int
  private var depth = 0

  private struct Scope {
    var number: Int
    var parent: Int?
    var names: [(name: String, value: Value)] = []
  }

  init(_ template: Template, context: OrderedDictionary<String, JSONValue>, date: CalendarTime?) {
    source = template.source
    environment = template.environment
    statements = template.statements
    self.context = context
    self.date = date
    stepsLeft = template.environment.limits.steps
    memoryLeft = template.environment.limits.memory
  }

  func render() throws -> String {
    try placed {
      _ = try execute(statements)
      return output
    }
  }

  func value(of expression: Expression) throws -> JSONValue { try placed { try checked(evaluate(expression)).json() } }

  /// Adds the place to a fault.
  private func placed<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let fault as Fault {
      throw source.error(at: position, fault.problem)
    }
  }

  // MARK: - What may be spent

  func step() throws {
    stepsLeft -= 1
    if stepsLeft < 0 { throw Fault(.limit("the template takes more than \(environment.limits.steps) steps")) }
  }

  /// Takes steps for going over a value from end to end: a step for each 32 bytes.
  func passOver(_ value: Value) throws {
    guard let bytes = value.extent?.bytes, bytes >= 32 else { return }
    stepsLeft -= bytes >> 5
    if stepsLeft < 0 { throw Fault(.limit("the template takes more than \(environment.limits.steps) steps")) }
  }

  /// Takes memory for a result before it is made.
  func allocate(_ bytes: Int) throws {
    let (left, overflows) = memoryLeft.subtractingReportingOverflow(bytes)
    if overflows || left < 0 || bytes < 0 { throw Fault(.limit("the template makes more than \(environment.limits.memory) bytes of text")) }
    memoryLeft = left
  }

  /// `re.sub`; its steps and its result count as the template's own.
  func replaced(_ text: String, pattern: String, with replacement: String, count: Int) throws -> String {
    do {
      let expression = try RegularExpression(pattern)
      let result = try expression.replacing(in: text, with: replacement, count: count, steps: &stepsLeft, sizeLimit: memoryLeft)
      try allocate(result.utf8.count)
      return result
    } catch let error as RegularExpressionError {
      switch error.problem {
      case .tooManySteps, .tooLong: throw Fault(.limit(error.description))
      default: throw Fault.value(error.description)
      }
    }
  }

  func nested<Result>(_ body: () throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > environment.limits.depth { throw Fault(.limit("the template nests its calls more than \(environment.limits.depth) deep")) }
    return try body()
  }

  func write(_ text: String) throws {
    try allocate(text.utf8.count)
    output += text
  }

  /// What `body` writes, as a text of its own.
  func capturing(_ body: () throws -> Void) throws -> String {
    let outer = output
    let outerWritten = writtenOutside
    writtenOutside = outerWritten ?? outer.utf8.count
    output = ""
    defer {
      output = outer
      writtenOutside = outerWritten
    }
    try body()
    return output
  }

  /// Writes a `{% generation %}` block. Its place is what the whole text holds so far, also inside of a macro, as transformers counts it.
  func writeGenerated(_ body: [Statement]) throws {
    let text = try capturing { _ = try nested { try inScope { try execute(body) } } }
    let start = writtenOutside ?? output.utf8.count
    generated.append(start..<start + text.utf8.count)
    try write(text)
  }

  /// `strftime_now(format)`.
  func formattedDate(_ arguments: CallArguments) throws -> Value {
    guard case .string(let format)? = try arguments.bound(to: ["format"], of: "strftime_now()")[0] else {
      throw Fault.type("strftime_now() needs a format")
    }
    guard let date else { throw Fault.value("the template prints the date (strftime_now) and none is given; say which date it is to print") }
    try allocate(format.utf8.count &* 16)
    return .string(date.formatted(format))
  }

  // MARK: - Names

  func lookup(_ name: String) throws -> Value {
    var index: Int? = scope
    while let place = index {
      // Scopes are small; one that is not costs what it takes to look through.
      stepsLeft -= scopes[place].names.count >> 4
      if let found = scopes[place].names.last(where: { $0.name == name }) { return found.value }
      index = scopes[place].parent
    }
    if let value = contextValues[name] { return value }
    if let json = context[name] {
      let value = try Value(json)
      contextValues[name] = value
      return value
    }
    if Globals.names.contains(name) || (environment.isChat && Globals.chatNames.contains(name)) { return .callable(.global(name)) }
    return .undefined("'\(name)' is undefined")
  }

  func assign(_ name: String, _ value: Value) {
    if let index = scopes[scope].names.lastIndex(where: { $0.name == name }) {
      scopes[scope].names[index].value = value
    } else {
      scopes[scope].names.append((name, value))
    }
  }

  /// The scope that is open now, to be found again.
  var scopeReference: ScopeReference { ScopeReference(index: scope, number: scopes[scope].number) }

  /// Runs `body` in a new scope below the current one, or below `parent`.
  func inScope<Result>(below parent: ScopeReference? = nil, _ body: () throws -> Result) throws -> Result {
    var parentIndex = scope
    if let parent {
      let isOpen = parent.index < scopes.count && scopes[parent.index].number == parent.number
      parentIndex = isOpen ? parent.index : 0
    }
    let outer = scope
    scopeNumber += 1
    scopes.append(Scope(number: scopeNumber, parent: parentIndex))
    scope = scopes.count - 1
    defer {
      scopes.removeLast()
      scope = outer
    }
    return try body()
  }

  /// Empties the innermost scope, for the next round of a loop.
  func clearScope() { scopes[scope].names.removeAll(keepingCapacity: true) }

  func assign(_ target: Target, _ value: Value) throws {
    switch target {
    case .name(let name): assign(name, value)
    case .attribute(let name, let attribute):
      guard case .namespace(let namespace) = try checked(lookup(name)) else {
        throw Fault.type("cannot assign attribute on non-namespace object")
      }
      try checkNamespaceName(attribute)
      _ = try Value.Extent(over: [value])
      try allocate(16)
      namespace.members[attribute] = value
    case .tuple(let targets):
      let values = try elements(of: value)
      if values.count < targets.count { throw Fault.value("not enough values to unpack (expected \(targets.count), got \(values.count))") }
      if values.count > targets.count { throw Fault.value("too many values to unpack (expected \(targets.count))") }
      for (target, value) in zip(targets, values) { try assign(target, value) }
    }
  }

  // MARK: - Undefined

  /// The value, or an error where undefined names are errors.
  @discardableResult
  func checked(_ value: Value) throws -> Value {
    if case .undefined(let sentence) = value, environment.undefinedNames == .strict, sentence != Value.noBranch {
      throw Fault(.undefined(sentence))
    }
    return value
  }

  /// The value, or an error if it is undefined, whatever the environment.
  @discardableResult
  func defined(_ value: Value) throws -> Value {
    if case .undefined(let sentence) = value { throw Fault(.undefined(sentence)) }
    return value
  }

  func isTrue(_ value: Value) throws -> Bool { try checked(value).isTrue }

  /// `str(value)`, nothing for what is undefined.
  func text(of value: Value) throws -> String {
    if let text = value.string { return text }
    if try checked(value).isUndefined { return "" }
    let text = value.text
    try allocate(text.utf8.count)
    return text
  }

  /// What a loop goes over: elements, keys, or code points.
  func elements(of value: Value) throws -> [Value] {
    switch value {
    case .list(let elements), .tuple(let elements), .iterator(let elements): return elements.values
    case .dictionary(let dictionary): return Array(dictionary.members.keys)
    case .string(let text), .markup(let text):
      try allocate(text.utf8.count &* 16)
      return text.unicodeScalars.map { .string(String($0)) }
    case .undefined:
      try checked(value)
      return []
    case .loop(let loop): return loop.values
    default: throw Fault.type("'\(value.typeName)' object is not iterable")
    }
  }

  /// Runs statements until a `break` or `continue`.
  func execute(_ statements: [Statement]) throws -> Flow {
    for statement in statements {
      let flow = try execute(statement)
      if flow != .next { return flow }
    }
    return .next
  }
}

/// What follows a statement.
enum Flow { case next, breakLoop, continueLoop }

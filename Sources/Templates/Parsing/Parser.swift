// Tokens to a tree: statements (jinja2/parser.py, 3.1).

internal import Documents

struct Parser {
  /// How deep expressions, and tags in tags, may nest.
  static let expressionDepthLimit = 120
  static let statementDepthLimit = 40

  let source: TemplateSource
  let environment: TemplateEnvironment
  let tokens: [Token]
  var index = 0
  var depth = 0
  private var statementDepth = 0
  private var loopDepth = 0
  /// How many branches of `if` tags are open.
  private(set) var branchDepth = 0
  /// Unknown filters and tests outside of branches; an inline `if` around one takes it away again.
  var unknownNames: [TemplateError] = []

  init(_ source: TemplateSource, _ environment: TemplateEnvironment) throws {
    self.source = source
    self.environment = environment
    tokens = try Lexer.tokens(of: source, environment)
  }

  static func parse(_ source: TemplateSource, _ environment: TemplateEnvironment) throws -> [Statement] {
    var parser = try Parser(source, environment)
    return try parser.statements(until: [], opening: nil).body
  }

  var current: Token { tokens[min(index, tokens.count - 1)] }
  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  func fail(_ problem: TemplateError.Problem, at token: Token? = nil) -> TemplateError {
    source.error(at: (token ?? current).position, problem)
  }

  func unexpected(_ expected: String) -> TemplateError { fail(.syntax("found \(current.text), expected \(expected)")) }

  func isSymbol(_ symbol: Token.Symbol) -> Bool { current.kind == .symbol(symbol) }
  func isName(_ name: String) -> Bool { current.kind == .name(name) }

  mutating func skip(_ symbol: Token.Symbol) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func skip(name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: Token.Symbol) throws {
    guard skip(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  mutating func expectName(_ what: String) throws -> String {
    guard case .name(let name) = current.kind else { throw unexpected(what) }
    advance()
    return name
  }

  mutating func endTag() throws {
    guard current.kind == .blockEnd else { throw unexpected("the end of the tag, '%}'") }
    advance()
  }

  /// Statements up to a tag of `ends`, whose name is taken; the rest of that tag is for the caller.
  mutating func statements(until ends: [String], opening: Token?) throws -> (body: [Statement], end: String) {
    statementDepth += 1
    defer { statementDepth -= 1 }
    if statementDepth > Self.statementDepthLimit { throw fail(.limit("tags nest more than \(Self.statementDepthLimit) deep")) }
    var body: [Statement] = []
    while true {
      let token = current
      switch token.kind {
      case .text(let text):
        body.append(Statement(kind: .text(text), position: token.position))
        advance()
      case .variableBegin:
        advance()
        let value = try tupleExpression()
        if let unknown = unknownNames.first { throw unknown }
        guard current.kind == .variableEnd else { throw unexpected("an operator or the end of the expression, '}}'") }
        advance()
        body.append(Statement(kind: .output(value), position: token.position))
      case .blockBegin:
        advance()
        let name = try expectName("the name of a tag")
        if ends.contains(name) { return (body, name) }
        body.append(Statement(kind: try statement(name, at: token), position: token.position))
        if let unknown = unknownNames.first { throw unknown }
      default:
        if let opening { throw fail(.syntax("the tag that begins here has no {% \(ends.last ?? "end") %}"), at: opening) }
        return (body, "")
      }
    }
  }

  private static let tags = ["if", "for", "set", "macro", "call", "filter", "with", "generation", "raw"]
  private static let refusedTags = ["block", "extends", "include", "import", "from", "autoescape", "do", "debug", "trans", "print"]

  private mutating func statement(_ tag: String, at opening: Token) throws -> Statement.Kind {
    switch tag {
    case "if": return try conditional(opening)
    case "for": return try loop(opening)
    case "set": return try assignment(opening)
    case "macro": return try macro(opening)
    case "call": return try callBlock(opening)
    case "with": return try with(opening)
    case "filter":
      let filters = try filterChain(on: nil)
      try endTag()
      return .filtered(filters, body: try block("endfilter", opening))
    case "generation":
      try endTag()
      // Jinja runs the body as a function of its own: a loop outside can't be left from within.
      let outerLoops = loopDepth
      loopDepth = 0
      defer { loopDepth = outerLoops }
      return .generation(try block("endgeneration", opening))
    case "break", "continue":
      guard environment.hasLoopControls else { throw fail(.unsupported("the tag '\(tag)'"), at: opening) }
      guard loopDepth > 0 else { throw fail(.syntax("'\(tag)' stands outside of a loop"), at: opening) }
      try endTag()
      return tag == "break" ? .breakLoop : .continueLoop
    default:
      if Self.refusedTags.contains(tag) { throw fail(.unsupported("the tag '\(tag)'"), at: opening) }
      if tag.hasPrefix("end") || tag == "else" || tag == "elif" {
        throw fail(.syntax("found the tag '\(tag)' that belongs to no open tag"), at: opening)
      }
      throw fail(.unknownTag(tag, nearest: nearestName(to: tag, among: Self.tags)), at: opening)
    }
  }

  /// The body of a tag up to its end tag.
  private mutating func block(_ end: String, _ opening: Token) throws -> [Statement] {
    let body = try statements(until: [end], opening: opening).body
    try endTag()
    return body
  }

  private mutating func conditional(_ opening: Token) throws -> Statement.Kind {
    var branches: [(condition: Expression, body: [Statement])] = []
    var end = "elif"
    while end == "elif" {
      branchDepth += 1
      let condition = try tupleExpression(allowsConditional: false)
      try endTag()
      let body: [Statement]
      (body, end) = try statements(until: ["elif", "else", "endif"], opening: opening)
      branchDepth -= 1
      branches.append((condition, body))
    }
    var otherwise: [Statement] = []
    try endTag()
    if end == "else" {
      branchDepth += 1
      otherwise = try block("endif", opening)
      branchDepth -= 1
    }
    return .conditional(branches, otherwise: otherwise)
  }

  private mutating func loop(_ opening: Token) throws -> Statement.Kind {
    let target = try target()
    guard skip(name: "in") else { throw unexpected("'in'") }
    let elements = try tupleExpression(allowsConditional: false, endsAtRecursive: true)
    let condition = skip(name: "if") ? try expression() : nil
    let isRecursive = skip(name: "recursive")
    try endTag()
    loopDepth += 1
    let (body, end) = try statements(until: ["else", "endfor"], opening: opening)
    loopDepth -= 1
    try endTag()
    let otherwise = end == "else" ? try block("endfor", opening) : []
    return .loop(
      LoopDefinition(
        target: target, elements: elements, condition: condition, body: body, otherwise: otherwise, isRecursive: isRecursive))
  }

  private mutating func assignment(_ opening: Token) throws -> Statement.Kind {
    let target = try target(allowsAttribute: true)
    if skip(.assign) {
      let value = try tupleExpression()
      try endTag()
      return .assignment(target, value)
    }
    let filters = isSymbol(.pipe) ? try filterChain(on: nil) : nil
    try endTag()
    return .capture(target, filters: filters, body: try block("endset", opening))
  }

  /// A name, an attribute of a namespace, or several of them with commas.
  private mutating func target(allowsAttribute: Bool = false) throws -> Target {
    var targets: [Target] = []
    var isTuple = false
    while true {
      depth += 1
      defer { depth -= 1 }
      if depth > Self.expressionDepthLimit { throw fail(.limit("names nest more than \(Self.expressionDepthLimit) deep")) }
      if skip(.leftParenthesis) {
        targets.append(try target())
        try expect(.rightParenthesis)
      } else {
        let name = try expectName("a name")
        if ["true", "false", "none", "True", "False", "None"].contains(name) { throw fail(.syntax("'\(name)' can't be assigned to")) }
        if allowsAttribute, skip(.dot) {
          targets.append(.attribute(of: name, try expectName("the name of an attribute")))
        } else {
          targets.append(.name(name))
        }
      }
      guard skip(.comma) else { break }
      isTuple = true
      if isName("in") || isSymbol(.assign) { break }
    }
    return isTuple ? .tuple(targets) : targets[0]
  }

  private mutating func parameters() throws -> [(name: String, fallback: Expression?)] {
    var parameters: [(name: String, fallback: Expression?)] = []
    try expect(.leftParenthesis)
    while !isSymbol(.rightParenthesis) {
      if !parameters.isEmpty { try expect(.comma) }
      let name = try expectName("the name of a parameter")
      if skip(.assign) {
        parameters.append((name, try expression()))
      } else if parameters.last?.fallback != nil {
        throw fail(.syntax("a parameter without a default follows one with a default"))
      } else {
        parameters.append((name, nil))
      }
    }
    try expect(.rightParenthesis)
    return parameters
  }

  private mutating func macro(_ opening: Token) throws -> Statement.Kind {
    let name = try expectName("the name of the macro")
    let parameters = try parameters()
    try endTag()
    let outerLoops = loopDepth
    loopDepth = 0
    defer { loopDepth = outerLoops }
    return .macro(MacroDefinition(name: name, parameters: parameters, body: try block("endmacro", opening)))
  }

  private mutating func callBlock(_ opening: Token) throws -> Statement.Kind {
    let parameters = isSymbol(.leftParenthesis) ? try self.parameters() : []
    let call = try expression()
    guard case .call = call.kind else { throw fail(.syntax("a call block needs a call, such as {% call name() %}"), at: opening) }
    try endTag()
    let outerLoops = loopDepth
    loopDepth = 0
    defer { loopDepth = outerLoops }
    return .call(CallDefinition(parameters: parameters, call: call, body: try block("endcall", opening)))
  }

  private mutating func with(_ opening: Token) throws -> Statement.Kind {
    var assignments: [(Target, Expression)] = []
    while current.kind != .blockEnd {
      if !assignments.isEmpty { try expect(.comma) }
      let target = try target()
      try expect(.assign)
      assignments.append((target, try expression()))
    }
    try endTag()
    return .with(assignments, body: try block("endwith", opening))
  }
}

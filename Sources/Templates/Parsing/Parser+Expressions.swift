// Tokens to a tree: expressions, from the loosest binding to the tightest.

internal import Documents

extension Parser {
  /// An expression's node; its depth is bounded, so that nothing that walks the tree can run out of stack.
  private func node(_ kind: Expression.Kind, _ position: Int, over depth: Int = 0) throws -> Expression {
    if depth >= Self.expressionDepthLimit { throw source.error(at: position, .limit("an expression nests more than \(depth) deep")) }
    return Expression(kind: kind, position: position, depth: depth + 1)
  }

  /// One expression, or several with commas between them, which are a tuple.
  mutating func tupleExpression(allowsConditional: Bool = true, endsAtRecursive: Bool = false) throws -> Expression {
    let start = current.position
    var elements: [Expression] = []
    var isTuple = false
    while true {
      if isTuple {
        switch current.kind {
        case .variableEnd, .blockEnd, .symbol(.rightParenthesis):
          return try node(.tuple(elements), start, over: elements.map(\.depth).max() ?? 0)
        case .name("recursive") where endsAtRecursive: return try node(.tuple(elements), start, over: elements.map(\.depth).max() ?? 0)
        default: break
        }
      }
      elements.append(allowsConditional ? try expression() : try binary(0))
      guard skip(.comma) else { break }
      isTuple = true
    }
    return isTuple ? try node(.tuple(elements), start, over: elements.map(\.depth).max() ?? 0) : elements[0]
  }

  /// `a if b else c`.
  mutating func expression() throws -> Expression {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.expressionDepthLimit { throw fail(.limit("an expression nests more than \(Self.expressionDepthLimit) deep")) }
    let unknownBefore = unknownNames.count
    var value = try binary(0)
    while isName("if") {
      let position = current.position
      advance()
      let condition = try binary(0)
      let otherwise = skip(name: "else") ? try expression() : nil
      value = try node(
        .conditional(condition: condition, then: value, otherwise: otherwise), position,
        over: max(value.depth, condition.depth, otherwise?.depth ?? 0))
      unknownNames.removeLast(unknownNames.count - unknownBefore)
    }
    return value
  }

  /// Operators by how tightly they bind: 0 or, 1 and, 2 not, 3 comparison, 4 + -, 5 ~, 6 * / // %, 7 **.
  mutating func binary(_ level: Int) throws -> Expression {
    switch level {
    case 2:
      guard isName("not") else { return try comparison() }
      depth += 1
      defer { depth -= 1 }
      if depth > Self.expressionDepthLimit { throw fail(.limit("an expression nests more than \(Self.expressionDepthLimit) deep")) }
      let position = current.position
      advance()
      let operand = try binary(2)
      return try node(.not(operand), position, over: operand.depth)
    case 5:
      var operands = [try binary(6)]
      let position = current.position
      while skip(.tilde) { operands.append(try binary(6)) }
      return operands.count == 1 ? operands[0] : try node(.concatenation(operands), position, over: operands.map(\.depth).max() ?? 0)
    case 8: return try unary(takesFilters: true)
    default:
      let next = level == 1 ? 2 : level + 1
      var left = try binary(next)
      while let kind = binaryKind(level) {
        let position = current.position
        advance()
        let right = try binary(next)
        left = try node(kind(left, right), position, over: max(left.depth, right.depth))
      }
      return left
    }
  }

  private func binaryKind(_ level: Int) -> ((Expression, Expression) -> Expression.Kind)? {
    switch (level, current.kind) {
    case (0, .name("or")): return { .or($0, $1) }
    case (1, .name("and")): return { .and($0, $1) }
    case (4, .symbol(.add)), (4, .symbol(.subtract)), (6, .symbol(.multiply)), (6, .symbol(.divide)), (6, .symbol(.floorDivide)),
      (6, .symbol(.modulo)), (7, .symbol(.power)):
      guard case .symbol(let symbol) = current.kind, let operation = BinaryOperator(rawValue: symbol.rawValue) else { return nil }
      return { .binary(operation, $0, $1) }
    default: return nil
    }
  }

  private mutating func comparison() throws -> Expression {
    let first = try binary(4)
    let position = current.position
    var rest: [(ComparisonOperator, Expression)] = []
    while true {
      if case .symbol(let symbol) = current.kind, let operation = ComparisonOperator(rawValue: symbol.rawValue) {
        advance()
        rest.append((operation, try binary(4)))
      } else if skip(name: "in") {
        rest.append((.contained, try binary(4)))
      } else if isName("not"), index + 1 < tokens.count, tokens[index + 1].kind == .name("in") {
        index += 2
        rest.append((.notContained, try binary(4)))
      } else {
        break
      }
    }
    if rest.isEmpty { return first }
    return try node(.comparison(first, rest), position, over: max(first.depth, rest.map(\.1.depth).max() ?? 0))
  }

  private mutating func unary(takesFilters: Bool) throws -> Expression {
    let position = current.position
    var value: Expression
    if isSymbol(.subtract) || isSymbol(.add) {
      let isNegative = isSymbol(.subtract)
      depth += 1
      defer { depth -= 1 }
      if depth > Self.expressionDepthLimit { throw fail(.limit("an expression nests more than \(Self.expressionDepthLimit) deep")) }
      advance()
      let operand = try unary(takesFilters: false)
      value = try node(isNegative ? .negative(operand) : .positive(operand), position, over: operand.depth)
    } else {
      value = try primary()
    }
    value = try postfix(value)
    return takesFilters ? try filtersAndTests(value) : value
  }

  private mutating func primary() throws -> Expression {
    let position = current.position
    switch current.kind {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return try node(.boolean(true), position)
      case "false", "False": return try node(.boolean(false), position)
      case "none", "None": return try node(.none, position)
      default: return try node(.name(name), position)
      }
    case .string(let text):
      advance()
      var text = text
      while case .string(let more) = current.kind {
        text += more
        advance()
      }
      return try node(.string(text), position)
    case .integer(let value):
      advance()
      return try node(.integer(value), position)
    case .float(let value):
      advance()
      return try node(.float(value), position)
    case .symbol(.leftParenthesis):
      advance()
      depth += 1
      defer { depth -= 1 }
      if depth > Self.expressionDepthLimit { throw fail(.limit("an expression nests more than \(Self.expressionDepthLimit) deep")) }
      if skip(.rightParenthesis) { return try node(.tuple([]), position) }
      let value = try tupleExpression()
      try expect(.rightParenthesis)
      return value
    case .symbol(.leftBracket):
      advance()
      var elements: [Expression] = []
      while !isSymbol(.rightBracket) {
        if !elements.isEmpty { try expect(.comma) }
        if isSymbol(.rightBracket) { break }
        elements.append(try expression())
      }
      try expect(.rightBracket)
      return try node(.list(elements), position, over: elements.map(\.depth).max() ?? 0)
    case .symbol(.leftBrace):
      advance()
      var members: [(key: Expression, value: Expression)] = []
      while !isSymbol(.rightBrace) {
        if !members.isEmpty { try expect(.comma) }
        if isSymbol(.rightBrace) { break }
        let key = try expression()
        try expect(.colon)
        members.append((key, try expression()))
      }
      try expect(.rightBrace)
      return try node(.dictionary(members), position, over: members.map { max($0.key.depth, $0.value.depth) }.max() ?? 0)
    default: throw unexpected("a value")
    }
  }

  private mutating func postfix(_ value: Expression) throws -> Expression {
    var value = value
    while true {
      let position = current.position
      if skip(.dot) {
        switch current.kind {
        case .name(let name): value = try node(.attribute(value, name), position, over: value.depth)
        case .integer(let place): value = try node(.index(value, try node(.integer(place), position)), position, over: value.depth)
        default: throw unexpected("the name of an attribute")
        }
        advance()
      } else if skip(.leftBracket) {
        value = try subscripted(value, position)
        try expect(.rightBracket)
      } else if isSymbol(.leftParenthesis) {
        let arguments = try arguments()
        value = try node(.call(value, arguments), position, over: max(value.depth, arguments.depth))
      } else {
        return value
      }
    }
  }

  /// `[index]` or `[start:end:step]`.
  private mutating func subscripted(_ value: Expression, _ position: Int) throws -> Expression {
    var parts: [Expression?] = []
    var current: Expression?
    var colons = 0
    while !isSymbol(.rightBracket) {
      if skip(.colon) {
        parts.append(current)
        current = nil
        colons += 1
        if colons > 2 { throw unexpected("']'") }
      } else if current == nil {
        current = try expression()
      } else {
        throw unexpected(colons == 0 ? "']'" : "':' or ']'")
      }
    }
    parts.append(current)
    if colons == 0 {
      guard let index = current else { throw unexpected("an index") }
      return try node(.index(value, index), position, over: max(value.depth, index.depth))
    }
    let depth = parts.compactMap { $0?.depth }.max() ?? 0
    return try node(
      .slice(value, start: parts[0], end: parts[1], step: parts.count > 2 ? parts[2] : nil), position, over: max(value.depth, depth))
  }

  mutating func arguments() throws -> Arguments {
    try expect(.leftParenthesis)
    var arguments = Arguments()
    var isFirst = true
    while !isSymbol(.rightParenthesis) {
      if !isFirst { try expect(.comma) }
      isFirst = false
      if isSymbol(.rightParenthesis) { break }
      if skip(.multiply) {
        arguments.spread = try expression()
      } else if skip(.power) {
        arguments.namedSpread = try expression()
      } else if case .name(let name) = current.kind, index + 1 < tokens.count, tokens[index + 1].kind == .symbol(.assign) {
        index += 2
        arguments.named.append((name, try expression()))
      } else {
        if !arguments.named.isEmpty { throw unexpected("an argument with a name") }
        arguments.positional.append(try expression())
      }
    }
    try expect(.rightParenthesis)
    return arguments
  }

  private mutating func filtersAndTests(_ value: Expression) throws -> Expression {
    var value = value
    while true {
      let position = current.position
      if isSymbol(.pipe) {
        value = try filter(on: value)
      } else if skip(name: "is") {
        value = try test(value, position)
      } else if isSymbol(.leftParenthesis) {
        let arguments = try arguments()
        value = try node(.call(value, arguments), position, over: max(value.depth, arguments.depth))
      } else {
        return value
      }
    }
  }

  /// One or more filters; the first may stand without its `|` and without a value, as in `{% filter upper %}`.
  mutating func filterChain(on value: Expression?) throws -> Expression {
    var value = try filter(on: value)
    while isSymbol(.pipe) { value = try filter(on: value) }
    return value
  }

  private mutating func filter(on value: Expression?) throws -> Expression {
    _ = skip(.pipe)
    let token = current
    let name = try dottedName("the name of a filter")
    let arguments = isSymbol(.leftParenthesis) ? try arguments() : Arguments()
    guard let filter = Filter(name: name, environment) else {
      let problem =
        Filter.refused.contains(name)
        ? TemplateError.Problem.unsupported("the filter '\(name)'")
        : .unknownFilter(name, nearest: nearestName(to: name, among: Filter.allCases.map(\.rawValue)))
      return try unknown(problem, token, over: value?.depth ?? 0)
    }
    return try node(.filter(filter, value, arguments), token.position, over: max(value?.depth ?? 0, arguments.depth))
  }

  /// Names of filters and tests may have dots: `x|trim.upper()` asks for a filter `trim.upper`, as in Jinja.
  private mutating func dottedName(_ what: String) throws -> String {
    var name = try expectName(what)
    while skip(.dot) { name += "." + (try expectName(what)) }
    return name
  }

  /// An unknown filter or test: an error at once, unless a branch decides whether it is ever used.
  private mutating func unknown(_ problem: TemplateError.Problem, _ token: Token, over depth: Int) throws -> Expression {
    if branchDepth == 0 { unknownNames.append(fail(problem, at: token)) }
    return try node(.fault(problem), token.position, over: depth)
  }

  private mutating func test(_ value: Expression, _ position: Int) throws -> Expression {
    let isNegated = skip(name: "not")
    let token = current
    let name = try dottedName("the name of a test")
    var arguments = Arguments()
    switch current.kind {
    case .symbol(.leftParenthesis): arguments = try self.arguments()
    case .name(let word) where word == "else" || word == "or" || word == "and" || word == "if" || word == "in" || word == "not": break
    case .name("is"): throw fail(.syntax("tests can't be chained with 'is'"))
    case .name, .string, .integer, .float, .symbol(.leftBracket), .symbol(.leftBrace):
      arguments.positional = [try postfix(try primary())]
    default: break
    }
    guard let test = TestName(name: name) else {
      let problem = TemplateError.Problem.unknownTest(name, nearest: nearestName(to: name, among: TestName.allCases.map(\.rawValue)))
      return try unknown(problem, token, over: value.depth)
    }
    let result = try node(.test(test, value, arguments), position, over: max(value.depth, arguments.depth))
    return isNegated ? try node(.not(result), position, over: result.depth) : result
  }
}

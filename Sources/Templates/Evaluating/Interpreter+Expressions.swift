// Expressions to values.

internal import OrderedCollections

extension Interpreter {
  /// The value of an expression; `piped` is what a filter without a value of its own works on.
  func evaluate(_ expression: Expression, piped: Value? = nil) throws -> Value {
    try step()
    switch expression.kind {
    case .none: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .float(value)
    case .string(let text): return .string(text)
    case .name(let name):
      position = expression.position
      return try lookup(name)
    default: return try nested { try evaluateCompound(expression, piped: piped) }
    }
  }

  private func evaluateCompound(_ expression: Expression, piped: Value?) throws -> Value {
    switch expression.kind {
    case .attribute(let object, let name):
      let value = try evaluate(object)
      position = expression.position
      return try attribute(of: value, name)
    case .index(let object, let index): return try evaluateIndex(object, index, expression.position)
    case .slice(let object, let start, let end, let step): return try evaluateSlice(object, start, end, step, expression.position)
    case .call(let callee, let arguments): return try evaluateCall(callee, arguments, expression.position)
    case .filter(let filter, let value, let arguments):
      return try evaluateFilter(filter, value, arguments, piped, expression.position)
    case .test(let test, let value, let arguments):
      let tested = try evaluate(value)
      let values = try evaluate(arguments)
      position = expression.position
      return .boolean(try self.test(test, tested, values))
    case .fault(let problem):
      position = expression.position
      throw Fault(problem)
    case .not(let operand): return .boolean(!(try isTrue(try evaluate(operand))))
    case .binary, .negative, .positive, .concatenation, .comparison: return try evaluateOperation(expression)
    case .and(let left, let right):
      let value = try evaluate(left)
      return try isTrue(value) ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return try isTrue(value) ? value : try evaluate(right)
    case .conditional(let condition, let then, let otherwise):
      if try isTrue(try evaluate(condition)) { return try evaluate(then) }
      return try otherwise.map { try evaluate($0) } ?? .undefined(Value.noBranch)
    default: return try evaluateCollection(expression)
    }
  }

  private func evaluateCollection(_ expression: Expression) throws -> Value {
    switch expression.kind {
    case .list(let elements): return try .list(try evaluate(elements))
    case .tuple(let elements): return try .tuple(try evaluate(elements))
    case .dictionary(let members):
      var pairs: [(Value, Value)] = []
      for member in members { pairs.append((try evaluate(member.key), try evaluate(member.value))) }
      position = expression.position
      try allocate(pairs.count * 32)
      return try .dictionary(pairs)
    default: return try evaluate(expression)
    }
  }

  private func evaluate(_ expressions: [Expression]) throws -> [Value] {
    try allocate(expressions.count * 16)
    return try expressions.map { try evaluate($0) }
  }

  private func evaluateIndex(_ object: Expression, _ index: Expression, _ place: Int) throws -> Value {
    let value = try evaluate(object)
    let key = try evaluate(index)
    position = place
    return try item(of: value, key)
  }

  private func evaluateSlice(
    _ object: Expression, _ start: Expression?, _ end: Expression?, _ step: Expression?, _ place: Int
  ) throws -> Value {
    let value = try evaluate(object)
    let bounds = try [start, end, step].map { try $0.map { try evaluate($0) } ?? .none }
    position = place
    return try slice(of: value, bounds[0], bounds[1], bounds[2])
  }

  private func evaluateCall(_ callee: Expression, _ arguments: Arguments, _ place: Int) throws -> Value {
    if case .attribute(let object, let name) = callee.kind {
      let receiver = try evaluate(object)
      position = callee.position
      if hasMethod(receiver, name) {
        let values = try evaluate(arguments)
        position = place
        return try callMethod(receiver, name, values)
      }
      let function = try attribute(of: receiver, name)
      let values = try evaluate(arguments)
      position = place
      return try call(function, values)
    }
    let function = try evaluate(callee)
    let values = try evaluate(arguments)
    position = place
    return try call(function, values)
  }

  private func evaluateFilter(_ filter: Filter, _ value: Expression?, _ arguments: Arguments, _ piped: Value?, _ place: Int) throws -> Value {
    var input = piped ?? .none
    if let value { input = try evaluate(value, piped: piped) }
    let values = try evaluate(arguments)
    position = place
    return try apply(filter, to: input, values)
  }

  private func evaluateOperation(_ expression: Expression) throws -> Value {
    switch expression.kind {
    case .binary(let operation, let left, let right):
      let a = try evaluate(left)
      let b = try evaluate(right)
      position = expression.position
      return try binary(operation, try defined(a), try defined(b))
    case .negative(let operand):
      let value = try evaluate(operand)
      position = expression.position
      return try negated(try defined(value))
    case .positive(let operand):
      let value = try evaluate(operand)
      position = expression.position
      if let integer = try defined(value).integer { return .integer(integer) }
      guard case .float = value else { throw Fault.type("bad operand type for unary +: '\(value.typeName)'") }
      return value
    case .concatenation(let operands):
      var text = ""
      for operand in operands { text += try self.text(of: try evaluate(operand)) }
      try allocate(text.utf8.count)
      return .string(text)
    case .comparison(let first, let rest):
      var left = try evaluate(first)
      for (operation, expression) in rest {
        let right = try evaluate(expression)
        position = expression.position
        if !(try compare(operation, left, right)) { return .boolean(false) }
        left = right
      }
      return .boolean(true)
    default: return .none
    }
  }

  func evaluate(_ arguments: Arguments) throws -> CallArguments {
    var values = CallArguments()
    for argument in arguments.positional { values.positional.append(try evaluate(argument)) }
    for (name, argument) in arguments.named { values.named.append((name, try evaluate(argument))) }
    if let spread = arguments.spread { values.positional += try elements(of: try evaluate(spread)) }
    if let spread = arguments.namedSpread {
      guard case .dictionary(let dictionary) = try checked(evaluate(spread)) else {
        throw Fault.type("the argument after ** must be a mapping")
      }
      for (key, value) in dictionary.members { values.named.append((key.text, value)) }
    }
    return values
  }
}

/// The arguments of a call, computed.
struct CallArguments {
  var positional: [Value] = []
  var named: [(name: String, value: Value)] = []

  /// The arguments in the order of `parameters`; nil where one was not given.
  func bound(to parameters: [String], of function: String) throws(Fault) -> [Value?] {
    var values: [Value?] = Array(repeating: nil, count: parameters.count)
    guard positional.count <= parameters.count else {
      throw .type("\(function) takes at most \(parameters.count) arguments (\(positional.count) given)")
    }
    for (index, value) in positional.enumerated() { values[index] = value }
    for (name, value) in named {
      guard let index = parameters.firstIndex(of: name) else { throw .type("\(function) got an unexpected keyword argument '\(name)'") }
      if values[index] != nil { throw .type("\(function) got multiple values for argument '\(name)'") }
      values[index] = value
    }
    return values
  }
}

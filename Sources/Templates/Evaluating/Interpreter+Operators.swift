// Operators with Python's meaning: true division, floor and modulo towards minus infinity, chained comparison.

internal import OrderedCollections

extension Interpreter {
  func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
    if let x = a.integer, let y = b.integer { return try integers(operation, x, y) }
    if let x = a.number, let y = b.number { return try floats(operation, x, y) }
    if a.isMarked || b.isMarked, let result = try markupOperation(operation, a, b) { return result }
    switch (operation, a, b) {
    case (.add, .string(let x), .string(let y)):
      try allocate(x.utf8.count + y.utf8.count)
      return .string(x + y)
    case (.add, .list(let x), .list(let y)):
      try allocate((x.values.count + y.values.count) * 16)
      return try .list(x.values + y.values)
    case (.add, .tuple(let x), .tuple(let y)):
      try allocate((x.values.count + y.values.count) * 16)
      return try .tuple(x.values + y.values)
    case (.multiply, .string(let text), _) where b.integer != nil: return try repeated(text, b.integer ?? 0)
    case (.multiply, _, .string(let text)) where a.integer != nil: return try repeated(text, a.integer ?? 0)
    case (.multiply, .list(let list), _) where b.integer != nil: return try .list(try repeated(list.values, b.integer ?? 0))
    case (.multiply, _, .list(let list)) where a.integer != nil: return try .list(try repeated(list.values, a.integer ?? 0))
    case (.modulo, .string(let format), _):
      let text = try PythonFormat.percent(format, b, self)
      try allocate(text.utf8.count)
      return .string(text)
    default: throw Fault.type("unsupported operand type(s) for \(operation.rawValue): '\(a.typeName)' and '\(b.typeName)'")
    }
  }

  private func repeated(_ text: String, _ count: Int) throws -> Value {
    let (bytes, overflows) = text.utf8.count.multipliedReportingOverflow(by: max(0, count))
    try allocate(overflows ? .max : bytes)
    return .string(String(repeating: text, count: max(0, count)))
  }

  private func repeated(_ values: [Value], _ count: Int) throws -> [Value] {
    let (size, overflows) = values.count.multipliedReportingOverflow(by: max(0, count))
    let (bytes, overflowsToo) = size.multipliedReportingOverflow(by: 16)
    try allocate(overflows || overflowsToo ? .max : bytes)
    return (0..<max(0, count)).flatMap { _ in values }
  }

  private func integers(_ operation: BinaryOperator, _ x: Int, _ y: Int) throws -> Value {
    func exact(_ result: (partialValue: Int, overflow: Bool)) throws -> Value {
      if result.overflow { throw Fault.value("the integer result of '\(operation.rawValue)' does not fit 64 bits") }
      return .integer(result.partialValue)
    }
    switch operation {
    case .add: return try exact(x.addingReportingOverflow(y))
    case .subtract: return try exact(x.subtractingReportingOverflow(y))
    case .multiply: return try exact(x.multipliedReportingOverflow(by: y))
    case .divide:
      if y == 0 { throw Fault.value("division by zero") }
      return .float(Double(x) / Double(y))
    case .floorDivide, .modulo:
      if y == 0 { throw Fault.value("integer division or modulo by zero") }
      if y == -1 { return operation == .modulo ? .integer(0) : try exact((0).subtractingReportingOverflow(x)) }
      let remainder = x % y
      let isAdjusted = remainder != 0 && (remainder < 0) != (y < 0)
      return .integer(operation == .modulo ? (isAdjusted ? remainder + y : remainder) : (isAdjusted ? x / y - 1 : x / y))
    case .power:
      if y < 0 {
        if x == 0 { throw Fault.value("0.0 cannot be raised to a negative power") }
        return .float(power(Double(x), Double(y)))
      }
      if x == 0 || x == 1 { return .integer(y == 0 ? 1 : x) }
      if x == -1 { return .integer(y & 1 == 0 ? 1 : -1) }
      if y > 63 { return try exact((0, true)) }
      var result = 1
      for _ in 0..<y { if case .integer(let next) = try exact(result.multipliedReportingOverflow(by: x)) { result = next } }
      return .integer(result)
    }
  }

  private func floats(_ operation: BinaryOperator, _ x: Double, _ y: Double) throws -> Value {
    switch operation {
    case .add: return .float(x + y)
    case .subtract: return .float(x - y)
    case .multiply: return .float(x * y)
    case .divide:
      if y == 0 { throw Fault.value("float division by zero") }
      return .float(x / y)
    case .floorDivide, .modulo:
      if y == 0 { throw Fault.value("float floor division by zero") }
      var remainder = x.truncatingRemainder(dividingBy: y)
      if remainder != 0, (remainder < 0) != (y < 0) { remainder += y }
      return .float(operation == .modulo ? remainder : ((x - remainder) / y).rounded())
    case .power: return .float(power(x, y))
    }
  }

  /// Powers with a whole exponent, and square roots; others are not offered.
  private func power(_ x: Double, _ y: Double) -> Double {
    if y == 0.5 { return x.squareRoot() }
    guard y == y.rounded(), y.magnitude < 1_048_576 else { return .nan }
    var result = 1.0
    var factor = x
    var exponent = Int(y.magnitude)
    while exponent > 0 {
      if exponent & 1 == 1 { result *= factor }
      factor *= factor
      exponent >>= 1
    }
    return y < 0 ? 1 / result : result
  }

  func negated(_ value: Value) throws -> Value {
    if let integer = value.integer {
      guard integer != .min else { throw Fault.value("the integer result of '-' does not fit 64 bits") }
      return .integer(-integer)
    }
    if case .float(let number) = value { return .float(-number) }
    throw Fault.type("bad operand type for unary -: '\(value.typeName)'")
  }

  func compare(_ operation: ComparisonOperator, _ a: Value, _ b: Value) throws -> Bool {
    if operation != .contained, operation != .notContained { try passOver(a) }
    try passOver(b)
    switch operation {
    case .equal: return try checked(a) == (try checked(b))
    case .notEqual: return try checked(a) != (try checked(b))
    case .contained: return try contains(b, a)
    case .notContained: return !(try contains(b, a))
    case .less, .greater, .lessOrEqual, .greaterOrEqual:
      try defined(a)
      try defined(b)
      let isReversed = operation == .greater || operation == .lessOrEqual
      if let x = a.number, let y = b.number, x.isNaN || y.isNaN { return false }
      let precedes =
        try isReversed ? Value.precedes(b, a, operation: operation.rawValue) : Value.precedes(a, b, operation: operation.rawValue)
      return operation == .less || operation == .greater ? precedes : !precedes
    }
  }

  /// `element in container`.
  func contains(_ container: Value, _ element: Value) throws -> Bool {
    try passOver(element)
    switch try checked(container) {
    case .string(let text), .markup(let text):
      guard let part = try checked(element).string else {
        throw Fault.type("'in <string>' requires string as left operand, not \(element.typeName)")
      }
      return PythonText.contains(text, part)
    case .dictionary(let dictionary):
      if !(try checked(element)).isHashable { throw Fault.type("unhashable type: '\(element.typeName)'") }
      return dictionary.members[element] != nil
    case .list(let elements), .tuple(let elements), .iterator(let elements):
      for value in elements.values where value == element { return true }
      return false
    case .undefined: return false
    default: throw Fault.type("argument of type '\(container.typeName)' is not iterable")
    }
  }
}

// The tests behind `is`.

/// The tests of Jinja.
enum TestName: String, CaseIterable, Sendable {
  case boolean, callable, defined, divisibleby, equalto, escaped, even, `false`, filter, float, greaterthan, `in`, integer, iterable
  case lessthan, lower, mapping, none, number, odd, sameas, sequence, string, test, `true`, undefined, upper
  case notEqual = "ne"
  case greaterOrEqual = "ge"
  case lessOrEqual = "le"

  init?(name: String) {
    switch name {
    case "eq", "==": self = .equalto
    case "!=": self = .notEqual
    case "gt", ">": self = .greaterthan
    case "lt", "<": self = .lessthan
    case ">=": self = .greaterOrEqual
    case "<=": self = .lessOrEqual
    default:
      guard let test = TestName(rawValue: name) else { return nil }
      self = test
    }
  }
}

extension Interpreter {
  func test(_ test: TestName, _ value: Value, _ arguments: CallArguments) throws -> Bool {
    try passOver(value)
    if value.isMarked { return try test == .escaped || self.test(test, value.unmarked, arguments.unmarked) }
    func argument() throws -> Value {
      guard let first = arguments.positional.first?.unmarked else { throw Fault.type("the test '\(test.rawValue)' needs an argument") }
      return first
    }
    switch test {
    case .defined: return !value.isUndefined
    case .undefined: return value.isUndefined
    case .none: return value.isNone
    case .boolean: if case .boolean = value { return true } else { return false }
    case .true: if case .boolean(true) = value { return true } else { return false }
    case .false: if case .boolean(false) = value { return true } else { return false }
    case .integer: if case .integer = value { return true } else { return false }
    case .float: if case .float = value { return true } else { return false }
    case .number: return value.number != nil
    case .string: return value.string != nil
    case .mapping: if case .dictionary = value { return true } else { return false }
    case .sequence:
      switch try checked(value) {
      case .string, .list, .tuple, .dictionary, .undefined: return true
      default: return false
      }
    case .iterable:
      switch try checked(value) {
      case .string, .list, .tuple, .iterator, .dictionary, .loop, .undefined: return true
      default: return false
      }
    case .callable: if case .callable = value { return true } else { return false }
    case .escaped: return false
    case .even, .odd:
      guard let integer = try defined(value).integer else { throw Fault.type("the test '\(test.rawValue)' needs an integer") }
      return (integer & 1 == 0) == (test == .even)
    case .divisibleby:
      guard let number = try defined(value).integer, let divisor = try argument().integer else {
        throw Fault.type("the test 'divisibleby' needs integers")
      }
      if divisor == 0 { throw Fault.value("integer modulo by zero") }
      return divisor == -1 || number % divisor == 0
    case .lower: return try isCased(value) { PythonText.lower($0) }
    case .upper: return try isCased(value) { PythonText.upper($0) }
    case .filter: return Filter(name: try text(of: value), environment) != nil
    case .test: return TestName(name: try text(of: value)) != nil
    case .sameas:
      let other = try argument()
      return value.typeName == other.typeName && value == other
    case .in: return try contains(try argument(), value)
    case .equalto: return try compare(.equal, value, try argument())
    case .notEqual: return try compare(.notEqual, value, try argument())
    case .greaterthan: return try compare(.greater, value, try argument())
    case .greaterOrEqual: return try compare(.greaterOrEqual, value, try argument())
    case .lessthan: return try compare(.less, value, try argument())
    case .lessOrEqual: return try compare(.lessOrEqual, value, try argument())
    }
  }

  /// `str.islower`, `str.isupper`: has letters with a case, and mapping changes nothing.
  private func isCased(_ value: Value, _ map: (String) -> String) throws -> Bool {
    let text = try text(of: value)
    let hasCase = text.unicodeScalars.contains { $0.properties.isUppercase || $0.properties.isLowercase }
    return hasCase && PythonText.same(map(text), text)
  }
}

// Typed access to the fields of a record's JSON, with the field's path in every error.

internal import Documents

/// An object inside a record line; unknown keys are never looked at.
struct RecordFields {
  let value: JSONValue
  let file: String
  let line: Int
  /// What stands before a field's name: `tasks[0].metrics[1].`.
  let prefix: @Sendable () -> String

  init(_ value: JSONValue, file: String, line: Int) {
    self.init(value, file: file, line: line) { "" }
  }

  private init(_ value: JSONValue, file: String, line: Int, prefix: @escaping @Sendable () -> String) {
    self.value = value
    self.file = file
    self.line = line
    self.prefix = prefix
  }

  func error(_ problem: RecordError.Problem) -> RecordError { RecordError(file: file, line: line, problem: problem) }

  func wrong(_ key: String, _ found: JSONValue, expected: String) -> RecordError {
    let shown =
      switch found {
      case .string(let text): quoted(text)
      case .integer, .number, .bool: found.serialized()
      default: found.kindName
      }
    return error(.wrongValue(field: prefix() + key, found: shown, expected: expected))
  }

  /// A field's value; nil where it is missing or null.
  func optional(_ key: String) -> JSONValue? {
    guard let field = value[key], !isNull(field) else { return nil }
    return field
  }

  private func isNull(_ field: JSONValue) -> Bool { if case .null = field { true } else { false } }

  func required(_ key: String) throws(RecordError) -> JSONValue {
    guard let field = value[key] else { throw error(.missingField(prefix() + key)) }
    return field
  }

  func string(_ key: String) throws(RecordError) -> String {
    let field = try required(key)
    guard case .string(let text) = field else { throw wrong(key, field, expected: "a string") }
    return text
  }

  func optionalString(_ key: String) throws(RecordError) -> String? {
    guard let field = optional(key) else { return nil }
    guard case .string(let text) = field else { throw wrong(key, field, expected: "a string or null") }
    return text
  }

  /// A whole number of at least `least`.
  func integer(_ key: String, least: Int = 0) throws(RecordError) -> Int {
    let field = try required(key)
    guard let number = field.integer, number >= least else { throw wrong(key, field, expected: "a whole number of at least \(least)") }
    return number
  }

  func double(_ key: String) throws(RecordError) -> Double {
    let field = try required(key)
    guard let number = field.double else { throw wrong(key, field, expected: "a number") }
    return number
  }

  func bool(_ key: String) throws(RecordError) -> Bool {
    let field = try required(key)
    guard case .bool(let flag) = field else { throw wrong(key, field, expected: "true or false") }
    return flag
  }

  func optionalBool(_ key: String) throws(RecordError) -> Bool? {
    guard let field = optional(key) else { return nil }
    guard case .bool(let flag) = field else { throw wrong(key, field, expected: "true, false or null") }
    return flag
  }

  func object(_ key: String) throws(RecordError) -> RecordFields {
    let field = try required(key)
    guard case .object = field else { throw wrong(key, field, expected: "an object") }
    let prefix = prefix
    return RecordFields(field, file: file, line: line) { prefix() + key + "." }
  }

  func optionalObject(_ key: String) throws(RecordError) -> RecordFields? { optional(key) == nil ? nil : try object(key) }

  /// The elements of an array of objects.
  func objects(_ key: String) throws(RecordError) -> [RecordFields] {
    let field = try required(key)
    guard case .array(let elements) = field else { throw wrong(key, field, expected: "an array of objects") }
    let prefix = prefix
    var result: [RecordFields] = []
    result.reserveCapacity(elements.count)
    for (place, element) in elements.enumerated() {
      guard case .object = element else { throw wrong("\(key)[\(place)]", element, expected: "an object") }
      result.append(RecordFields(element, file: file, line: line) { "\(prefix())\(key)[\(place)]." })
    }
    return result
  }
}

// What can be wrong with a saved comparison, and typed access to its members with their path in every error.

public import Documents

/// A `flipgate.comparison` document, or the noise of a result, that can't be read back.
public struct ComparisonError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notAComparison(found: String)
    case newerVersion(found: Int, supported: Int)
    case wrongValue(found: String, expected: String)
    /// It was written without what the records say of each item.
    case noOutcomes
  }

  public var file: String
  /// The place in the document, such as `outcomes[2].items`.
  public var field: String
  public var problem: Problem

  public init(file: String, field: String, problem: Problem) {
    self.file = file
    self.field = field
    self.problem = problem
  }

  public var description: String {
    switch problem {
    case .notAComparison(let found):
      "\(file): this is no comparison of flipgate: found \(found), expected an object with \"format\": \"\(Comparison.format)\""
    case .newerVersion(let found, let supported):
      "\(file): the comparison has version \(found), and this flipgate reads up to version \(supported); use a newer flipgate"
    case .wrongValue(let found, let expected): "\(file): \(field) is \(found); expected \(expected)"
    case .noOutcomes:
      "\(file): this comparison holds counts alone, and a policy may ask for more; make it again with flipgate compare --output, or check the two records"
    }
  }
}

/// An object of the document.
struct ComparisonFields {
  let value: JSONValue
  let file: String
  let path: String

  init(_ value: JSONValue, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  func error(_ key: String, expected: String) -> ComparisonError {
    let found =
      switch value[key] {
      case nil: "missing"
      case .string(let text): quoted(text)
      case .some(let other): other.kindName
      }
    return ComparisonError(file: file, field: name(key), problem: .wrongValue(found: found, expected: expected))
  }

  private func name(_ key: String) -> String { (path.isEmpty ? "" : path + ".") + key }
  func isAbsent(_ key: String) -> Bool { value[key] == nil || value[key] == .null }

  func string(_ key: String) throws(ComparisonError) -> String {
    if let text = value[key]?.string { return text }
    throw error(key, expected: "a string")
  }

  func optionalString(_ key: String) throws(ComparisonError) -> String? { isAbsent(key) ? nil : try string(key) }

  func count(_ key: String) throws(ComparisonError) -> Int {
    if let number = value[key]?.integer, number >= 0 { return number }
    throw error(key, expected: "a whole number from 0 on")
  }

  func number(_ key: String) throws(ComparisonError) -> Double {
    if let number = value[key]?.double, number.isFinite { return number }
    throw error(key, expected: "a number")
  }

  func bool(_ key: String) throws(ComparisonError) -> Bool {
    if let flag = value[key]?.bool { return flag }
    throw error(key, expected: "true or false")
  }

  func object(_ key: String) throws(ComparisonError) -> ComparisonFields {
    guard let member = value[key], member.object != nil else { throw error(key, expected: "an object") }
    return ComparisonFields(member, file: file, path: name(key))
  }

  func elements(_ key: String, count: Int? = nil) throws(ComparisonError) -> [JSONValue] {
    guard let elements = value[key]?.array, count == nil || elements.count == count else {
      throw error(key, expected: count.map { "a list of \($0) elements" } ?? "a list")
    }
    return elements
  }

  func objects(_ key: String) throws(ComparisonError) -> [ComparisonFields] {
    let elements = try elements(key)
    if elements.contains(where: { $0.object == nil }) { throw error(key, expected: "a list of objects") }
    return elements.enumerated().map { ComparisonFields($1, file: file, path: "\(name(key))[\($0)]") }
  }
}

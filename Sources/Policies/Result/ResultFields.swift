// Typed access to the members of a saved result, with the member's path in every error.

internal import Documents

/// An object of the document.
struct ResultFields {
  let value: JSONValue
  let file: String
  let path: String

  init(_ value: JSONValue, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  func error(_ key: String, expected: String) -> ResultError {
    let found =
      switch value[key] {
      case nil: "missing"
      case .string(let text): quoted(text)
      case .some(let other): other.kindName
      }
    return ResultError(file: file, field: (path.isEmpty ? "" : path + ".") + key, problem: .wrongValue(found: found, expected: expected))
  }

  func string(_ key: String) throws(ResultError) -> String {
    if let text = value[key]?.string { return text }
    throw error(key, expected: "a string")
  }

  func optionalString(_ key: String) throws(ResultError) -> String? { isAbsent(key) ? nil : try string(key) }

  func integer(_ key: String) throws(ResultError) -> Int {
    if let number = value[key]?.integer { return number }
    throw error(key, expected: "a whole number")
  }

  func optionalNumber(_ key: String) throws(ResultError) -> Double? {
    if isAbsent(key) { return nil }
    guard let number = value[key]?.double else { throw error(key, expected: "a number or null") }
    // What is not finite is written as null.
    return number.isFinite ? number : nil
  }

  func optionalBool(_ key: String) throws(ResultError) -> Bool? {
    if isAbsent(key) { return nil }
    guard let flag = value[key]?.bool else { throw error(key, expected: "true, false or null") }
    return flag
  }

  func bool(_ key: String) throws(ResultError) -> Bool {
    if let flag = value[key]?.bool { return flag }
    throw error(key, expected: "true or false")
  }

  func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) throws(ResultError) -> Word {
    if let word = value[key]?.string.flatMap(Word.init) { return word }
    throw error(key, expected: "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  func range(_ key: String) throws(ResultError) -> ClosedRange<Double>? {
    if isAbsent(key) { return nil }
    guard let ends = value[key]?.array, ends.count == 2 else { throw error(key, expected: "[low, high] or null") }
    // An end that is not finite was written as null: the range is not known.
    guard let low = ends[0].double, let high = ends[1].double, low <= high else { return nil }
    return low...high
  }

  func object(_ key: String) throws(ResultError) -> ResultFields {
    guard let member = value[key], member.object != nil else { throw error(key, expected: "an object") }
    return ResultFields(member, file: file, path: (path.isEmpty ? "" : path + ".") + key)
  }

  func optionalObject(_ key: String) throws(ResultError) -> ResultFields? { isAbsent(key) ? nil : try object(key) }

  /// The names of the members, in their order.
  var memberNames: [String] { value.members.map { $0.map(\.key) } ?? [] }

  func objects(_ key: String) throws(ResultError) -> [ResultFields] {
    guard let elements = value[key]?.array else { throw error(key, expected: "a list of objects") }
    return elements.enumerated().map { ResultFields($1, file: file, path: (path.isEmpty ? "" : path + ".") + "\(key)[\($0)]") }
  }

  private func isAbsent(_ key: String) -> Bool { value[key] == nil || value[key] == .null }
}

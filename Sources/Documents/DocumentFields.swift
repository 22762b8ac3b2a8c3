// Typed access to the members of a saved JSON document, with the member's path in every error.

/// An error of a document's reader that can say that a member is not what it should be.
public protocol WrongValueError: Error {
  /// - Parameter field: the place in the document, such as `budgets[2].status`.
  static func wrongValue(file: String, field: String, found: String, expected: String) -> Self
}

/// An object of a document; unknown keys are never looked at.
public struct DocumentFields<Failure: WrongValueError> {
  public let value: JSONValue
  public let file: String
  public let path: String

  public init(_ value: JSONValue, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  public func error(_ key: String, expected: String) -> Failure {
    let found =
      switch value[key] {
      case nil: "missing"
      case .string(let text): quoted(text)
      case .some(let other): other.kindName
      }
    return .wrongValue(file: file, field: name(key), found: found, expected: expected)
  }

  private func name(_ key: String) -> String { (path.isEmpty ? "" : path + ".") + key }

  /// Missing or null.
  public func isAbsent(_ key: String) -> Bool { value[key] == nil || value[key] == .null }

  /// The names of the members, in their order.
  public var memberNames: [String] { value.members.map { $0.map(\.key) } ?? [] }

  public func string(_ key: String) throws(Failure) -> String {
    if let text = value[key]?.string { return text }
    throw error(key, expected: "a string")
  }

  public func optionalString(_ key: String) throws(Failure) -> String? { isAbsent(key) ? nil : try string(key) }

  public func integer(_ key: String) throws(Failure) -> Int {
    if let number = value[key]?.integer { return number }
    throw error(key, expected: "a whole number")
  }

  public func count(_ key: String) throws(Failure) -> Int {
    if let number = value[key]?.integer, number >= 0 { return number }
    throw error(key, expected: "a whole number from 0 on")
  }

  public func number(_ key: String) throws(Failure) -> Double {
    if let number = value[key]?.double, number.isFinite { return number }
    throw error(key, expected: "a number")
  }

  /// Nil also for a number that is not finite, which is written as null.
  public func optionalNumber(_ key: String) throws(Failure) -> Double? {
    if isAbsent(key) { return nil }
    guard let number = value[key]?.double else { throw error(key, expected: "a number or null") }
    return number.isFinite ? number : nil
  }

  public func bool(_ key: String) throws(Failure) -> Bool {
    if let flag = value[key]?.bool { return flag }
    throw error(key, expected: "true or false")
  }

  public func optionalBool(_ key: String) throws(Failure) -> Bool? {
    if isAbsent(key) { return nil }
    guard let flag = value[key]?.bool else { throw error(key, expected: "true, false or null") }
    return flag
  }

  public func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) throws(Failure) -> Word {
    if let word = value[key]?.string.flatMap(Word.init) { return word }
    throw error(key, expected: "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// Nil also where an end was not finite, and so was written as null.
  public func range(_ key: String) throws(Failure) -> ClosedRange<Double>? {
    if isAbsent(key) { return nil }
    guard let ends = value[key]?.array, ends.count == 2 else { throw error(key, expected: "[low, high] or null") }
    guard let low = ends[0].double, let high = ends[1].double, low <= high else { return nil }
    return low...high
  }

  public func object(_ key: String) throws(Failure) -> DocumentFields {
    guard let member = value[key], member.object != nil else { throw error(key, expected: "an object") }
    return DocumentFields(member, file: file, path: name(key))
  }

  public func optionalObject(_ key: String) throws(Failure) -> DocumentFields? { isAbsent(key) ? nil : try object(key) }

  /// - Parameter count: how many there must be, if that is known.
  public func elements(_ key: String, count: Int? = nil) throws(Failure) -> [JSONValue] {
    guard let elements = value[key]?.array, count == nil || elements.count == count else {
      throw error(key, expected: count.map { "a list of \($0) elements" } ?? "a list")
    }
    return elements
  }

  public func objects(_ key: String) throws(Failure) -> [DocumentFields] {
    guard let elements = value[key]?.array else { throw error(key, expected: "a list of objects") }
    return try elements.enumerated().map { index, element throws(Failure) in
      let path = "\(name(key))[\(index)]"
      guard element.object != nil else { throw .wrongValue(file: file, field: path, found: element.kindName, expected: "an object") }
      return DocumentFields(element, file: file, path: path)
    }
  }
}

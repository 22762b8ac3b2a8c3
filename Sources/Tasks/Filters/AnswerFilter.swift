// What is made of generated answers before they are scored.

public import Documents

/// One step of a pipeline: a model's answers to one question to other answers.
///
/// A filter is that of lm-evaluation-harness 0.4.13 of the same name (`lm_eval/filters`). A new one is a file of its own and a line in
/// ``FilterCatalog``.
public protocol AnswerFilter: Sendable {
  /// What task files call it.
  static var name: String { get }
  /// What it does, in a sentence for users.
  static var documentation: String { get }
  /// Whether it leaves one answer, with which a pipeline ends.
  static var leavesOne: Bool { get }

  /// - Throws: ``FilterError`` for an option that it does not know or can't use.
  init(_ options: inout FilterOptions) throws(FilterError)

  /// The answers that are left of a question's answers.
  ///
  /// - Parameters:
  ///   - answers: the answers; nil for one that an earlier step took away.
  ///   - document: the document that the question was made of.
  /// - Throws: ``FilterError`` where an answer can't be filtered, such as a pattern that would search without end.
  func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?]
}

extension AnswerFilter {
  public static var leavesOne: Bool { false }
}

/// All filters, by name.
public enum FilterCatalog {
  public static let all: [any AnswerFilter.Type] = [
    RegexFilter.self, MultiChoiceRegexFilter.self, RemoveWhitespaceFilter.self, LowercaseFilter.self, UppercaseFilter.self, MapFilter.self,
    FormatSpanFilter.self, TakeFirstFilter.self, TakeFirstKFilter.self, MajorityVoteFilter.self,
  ]

  public static func named(_ name: String) -> (any AnswerFilter.Type)? { all.first { $0.name == name } }
}

/// What a task file says about a filter, taken option by option.
public struct FilterOptions: Sendable {
  public let filter: String
  private let given: [(name: String, value: JSONValue)]
  private var known: [String] = []

  public init(filter: String, given: [(name: String, value: JSONValue)]) {
    self.filter = filter
    self.given = given
  }

  public mutating func take(_ name: String) -> JSONValue? {
    known.append(name)
    return given.last { $0.name == name }?.value
  }

  public mutating func text(_ name: String, default value: String) throws(FilterError) -> String {
    guard let found = take(name) else { return value }
    guard let text = found.string else { throw error(name, found, "a text") }
    return text
  }

  public mutating func integer(_ name: String, default value: Int) throws(FilterError) -> Int {
    guard let found = take(name) else { return value }
    guard let number = found.integer else { throw error(name, found, "a whole number") }
    return number
  }

  public mutating func flag(_ name: String) throws(FilterError) -> Bool {
    guard let found = take(name), !found.isNull else { return false }
    guard let flag = found.bool else { throw error(name, found, "true or false") }
    return flag
  }

  public mutating func texts(_ name: String) throws(FilterError) -> [String] {
    guard let found = take(name), !found.isNull else { return [] }
    let texts = found.array?.compactMap(\.string) ?? []
    guard let count = found.array?.count, count == texts.count else { throw error(name, found, "a list of texts") }
    return texts
  }

  /// A pattern of Python's `re`.
  public func compile(_ pattern: String) throws(FilterError) -> RegularExpression {
    do {
      return try RegularExpression(pattern)
    } catch {
      throw FilterError(filter: filter, problem: .pattern, cause: error)
    }
  }

  /// Makes sure that nothing was given that the filter does not know.
  public func finish() throws(FilterError) {
    for option in given where !known.contains(option.name) {
      throw FilterError(filter: filter, problem: .unknownOption(option.name, known: known))
    }
  }

  public func error(_ name: String, _ found: JSONValue, _ expected: String) -> FilterError {
    FilterError(filter: filter, problem: .wrongKind(option: name, found: found.kindName, expected: expected))
  }
}

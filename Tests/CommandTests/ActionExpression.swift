// The expressions of a workflow, as many as action.yml uses: paths, strings, ==, !=, &&, || and functions without arguments.

import Foundation

/// What can't be evaluated is an error, so that action.yml uses nothing that the tests don't understand.
struct ActionExpressionError: Error {
  var text: String
}

struct ActionExpression {
  /// A path such as `inputs.policy` to its value; nil for a path that means nothing.
  typealias Lookup = (String) -> String?

  private var tokens: [String]
  private var next = 0
  private let lookup: Lookup
  private let source: String

  private init(_ source: String, lookup: @escaping Lookup) {
    self.source = source
    self.lookup = lookup
    tokens = source.matches(of: /'[^']*'|==|!=|&&|\|\||[!()]|[A-Za-z_][A-Za-z0-9_.\-]*/).map { String($0.output) }
  }

  /// The value of one expression, without the braces.
  static func evaluate(_ source: String, lookup: @escaping Lookup) throws -> String {
    var expression = ActionExpression(source, lookup: lookup)
    guard expression.tokens.joined() == source.filter({ $0 != " " }) else { throw ActionExpressionError(text: source) }
    let value = try expression.either()
    guard expression.next == expression.tokens.count else { throw ActionExpressionError(text: source) }
    return value
  }

  /// A text with its `${{ }}` filled in.
  static func fill(_ text: String, lookup: @escaping Lookup) throws -> String {
    var filled = ""
    var rest = text[...]
    while let open = rest.range(of: "${{") {
      guard let close = rest.range(of: "}}", range: open.upperBound..<rest.endIndex) else { throw ActionExpressionError(text: text) }
      filled += rest[..<open.lowerBound]
      filled += try evaluate(rest[open.upperBound..<close.lowerBound].trimmingCharacters(in: .whitespaces), lookup: lookup)
      rest = rest[close.upperBound...]
    }
    return filled + rest
  }

  static func isTrue(_ value: String) -> Bool { !value.isEmpty && value != "false" }

  private mutating func take(_ token: String) -> Bool {
    guard next < tokens.count, tokens[next] == token else { return false }
    next += 1
    return true
  }

  private mutating func either() throws -> String {
    var value = try both()
    while take("||") {
      let other = try both()
      if !Self.isTrue(value) { value = other }
    }
    return value
  }

  private mutating func both() throws -> String {
    var value = try comparison()
    while take("&&") {
      let other = try comparison()
      if Self.isTrue(value) { value = other }
    }
    return value
  }

  private mutating func comparison() throws -> String {
    let left = try operand()
    // GitHub compares strings without regard to case.
    if take("==") { return try operand().lowercased() == left.lowercased() ? "true" : "false" }
    if take("!=") { return try operand().lowercased() != left.lowercased() ? "true" : "false" }
    return left
  }

  private mutating func operand() throws -> String {
    if take("!") { return Self.isTrue(try operand()) ? "false" : "true" }
    guard next < tokens.count else { throw ActionExpressionError(text: source) }
    let token = tokens[next]
    next += 1
    if token.hasPrefix("'") { return String(token.dropFirst().dropLast()) }
    guard let value = lookup(token) else { throw ActionExpressionError(text: "\(source): \(token)") }
    return value
  }
}

// What is wrong with a regular expression, and where in it.

/// A pattern that can't be compiled, or that costs too much on a text.
public struct RegularExpressionError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    /// Not a pattern: Python's own words where it has some.
    case syntax(String)
    /// Python knows it, this engine doesn't.
    case unsupported(String)
    case tooDeep(limit: Int)
    case tooLarge(limit: Int)
    case badReplacement(String)
    case tooManySteps
    case tooLong(limit: Int)
  }

  public var pattern: String
  /// The code point in the pattern, from 1; nil where the pattern as a whole is meant.
  public var place: Int?
  public var problem: Problem

  public init(pattern: String, place: Int?, problem: Problem) {
    self.pattern = pattern
    self.place = place
    self.problem = problem
  }
}

extension RegularExpressionError {
  public var description: String {
    "the regular expression \(quoted(pattern))\(place.map { ", character \($0)" } ?? ""): \(sentence)"
  }

  private var sentence: String {
    switch problem {
    case .syntax(let what): what
    case .unsupported(let what): "\(what) is not supported here"
    case .tooDeep(let limit): "groups nest more than \(limit) deep"
    case .tooLarge(let limit): "it unfolds to more than \(limit) steps"
    case .badReplacement(let what): "the replacement can't be used: \(what)"
    case .tooManySteps: "it backtracks without end on this text and was stopped; write it so that no two parts can match the same text"
    case .tooLong(let limit): "the replaced text is longer than \(limit) bytes"
    }
  }
}

// What is wrong with a filter, or with an answer that it is given.

public import Documents

/// A filter that can't be made, or an answer that it can't filter.
public struct FilterError: Diagnostic {
  public enum Problem: Sendable, Equatable {
    case unknownFilter(known: [String])
    case unknownOption(String, known: [String])
    case wrongKind(option: String, found: String, expected: String)
    case missingOption(String)
    case pattern
    /// A pattern that stopped on an answer.
    case search
    /// There are fewer matches or answers than are asked for.
    case tooFew(what: String, wanted: Int, found: Int)
    case noAnswer
    case noChoices(field: String)
    case endsWithList
    case goesOn(after: String)
    case emptyPipeline
  }

  public var filter: String
  public var problem: Problem
  public var cause: (any Error)?

  public init(filter: String, problem: Problem, cause: (any Error)? = nil) {
    self.filter = filter
    self.problem = problem
    self.cause = cause
  }
}

extension FilterError {
  public var description: String { "the filter \(quoted(filter)) \(sentence)" }

  private var sentence: String {
    switch problem {
    case .unknownFilter(let known):
      "is not one of those there are: \(known.joined(separator: ", "))" + hint(filter, known)
    case .unknownOption(let name, let known) where known.isEmpty: "has no options, and \(quoted(name)) is given"
    case .unknownOption(let name, let known): "has no option \(quoted(name)); it has \(known.joined(separator: ", "))" + hint(name, known)
    case .wrongKind(let option, let found, let expected): "has \(found) as its \(quoted(option)), expected \(expected)"
    case .missingOption(let option): "needs the option \(quoted(option))"
    case .pattern: "has a pattern that can't be used"
    case .search: "can't search this answer"
    case .tooFew(let what, let wanted, let found): "asks for \(what) \(wanted), and there are only \(found)"
    case .noAnswer: "has nothing to work on: an earlier filter left no answer"
    case .noChoices(let field): "needs a list of texts in the field \(quoted(field)) of the document"
    case .endsWithList: "ends its pipeline with a list of answers; put \"take_first\" or \"majority_vote\" with \"take_first\" behind it"
    case .goesOn(let name): "stands behind \(quoted(name)), which leaves one answer: put it before"
    case .emptyPipeline: "is a pipeline without a step; it needs at least \"take_first\""
    }
  }

  private func hint(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, among: known).map { "; did you mean \(quoted($0))?" } ?? ""
  }
}

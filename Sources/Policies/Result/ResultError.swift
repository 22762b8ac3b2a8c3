// What can be wrong with a saved result, and where in it.

public import Documents

/// A `result.json` that can't be read back.
public struct ResultError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notAResult(found: String)
    case newerVersion(found: Int, supported: Int)
    case wrongValue(found: String, expected: String)
  }

  public var file: String
  /// The place in the document, such as `budgets[2].status`.
  public var field: String
  public var problem: Problem

  public init(file: String, field: String, problem: Problem) {
    self.file = file
    self.field = field
    self.problem = problem
  }
}

extension ResultError {
  public var description: String {
    switch problem {
    case .notAResult(let found):
      "\(file): this is no result of flipgate: found \(found), expected an object with \"format\": \"flipgate.result\""
    case .newerVersion(let found, let supported):
      "\(file): the result has version \(found), and this flipgate reads up to version \(supported); use a newer flipgate"
    case .wrongValue(let found, let expected): "\(file): \(field) is \(found); expected \(expected)"
    }
  }
}

extension ResultError: WrongValueError {
  public static func wrongValue(file: String, field: String, found: String, expected: String) -> ResultError {
    ResultError(file: file, field: field, problem: .wrongValue(found: found, expected: expected))
  }
}

/// An object of a saved result.
typealias ResultFields = DocumentFields<ResultError>

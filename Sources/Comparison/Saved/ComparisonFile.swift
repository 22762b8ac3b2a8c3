// What can be wrong with a saved comparison, and where in it.

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

extension ComparisonError: WrongValueError {
  public static func wrongValue(file: String, field: String, found: String, expected: String) -> ComparisonError {
    ComparisonError(file: file, field: field, problem: .wrongValue(found: found, expected: expected))
  }
}

/// An object of a saved comparison.
typealias ComparisonFields = DocumentFields<ComparisonError>

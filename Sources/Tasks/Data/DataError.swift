// What is wrong with a task's data, and in which line.

public import Documents

/// A data file that does not hold what a task needs.
public struct DataError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case noHeader
    case duplicateColumn(String)
    case wrongColumnCount(found: Int, expected: Int)
    case openQuote
    case textAfterQuote
    case notUTF8
    case noObject(found: String)
    case noArray(field: String)
    case unknownFormat(String)
    /// The sentence says what a document lacks.
    case document(String)
  }

  public var location: SourceLocation
  public var problem: Problem

  public init(location: SourceLocation, problem: Problem) {
    self.location = location
    self.problem = problem
  }
}

extension DataError {
  public var description: String {
    switch problem {
    case .noHeader: "\(location): the file has no first line with the names of the columns"
    case .duplicateColumn(let name): "\(location): the column \(quoted(name)) is named twice; rename one of them"
    case .wrongColumnCount(let found, let expected):
      "\(location): this row has \(found) columns, the first line has \(expected); put fields that hold separators or line breaks in quotes"
    case .openQuote: "\(location): the quoted field that begins here has no end"
    case .textAfterQuote: "\(location): text follows the end of a quoted field; double the quotes inside of a field"
    case .notUTF8: "\(location): the text is not valid UTF-8; save the file as UTF-8"
    case .noObject(let found): "\(location): found \(found), expected an object with the fields of a document"
    case .noArray(let field): "\(location): the file has no array \(quoted(field)) of documents"
    case .unknownFormat(let name):
      "\(location): files of kind \(quoted(name)) can't be read; convert the data to JSON Lines, JSON, CSV or TSV (.gz of each is read, too)"
    case .document(let sentence): "\(location): \(sentence)"
    }
  }
}

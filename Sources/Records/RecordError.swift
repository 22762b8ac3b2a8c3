// What can be wrong with a run record: where, which field, what was found and what to do.

public import Documents

/// A run record that can't be read or used as asked.
public struct RecordError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    /// The file does not start with a run record's header.
    case notARecord(found: String)
    case newerVersion(found: Int, supported: Int)
    case missingField(String)
    case wrongValue(field: String, found: String, expected: String)
    case repeatedTask(String)
    case unknownTask(String, nearest: String?)
    case repeatedItem(task: String, item: String)
    /// There is no end line: the run was interrupted.
    case incomplete(items: Int)
    case textAfterEnd
    case wrongItemCount(found: Int, said: Int)
    case wrongTaskCount(task: String, found: Int, said: Int)
    /// The record was made by another model, engine or task than the one asked for now.
    case otherRun(field: String, found: String, expected: String)
  }

  public var file: String
  /// The line, from 1; nil where the whole file is meant.
  public var line: Int?
  public var problem: Problem

  public init(file: String, line: Int? = nil, problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  public var severity: DiagnosticSeverity {
    switch problem {
    case .incomplete, .wrongItemCount, .wrongTaskCount: .undecided
    default: .configuration
    }
  }
}

extension RecordError {
  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    switch problem {
    case .notARecord(let found):
      return "\(place): this is not a run record: found \(found), expected a header line with \"format\":\"\(RecordFormat.name)\""
    case .newerVersion(let found, let supported):
      return "\(place): the record has version \(found); this Flipgate reads up to version \(supported): update Flipgate"
    case .missingField(let field): return "\(place): the field \(quoted(field)) is missing"
    case .wrongValue(let field, let found, let expected): return "\(place): \(quoted(field)) is \(found), expected \(expected)"
    case .repeatedTask(let task): return "\(place): the header lists the task \(quoted(task)) twice"
    case .unknownTask(let task, let nearest):
      let hint = nearest.map { "; did you mean \(quoted($0))?" } ?? ""
      return "\(place): the task \(quoted(task)) is not one of the header's tasks\(hint)"
    case .repeatedItem(let task, let item):
      return "\(place): the item \(quoted(item)) of \(quoted(task)) was there before; an item appears once"
    case .incomplete(let items):
      return "\(place): the record ends after \(items) items without its end line, so the run was interrupted; finish it with --resume"
    case .textAfterEnd: return "\(place): there is more text after the record's end line; was something appended to it?"
    case .wrongItemCount(let found, let said):
      return "\(place): the record holds \(found) items and its end line says \(said): lines were lost or added; evaluate again"
    case .wrongTaskCount(let task, let found, let said):
      return "\(place): the record holds \(found) items of \(quoted(task)) and its header says \(said): lines were lost or added; "
        + "evaluate again"
    case .otherRun(let field, let found, let expected):
      return "\(place): the record was made with another \(field): found \(found), now \(expected); choose another output file, "
        + "or evaluate without --resume"
    }
  }
}

/// What a run record calls itself.
public enum RecordFormat {
  public static let name = "flipgate.run"
  /// The newest version that is read, and the one that is written.
  public static let version = 1
}

// What can go wrong with a file before its contents matter.

/// A file that can't be read or written.
public struct FileError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notFound
    case isDirectory
    case notReadable(String)
    case notWritable(String)
    case tooLarge(bytes: Int, limit: Int)
    case notUTF8
    /// Another process wrote to it while it was read; the text says how that shows.
    case changed(String)
  }

  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var severity: DiagnosticSeverity {
    switch problem {
    case .notWritable, .changed: .run
    case .notFound, .isDirectory, .notReadable, .tooLarge, .notUTF8: .configuration
    }
  }
}

extension FileError {
  public var description: String {
    switch problem {
    case .notFound: "\(path): there is no such file"
    case .isDirectory: "\(path): this is a folder; a file was expected"
    case .notReadable(let reason): "\(path): can't be read: \(reason)"
    case .notWritable(let reason): "\(path): can't be written: \(reason)"
    case .tooLarge(let bytes, let limit): "\(path): holds \(bytes) bytes; at most \(limit) are read for a file of this kind"
    case .notUTF8: "\(path): the text is not valid UTF-8; save the file as UTF-8"
    case .changed(let how): "\(path): was changed while it was in use: \(how); run again once nothing writes to it"
    }
  }
}

// Why a teacher's hidden states could not be kept.

public import Documents

public enum TeacherCacheError: Diagnostic {
  /// A file could not be written: most often the disk is full.
  case notKept(bytes: Int, cause: FileError)
  case outOfMemory(bytes: Int)
  /// States that are not of the cache's width, or not a row a token.
  case mismatch(_ what: String, found: Int, expected: Int)

  public var cause: (any Error)? { if case .notKept(_, let cause) = self { cause } else { nil } }
  public var severity: DiagnosticSeverity { .run }
}

extension TeacherCacheError {
  public var description: String {
    switch self {
    case .notKept(let bytes, let cause):
      "a teacher's hidden states (\(bytes) bytes for one sequence) could not be kept at \(cause.path); "
        + "free space on that disk, choose another folder, or give the cache more memory"
    case .outOfMemory(let bytes): "no memory for \(bytes) bytes of a teacher's hidden states; give the cache less memory and a folder"
    case .mismatch(let what, let found, let expected): "the \(what) of a teacher's hidden states: found \(found), expected \(expected)"
    }
  }
}

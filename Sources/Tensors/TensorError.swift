// What can go wrong below the model: memory, and the matrix library.

public import Documents

/// A failure of the numeric layer.
public enum TensorError: Diagnostic, Equatable {
  case outOfMemory(bytes: Int)
  /// A call of the matrix library failed with a status of its own.
  case matrixLibrary(name: String, call: String, status: Int)
  /// The library that was asked for is not in this build.
  case unavailableLibrary(String)

  public var severity: DiagnosticSeverity {
    if case .unavailableLibrary = self { .configuration } else { .run }
  }
}

extension TensorError {
  public var description: String {
    switch self {
    case .outOfMemory(let bytes):
      "no memory for \(bytes) bytes; close other programs, use --precision bf16, or take a machine with more memory"
    case .matrixLibrary(let name, let call, let status): "\(name) failed in \(call) with status \(status)"
    case .unavailableLibrary(let name): "the matrix library \(quoted(name)) is not in this build; build with its package trait or choose another"
    }
  }
}

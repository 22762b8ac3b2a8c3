// What can be wrong with a zip archive, and its sentences.

/// A zip file that is malformed, lies about itself, or uses what is not read.
public struct ZipError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notZip(bytes: Int)
    case inParts
    case directory(String)
    case name(String)
    case duplicate(String)
    case entry(String, String)
    case encrypted(String)
    case method(String, number: Int)
    /// It has to be stored as it is, for its bytes are used where they are.
    case packed(String)
    case tooLarge(String, bytes: Int, limit: Int)
    case checksum(String)
    case unreadable(FileError)
  }

  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var cause: (any Error)? { if case .unreadable(let error) = problem { error } else { nil } }

  public var severity: DiagnosticSeverity { if case .unreadable(let error) = problem { error.severity } else { .configuration } }
}

extension ZipError {
  public var description: String { "\(path): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .notZip(let bytes):
      "the end record of a zip archive is missing from the last of its \(bytes) bytes; the file was cut off or is no zip archive. Download it again"
    case .inParts: "this is a part of a zip archive in several files, which is not read; join them first"
    case .directory(let what): "the directory of the zip archive is damaged: \(what). Download it again"
    case .name(let name): "the zip archive holds \(quoted(name)), a name that leads out of it; such an archive is not read"
    case .duplicate(let name): "the zip archive holds \(quoted(name)) twice; which one counts is not said"
    case .entry(let name, let what): "the entry \(quoted(name)) of the zip archive is damaged: \(what). Download it again"
    case .encrypted(let name): "the entry \(quoted(name)) of the zip archive is encrypted; unpack it and pack it without a password"
    case .method(let name, let number):
      "the entry \(quoted(name)) of the zip archive is packed by the method \(ZipMethod.name(number)), which is not read; pack it with deflate or not at all"
    case .packed(let name):
      "the entry \(quoted(name)) of the zip archive is packed, expected stored as it is; pack the archive again without compression"
    case .tooLarge(let name, let bytes, let limit):
      "the entry \(quoted(name)) of the zip archive unpacks to \(bytes) bytes; at most \(limit) are read"
    case .checksum(let name): "the entry \(quoted(name)) of the zip archive does not have the CRC-32 that the archive promises; it is damaged"
    case .unreadable: "the zip archive can't be read"
    }
  }
}

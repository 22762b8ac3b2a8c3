// What can be wrong with another tool's log, beyond a line that can't be read.

public import Documents

/// A log that can't be compared.
public struct LogError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case unknown
    case ambiguous([LogFormat])
    case noOutcomes(LogFormat)
    /// The file is not what it was said to be.
    case otherFormat(LogFormat)
    case newerVersion(LogFormat, found: Int, supported: Int)
    /// The log holds the answers of several models.
    case severalModels([String])
    /// An archive without an entry that it has to have.
    case missingEntry(String)
  }

  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }
}

extension LogError {
  public var description: String {
    switch problem {
    case .unknown:
      "\(path): this is no run record and no log that is known; known are "
        + LogFormat.readers.map { "\($0.format.rawValue) (\($0.appearance))" }.joined(separator: ", ")
    case .ambiguous(let formats):
      "\(path): this may be a log of \(formats.map(\.rawValue).joined(separator: " or of ")); say which with --format"
    case .noOutcomes(let format): "\(path): the \(format.rawValue) log holds no outcome; was it written with its samples?"
    case .otherFormat(let format):
      "\(path): this is no \(format.rawValue) log, expected \(LogFormat.readers.first { $0.format == format }?.appearance ?? format.rawValue); "
        + "leave --format out to have it found"
    case .newerVersion(let format, let found, let supported):
      "\(path): the \(format.rawValue) log has version \(found), expected \(supported); export it with a version of the tool that writes that"
    case .severalModels(let names):
      "\(path): the log holds the answers of \(names.count) models (\(names.prefix(4).map { quoted($0) }.joined(separator: ", "))); "
        + "a side is one model: export them apart"
    case .missingEntry(let name): "\(path): the archive has no \(quoted(name)); the log was not finished or is of another kind"
    }
  }
}

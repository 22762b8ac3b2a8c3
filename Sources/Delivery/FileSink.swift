// A report as a file: complete or not there at all.

internal import Documents

/// Writes a report to a file under a temporary name and renames it; missing folders are made.
public struct FileSink: Sink {
  public var path: String
  public var isRequired: Bool
  public var name: String { path }

  public init(path: String, isRequired: Bool = false) {
    self.path = path
    self.isRequired = isRequired
  }

  /// - Throws: `FileError`.
  public func deliver(_ bytes: [UInt8]) throws { try Files.write(bytes, to: path) }
}

// Where a report goes: bytes in, nothing out but success or a clear failure.

/// A place that takes a report's bytes.
public protocol Sink: Sendable {
  /// What it is called in messages, such as the file's path.
  var name: String { get }
  /// Whether the run has failed if the report can't be delivered.
  var isRequired: Bool { get }
  func deliver(_ bytes: [UInt8]) throws
}

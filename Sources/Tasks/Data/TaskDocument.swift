// One document of a task's data, and where it stands.

internal import Documents

/// A row of a data file.
struct TaskDocument: Sendable {
  /// An object: field -> value.
  var value: JSONValue
  var location: SourceLocation

  /// Python's `==` of two documents: text by code points.
  func isSame(as other: TaskDocument) -> Bool { value == other.value && value.serialized(.canonical) == other.value.serialized(.canonical) }
}

/// Documents with the digest of each file they came from.
struct TaskDocuments: Sendable {
  var documents: [TaskDocument] = []
  /// `sha256:` of the unpacked bytes of each file read.
  var digests: [String] = []
}

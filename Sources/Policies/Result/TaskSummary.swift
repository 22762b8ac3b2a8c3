// One task of a result: what reports show of it, and its whole document.

public import Documents
internal import Comparison

public struct TaskSummary: Sendable, Hashable {
  public var document: JSONValue
  public init(document: JSONValue) { self.document = document }
}

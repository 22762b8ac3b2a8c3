// result.json: the canonical evidence, for machines and for `flipgate report`.

internal import Documents
public import Policies

/// The result's document, indented.
public struct JSONReport: Report {
  public let name = "json"
  public let fileName = "result.json"
  public let mediaType = "application/json"

  public init() {}

  public func render(_ result: GateResult) -> [UInt8] { Array((result.json.serialized(.indented) + "\n").utf8) }
}

// result.json: the canonical evidence, for machines and for `flipgate report`.

public import Policies

/// The result's document, indented. Reading it gives the result again; see ``SafeJSON`` for what is written as an escape.
public struct JSONReport: Report {
  public let name = "json"
  public let fileName = "result.json"
  public let mediaType = "application/json"

  public init() {}

  public func render(_ result: GateResult) -> [UInt8] { SafeJSON.bytes(of: result.json) }
}

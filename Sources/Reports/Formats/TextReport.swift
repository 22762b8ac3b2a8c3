// The terminal's summary as a file: plain text, 100 columns, no colour.

public import Policies

/// What ``TerminalSummary`` shows, for logs and mails.
public struct TextReport: Report {
  public let name = "text"
  public let fileName = "summary.txt"
  public let mediaType = "text/plain"

  public init() {}

  public func render(_ result: GateResult) -> [UInt8] { Array(TerminalSummary(width: 100).render(result).utf8) }
}

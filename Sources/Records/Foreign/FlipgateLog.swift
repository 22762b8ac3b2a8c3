// Our own run record, as one of the logs that can be compared.

internal import Documents

struct FlipgateLog: OutcomeLog {
  static let format = LogFormat.flipgate
  static let appearance = "JSON Lines whose first line has \"format\":\"\(RecordFormat.name)\""
  static let repeats = RepeatMeaning.none

  static func matches(_ probe: LogProbe) -> Bool { probe.outline.map(matches) ?? false }
  static func matches(_ outline: JSONOutline) -> Bool { outline.values["format"] == "\"\(RecordFormat.name)\"" }

  let path: String

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    if let places {
      for (line, outcome) in try RecordReader.outcomes(path, at: places) { try body(LoggedOutcome(outcome, place: line)) }
      return LogFrame(header: .ofLog(tool: "", model: ""))
    }
    let frame = try RecordReader.forEachOutcome(path) { outcome, line in try body(LoggedOutcome(outcome, place: line)) }
    return LogFrame(header: frame.header, isComplete: frame.isComplete)
  }
}

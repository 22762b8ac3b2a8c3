// JSON Lines: one JSON value a line, each with its line number.

public enum JSONLines {
  /// Calls `body` with each value and its line number, from 1; blank lines are skipped.
  ///
  /// - Parameter toleratesTornEnd: ignore a last line without a line break that is no whole value: what an interrupted writer leaves.
  public static func forEach(
    in bytes: [UInt8], file: String, toleratesTornEnd: Bool = false, _ body: (JSONValue, Int) throws -> Void
  ) throws {
    let span = bytes.span
    var start = 0
    var line = 1
    while start < span.count {
      var end = start
      while end < span.count, span[end] != 0x0A { end += 1 }
      let isBlank = (start..<end).allSatisfy { bytes[$0] == 0x20 || bytes[$0] == 0x09 || bytes[$0] == 0x0D }
      if !isBlank {
        let isTorn = end == span.count
        var value: JSONValue?
        do throws(JSONError) {
          value = try JSONValue.parse(span.extracting(start..<end), file: file, firstLine: line)
        } catch {
          if !(isTorn && toleratesTornEnd) { throw error }
        }
        if let value { try body(value, line) }
      }
      start = end + 1
      line += 1
    }
  }
}

// Foreign text made safe for one line of a terminal or CI log.

internal import Documents

enum TerminalText {
  /// The text without control characters, cut to `limit` characters.
  static func oneLine(_ text: String, limit: Int) -> String {
    let safe = quoted(text.prefix(limit * 2)).dropFirst().dropLast()
    return safe.count > limit ? String(safe.prefix(limit - 1)) + "…" : String(safe)
  }
}

// JSON values to bytes: compact for JSON Lines, indented for people, canonical for digests.

internal import OrderedCollections

extension JSONValue {
  /// How the text is laid out.
  public enum Layout: Sendable {
    /// One line, `{"a":1}`, keys in their own order.
    case compact
    /// Two spaces a level, keys in their own order.
    case indented
    /// One line, keys sorted by their UTF-8 bytes: the same value always gives the same bytes.
    case canonical
  }

  /// The value as JSON text. Numbers that are not finite are written as `null`; `/` is not escaped, non-ASCII text is kept.
  public func serialized(_ layout: Layout = .compact) -> String {
    var text = ""
    write(to: &text, layout: layout, level: 0)
    return text
  }

  private func write(to text: inout String, layout: Layout, level: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += Self.text(of: value)
    case .string(let value): Self.write(value, to: &text)
    case .array(let elements):
      let inner = layout == .indented && !elements.isEmpty ? "\n" + String(repeating: "  ", count: level + 1) : ""
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        text += inner
        element.write(to: &text, layout: layout, level: level + 1)
      }
      if !inner.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
      text += "]"
    case .object(let members):
      let inner = layout == .indented && !members.isEmpty ? "\n" + String(repeating: "  ", count: level + 1) : ""
      text += "{"
      let keys = layout == .canonical ? members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : Array(members.keys)
      for (index, key) in keys.enumerated() {
        if index > 0 { text += "," }
        text += inner
        Self.write(key, to: &text)
        text += layout == .indented ? ": " : ":"
        members[key, default: .null].write(to: &text, layout: layout, level: level + 1)
      }
      if !inner.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
      text += "}"
    }
  }

  /// The shortest text that reads back as the same double; `null` when it is not finite.
  private static func text(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    return "\(value)"
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    defer { text += "\"" }
    // Most texts need no escape: U+2028 and U+2029 begin with the byte E2, everything else that is escaped is ASCII.
    if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xE2 }) {
      text += string
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{08}": text += "\\b"
      case "\u{0C}": text += "\\f"
      case "\u{00}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

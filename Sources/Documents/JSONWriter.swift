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
    var bytes: [UInt8] = []
    append(to: &bytes, layout: layout)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the value as JSON text in UTF-8, as ``serialized(_:)`` gives it.
  public func append(to bytes: inout [UInt8], layout: Layout = .compact) { write(to: &bytes, layout: layout, level: 0) }

  private func write(to bytes: inout [UInt8], layout: Layout, level: Int) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): bytes += Self.text(of: value).utf8
    case .string(let value): Self.write(value, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        if layout == .indented { Self.breakLine(&bytes, level: level + 1) }
        element.write(to: &bytes, layout: layout, level: level + 1)
      }
      if layout == .indented && !elements.isEmpty { Self.breakLine(&bytes, level: level) }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      var isFirst = true
      func write(_ key: String, _ value: JSONValue) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        if layout == .indented { Self.breakLine(&bytes, level: level + 1) }
        Self.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if layout == .indented { bytes.append(UInt8(ascii: " ")) }
        value.write(to: &bytes, layout: layout, level: level + 1)
      }
      if layout == .canonical {
        for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) { write(key, value) }
      } else {
        for (key, value) in members { write(key, value) }
      }
      if layout == .indented && !members.isEmpty { Self.breakLine(&bytes, level: level) }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func breakLine(_ bytes: inout [UInt8], level: Int) {
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<level { bytes += "  ".utf8 }
  }

  /// The shortest text that reads back as the same double; `null` when it is not finite.
  private static func text(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    return "\(value)"
  }

  private static func write(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    let span = string.utf8Span.span
    // What needs no escape is copied as it stands.
    var index = 0
    while index < span.count {
      let byte = span[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0..<0x20, 0x7F: writeEscape(UInt32(byte), to: &bytes)
      // U+2028 and U+2029, E2 80 A8 and E2 80 A9, end a line for some readers.
      case 0xE2 where index + 2 < span.count && span[index + 1] == 0x80 && (span[index + 2] == 0xA8 || span[index + 2] == 0xA9):
        writeEscape(0x2000 + UInt32(span[index + 2] & 0x3F), to: &bytes)
        index += 2
      default: bytes.append(byte)
      }
      index += 1
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func writeEscape(_ scalar: UInt32, to bytes: inout [UInt8]) {
    let digits = String(scalar, radix: 16)
    bytes += "\\u".utf8
    for _ in digits.utf8.count..<4 { bytes.append(UInt8(ascii: "0")) }
    bytes += digits.utf8
  }
}

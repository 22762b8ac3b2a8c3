// Bytes to JSON values: strict RFC 8259, with the place of every fault, bounded depth and no duplicate keys.

internal import OrderedCollections

extension JSONValue {
  /// Parses one JSON document.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 text; a byte-order mark is skipped.
  ///   - file: the name that errors carry.
  ///   - firstLine: the line number of the first byte, for documents inside a JSON Lines file.
  ///   - allowsNonFinite: accept `NaN`, `Infinity` and `-Infinity`, which Python's `json` writes.
  /// - Throws: ``JSONError`` with line and column.
  public static func parse(
    _ bytes: borrowing Span<UInt8>, file: String, firstLine: Int = 1, allowsNonFinite: Bool = true
  ) throws(JSONError) -> JSONValue {
    var parser = JSONParser(file: file, line: firstLine, allowsNonFinite: allowsNonFinite)
    return try parser.document(bytes)
  }

  public static func parse(_ bytes: [UInt8], file: String, firstLine: Int = 1, allowsNonFinite: Bool = true) throws(JSONError) -> JSONValue {
    try parse(bytes.span, file: file, firstLine: firstLine, allowsNonFinite: allowsNonFinite)
  }

  public static func parse(_ text: String, file: String = "<text>", allowsNonFinite: Bool = true) throws(JSONError) -> JSONValue {
    try parse(Array(text.utf8), file: file, allowsNonFinite: allowsNonFinite)
  }
}

/// What is wrong with a JSON text, and where.
public struct JSONError: Diagnostic, Equatable {
  public var location: SourceLocation
  public var problem: Problem

  public enum Problem: Sendable, Equatable {
    case unexpected(found: String, expected: String)
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case invalidUTF8
    case invalidEscape
    case trailingText
    case numberOutOfRange(String)
  }
}

extension JSONError {
  public var description: String {
    switch problem {
    case .unexpected(let found, let expected): "\(location): found \(found), expected \(expected)"
    case .duplicateKey(let key): "\(location): the key \(quoted(key)) appears twice in one object; remove one of them"
    case .tooDeep(let limit): "\(location): arrays and objects are nested more than \(limit) deep"
    case .invalidUTF8: "\(location): the text is not valid UTF-8; save the file as UTF-8"
    case .invalidEscape: "\(location): a string has an escape that JSON does not know"
    case .trailingText: "\(location): there is more text after the end of the JSON value"
    case .numberOutOfRange(let text): "\(location): the number \(text) does not fit a double"
    }
  }
}

struct JSONParser {
  static let depthLimit = 512

  let file: String
  var line: Int
  let allowsNonFinite: Bool
  var position = 0
  var lineStart = 0
  var depth = 0

  init(file: String, line: Int, allowsNonFinite: Bool) {
    self.file = file
    self.line = line
    self.allowsNonFinite = allowsNonFinite
  }

  func fault(_ problem: JSONError.Problem) -> JSONError {
    JSONError(location: SourceLocation(file: file, line: line, column: position - lineStart + 1), problem: problem)
  }

  func unexpected(_ bytes: borrowing Span<UInt8>, _ expected: String) -> JSONError {
    let found =
      if position >= bytes.count {
        "the end of the text"
      } else if bytes[position] >= 0x20 && bytes[position] < 0x7F {
        "'\(Character(UnicodeScalar(bytes[position])))'"
      } else {
        "byte 0x\(String(bytes[position], radix: 16))"
      }
    return fault(.unexpected(found: found, expected: expected))
  }

  mutating func document(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
    if bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF { position = 3 }
    skipSpace(bytes)
    let value = try self.value(bytes)
    skipSpace(bytes)
    guard position == bytes.count else { throw fault(.trailingText) }
    return value
  }

  mutating func skipSpace(_ bytes: borrowing Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D: position += 1
      case 0x0A:
        position += 1
        line += 1
        lineStart = position
      default: return
      }
    }
  }

  mutating func value(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
    guard position < bytes.count else { throw unexpected(bytes, "a JSON value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(bytes)
    case UInt8(ascii: "["): return try array(bytes)
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "t"): return try word(bytes, "true", .bool(true))
    case UInt8(ascii: "f"): return try word(bytes, "false", .bool(false))
    case UInt8(ascii: "n"): return try word(bytes, "null", .null)
    case UInt8(ascii: "N") where allowsNonFinite: return try word(bytes, "NaN", .number(.nan))
    case UInt8(ascii: "I") where allowsNonFinite: return try word(bytes, "Infinity", .number(.infinity))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
    default: throw unexpected(bytes, "a JSON value")
    }
  }

  mutating func word(_ bytes: borrowing Span<UInt8>, _ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.utf8 {
      guard position < bytes.count, bytes[position] == byte else { throw unexpected(bytes, word) }
      position += 1
    }
    return value
  }

  mutating func descend() throws(JSONError) {
    depth += 1
    if depth > Self.depthLimit { throw fault(.tooDeep(limit: Self.depthLimit)) }
  }

  mutating func array(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
    try descend()
    position += 1
    var elements: [JSONValue] = []
    skipSpace(bytes)
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
      position += 1
      depth -= 1
      return .array(elements)
    }
    while true {
      skipSpace(bytes)
      elements.append(try value(bytes))
      skipSpace(bytes)
      guard position < bytes.count else { throw unexpected(bytes, "',' or ']'") }
      if bytes[position] == UInt8(ascii: ",") {
        position += 1
      } else if bytes[position] == UInt8(ascii: "]") {
        position += 1
        depth -= 1
        return .array(elements)
      } else {
        throw unexpected(bytes, "',' or ']'")
      }
    }
  }

  mutating func object(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
    try descend()
    position += 1
    var members = OrderedDictionary<String, JSONValue>(minimumCapacity: 4)
    skipSpace(bytes)
    if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
      position += 1
      depth -= 1
      return .object(members)
    }
    while true {
      skipSpace(bytes)
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw unexpected(bytes, "a key in quotes") }
      let key = try string(bytes)
      skipSpace(bytes)
      guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw unexpected(bytes, "':'") }
      position += 1
      skipSpace(bytes)
      let member = try value(bytes)
      guard members.updateValue(member, forKey: key) == nil else { throw fault(.duplicateKey(key)) }
      skipSpace(bytes)
      guard position < bytes.count else { throw unexpected(bytes, "',' or '}'") }
      if bytes[position] == UInt8(ascii: ",") {
        position += 1
      } else if bytes[position] == UInt8(ascii: "}") {
        position += 1
        depth -= 1
        return .object(members)
      } else {
        throw unexpected(bytes, "',' or '}'")
      }
    }
  }

  mutating func number(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
    let start = position
    var isInteger = true
    var magnitude = 0
    var overflows = false
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    if isNegative, allowsNonFinite, position < bytes.count, bytes[position] == UInt8(ascii: "I") {
      return try word(bytes, "Infinity", .number(-.infinity))
    }
    guard position < bytes.count, isDigit(bytes[position]) else { throw unexpected(bytes, "a digit") }
    let leadingZero = bytes[position] == UInt8(ascii: "0")
    let digitsStart = position
    while position < bytes.count, isDigit(bytes[position]) {
      let digit = Int(bytes[position] - UInt8(ascii: "0"))
      let (product, productOverflows) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflows) = product.addingReportingOverflow(digit)
      overflows = overflows || productOverflows || sumOverflows
      if !overflows { magnitude = sum }
      position += 1
    }
    if leadingZero && position - digitsStart > 1 { throw unexpected(bytes, "a number without leading zeros") }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard position < bytes.count, isDigit(bytes[position]) else { throw unexpected(bytes, "a digit") }
      while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "e") || bytes[position] == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
      guard position < bytes.count, isDigit(bytes[position]) else { throw unexpected(bytes, "a digit") }
      while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }
    if isInteger && !overflows { return .integer(isNegative ? -magnitude : magnitude) }
    let text = try text(bytes.extracting(start..<position), isASCII: true)
    guard let value = Double(text), value.isFinite else { throw fault(.numberOutOfRange(text)) }
    return .number(value)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  mutating func string(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> String {
    position += 1
    let start = position
    var isASCII = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let raw = bytes.extracting(start..<position)
        let text = try text(raw, isASCII: isASCII)
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(bytes, from: start) }
      if byte < 0x20 { throw unexpected(bytes, "an escaped control character or the end of the string") }
      if byte >= 0x80 { isASCII = false }
      position += 1
    }
    throw unexpected(bytes, "the end of the string")
  }

  func text(_ raw: Span<UInt8>, isASCII: Bool) throws(JSONError) -> String {
    guard let utf8 = try? UTF8Span(validating: raw) else { throw fault(.invalidUTF8) }  // the validator's own error has no place
    return String(copying: utf8)
  }

  mutating func escapedString(_ bytes: borrowing Span<UInt8>, from start: Int) throws(JSONError) -> String {
    var buffer: [UInt8] = []
    for index in start..<position { buffer.append(bytes[index]) }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = try text(buffer.span, isASCII: false)
        position += 1
        return text
      }
      if byte < 0x20 { throw unexpected(bytes, "an escaped control character or the end of the string") }
      guard byte == UInt8(ascii: "\\") else {
        buffer.append(byte)
        position += 1
        continue
      }
      position += 1
      guard position < bytes.count else { throw unexpected(bytes, "the end of the string") }
      let escape = bytes[position]
      position += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(escape)
      case UInt8(ascii: "b"): buffer.append(0x08)
      case UInt8(ascii: "f"): buffer.append(0x0C)
      case UInt8(ascii: "n"): buffer.append(0x0A)
      case UInt8(ascii: "r"): buffer.append(0x0D)
      case UInt8(ascii: "t"): buffer.append(0x09)
      case UInt8(ascii: "u"): buffer.append(contentsOf: Array(String(try unicodeEscape(bytes)).utf8))
      default: throw fault(.invalidEscape)
      }
    }
    throw unexpected(bytes, "the end of the string")
  }

  /// The scalar of `\uXXXX`, joined with a following low surrogate; a lone surrogate becomes U+FFFD.
  mutating func unicodeEscape(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> Character {
    let first = try hexadecimal(bytes)
    if (0xD800..<0xDC00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let mark = position
      position += 2
      let second = try hexadecimal(bytes)
      if (0xDC00..<0xE000).contains(second), let scalar = UnicodeScalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) {
        return Character(scalar)
      }
      position = mark
    }
    return Character(UnicodeScalar(first) ?? "\u{FFFD}")
  }

  mutating func hexadecimal(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw fault(.invalidEscape) }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[position]
      let digit: UInt32 =
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: throw fault(.invalidEscape)
        }
      value = value << 4 | digit
      position += 1
    }
    return value
  }
}

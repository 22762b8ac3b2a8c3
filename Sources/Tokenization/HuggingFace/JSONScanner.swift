// A scanner over JSON bytes for what is too large to become a value each: vocabularies of a hundred thousand tokens, and as many merges.

internal import Documents

/// Walks JSON text without building values. Strings come out as bytes, so that tokens that Unicode holds equivalent stay different.
struct JSONScanner {
  let bytes: [UInt8]
  let file: String
  var position = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  func malformed(_ expected: String) -> TokenizerError {
    let place = location(of: position)
    return TokenizerError(file: file, place: "", problem: .malformedJSON(line: place.line, column: place.column, expected: expected))
  }

  /// Line and column of a byte, from 1.
  func location(of offset: Int) -> SourceLocation {
    let before = bytes[..<min(offset, bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return SourceLocation(file: file, line: before.count { $0 == 0x0A } + 1, column: before.count - lineStart + 1)
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The next byte that is no white space.
  mutating func peek() -> UInt8? {
    skipSpace()
    return position < bytes.count ? bytes[position] : nil
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(TokenizerError) {
    guard take(byte) else { throw malformed("'\(Character(Unicode.Scalar(byte)))'") }
  }

  /// The members of an object: `body` is handed each key and must consume the value.
  mutating func object(_ body: (inout JSONScanner, [UInt8]) throws(TokenizerError) -> Void) throws(TokenizerError) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    var key: [UInt8] = []
    while true {
      key.removeAll(keepingCapacity: true)
      try string(into: &key)
      try expect(UInt8(ascii: ":"))
      try body(&self, key)
      if take(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "}"))
      return
    }
  }

  /// The elements of an array: `body` must consume each.
  mutating func array(_ body: (inout JSONScanner) throws(TokenizerError) -> Void) throws(TokenizerError) {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    while true {
      try body(&self)
      if take(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "]"))
      return
    }
  }

  /// A string, its bytes appended to `buffer`.
  mutating func string(into buffer: inout [UInt8]) throws(TokenizerError) {
    guard take(UInt8(ascii: "\"")) else { throw malformed("a string") }
    var start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        buffer += bytes[start..<position]
        position += 1
        return
      }
      if byte < 0x20 { throw malformed("an escaped control character") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        buffer += bytes[start..<position - 1]
        try escape(into: &buffer)
        start = position
      }
    }
    throw malformed("the end of the string")
  }

  private mutating func escape(into buffer: inout [UInt8]) throws(TokenizerError) {
    guard position < bytes.count else { throw malformed("the end of the string") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(letter)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if value >= 0xD800, value < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        let mark = position
        position += 2
        let low = try hexadecimal()
        if low >= 0xDC00, low < 0xE000 { value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00) } else { position = mark }
      }
      append(value, to: &buffer)
    default: throw malformed("a known escape")
    }
  }

  private mutating func hexadecimal() throws(TokenizerError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw malformed("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// An integer without fraction or exponent.
  mutating func integer() throws(TokenizerError) -> Int {
    skipSpace()
    let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let start = position
    var value = 0
    while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
      // An ID far out of range is told later; here it only must not overflow.
      value = min(value * 10 + Int(bytes[position] - 0x30), 1 << 56)
      position += 1
    }
    guard position > start else { throw malformed("an integer") }
    if position < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[position]) {
      throw malformed("an integer without a fraction")
    }
    return isNegative ? -value : value
  }

  /// A finite number.
  mutating func number() throws(TokenizerError) -> Double {
    skipSpace()
    let start = position
    while position < bytes.count, Self.isNumberByte(bytes[position]) { position += 1 }
    // No number of use has more digits, and none is scanned twice.
    guard position > start, position - start <= 64, bytes[start] != UInt8(ascii: "+"),
      let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite
    else {
      position = start
      throw malformed("a number")
    }
    return number
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
    default: false
    }
  }

  /// The stretch of the next value, whatever it is: brackets are matched, the rest is left to the parser that reads it.
  mutating func value() throws(TokenizerError) -> Range<Int> {
    skipSpace()
    let start = position
    var depth = 0
    var ignored: [UInt8] = []
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        ignored.removeAll(keepingCapacity: true)
        try string(into: &ignored)
        if depth == 0 { return start..<position }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return start..<position }
        depth -= 1
        if depth == 0 {
          position += 1
          return start..<position
        }
      case UInt8(ascii: ",") where depth == 0: return start..<position
      default: break
      }
      position += 1
    }
    throw malformed("the end of the value")
  }
}

// Reads numbers and strings of a GGUF header one after the other; nothing is reserved that the file has no bytes for.

/// A place in the bytes of a GGUF file; each read moves it on, or throws where the bytes end.
struct GGUFCursor {
  let path: String
  var position = 0

  func fault(_ problem: GGUFError.Problem) -> GGUFError { GGUFError(path: path, offset: position, problem: problem) }

  /// Checks that a number of bytes is left and steps over them.
  mutating func take(_ count: UInt64, of bytes: Span<UInt8>, reading what: @autoclosure () -> String) throws(GGUFError) -> Range<Int> {
    let left = bytes.count - position
    guard count <= UInt64(left) else { throw fault(.truncated(reading: what(), bytes: count, left: left)) }
    let start = position
    position += Int(count)
    return start..<position
  }

  /// A little-endian integer.
  mutating func integer<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, of bytes: Span<UInt8>, reading what: @autoclosure () -> String
  ) throws(GGUFError) -> Number {
    let range = try take(UInt64(MemoryLayout<Number>.size), of: bytes, reading: what())
    return Self.integer(at: range.lowerBound, of: bytes)
  }

  /// A string of any bytes: its length as 64 bits, then its bytes.
  mutating func string(of bytes: Span<UInt8>, reading what: @autoclosure () -> String) throws(GGUFError) -> Range<Int> {
    let length = try integer(UInt64.self, of: bytes, reading: "the length of \(what())")
    return try take(length, of: bytes, reading: what())
  }

  /// A name: UTF-8, not empty, of bounded length.
  mutating func name(of bytes: Span<UInt8>, reading what: String, limit: Int) throws(GGUFError) -> String {
    let range = try string(of: bytes, reading: what)
    if range.isEmpty { throw fault(.emptyName(what)) }
    if range.count > limit { throw fault(.nameTooLong(what: what, bytes: range.count, limit: limit)) }
    guard let name = Self.text(bytes.extracting(range)) else { throw fault(.notUTF8(what)) }
    return name
  }

  /// An array of integers.
  mutating func integers<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, count: UInt64, of bytes: Span<UInt8>, reading what: @autoclosure () -> String
  ) throws(GGUFError) -> [Number] {
    let size = MemoryLayout<Number>.size
    try checkRoom(for: count, eachAtLeast: size, of: bytes, what())
    let start = position
    position += Int(count) * size
    return [Number](count: Int(count)) { Self.integer(at: start + $0 * size, of: bytes) }
  }

  /// Throws if that many elements can't be in the bytes that are left.
  func checkRoom(for count: UInt64, eachAtLeast size: Int, of bytes: Span<UInt8>, _ what: @autoclosure () -> String) throws(GGUFError) {
    let room = (bytes.count - position) / size
    if count > UInt64(room) { throw fault(.tooMany(what: what(), count: count, room: room)) }
  }

  static func integer<Number: FixedWidthInteger>(at start: Int, of bytes: Span<UInt8>) -> Number {
    var value: Number = 0
    for index in 0..<MemoryLayout<Number>.size { value |= Number(truncatingIfNeeded: bytes[start + index]) << (index * 8) }
    return value
  }

  /// The text of bytes, nil if they are not valid UTF-8.
  static func text(_ bytes: Span<UInt8>) -> String? {
    guard let utf8 = try? UTF8Span(validating: bytes) else { return nil }  // the caller says what and where
    return String(copying: utf8)
  }
}

extension Array {
  /// Elements made one after the other in a buffer reserved once.
  fileprivate init(count: Int, _ element: (Int) -> Element) {
    self.init()
    reserveCapacity(count)
    for index in 0..<count { append(element(index)) }
  }
}

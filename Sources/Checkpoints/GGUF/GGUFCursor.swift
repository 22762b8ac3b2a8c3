// Reads numbers and strings of a GGUF header one after the other; nothing is reserved that the file has no bytes for.

internal import Documents

/// A place in the bytes of a GGUF file; each read moves it on, or throws where the bytes end.
struct GGUFCursor {
  /// The most bytes of a header, as ggml has it for a string in it; the largest real ones, of vocabularies with merges, have some 20 MB.
  static let headerLimit = 1 << 30

  let path: String
  var position = 0
  /// The whole file, in memory as far as the header was read.
  private var section: FileSection

  init(_ file: RandomAccessFile) {
    path = file.path
    section = FileSection(0..<file.count, of: file)
  }

  /// The bytes from the start of the file to where they were read.
  var bytes: [UInt8] { section.bytes }
  /// The bytes of the file.
  var count: Int { section.count }

  func fault(_ problem: GGUFError.Problem) -> GGUFError { GGUFError(path: path, offset: position, problem: problem) }

  /// Checks that a number of bytes is left and steps over them.
  mutating func take(_ count: UInt64, reading what: @autoclosure () -> String) throws(GGUFError) -> Range<Int> {
    let left = self.count - position
    guard count <= UInt64(left) else { throw fault(.truncated(reading: what(), bytes: count, left: left)) }
    if count > UInt64(Self.headerLimit) || position > Self.headerLimit - Int(count) {
      throw fault(.headerTooLong(reading: what(), bytes: count, limit: Self.headerLimit))
    }
    do { try section.reach(position + Int(count)) } catch { throw fault(.unreadable(error)) }
    let start = position
    position += Int(count)
    return start..<position
  }

  /// A little-endian integer.
  mutating func integer<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, reading what: @autoclosure () -> String
  ) throws(GGUFError) -> Number {
    let range = try take(UInt64(MemoryLayout<Number>.size), reading: what())
    return integer(at: range.lowerBound)
  }

  /// A string of any bytes: its length as 64 bits, then its bytes.
  mutating func string(reading what: @autoclosure () -> String) throws(GGUFError) -> Range<Int> {
    let length = try integer(UInt64.self, reading: "the length of \(what())")
    return try take(length, reading: what())
  }

  /// A name: UTF-8, not empty, of bounded length.
  mutating func name(reading what: String, limit: Int) throws(GGUFError) -> String {
    let range = try string(reading: what)
    if range.isEmpty { throw fault(.emptyName(what)) }
    if range.count > limit { throw fault(.nameTooLong(what: what, bytes: range.count, limit: limit)) }
    guard let name = text(range) else { throw fault(.notUTF8(what)) }
    return name
  }

  /// An array of integers.
  mutating func integers<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, count: UInt64, reading what: @autoclosure () -> String
  ) throws(GGUFError) -> [Number] {
    let size = MemoryLayout<Number>.size
    try checkRoom(for: count, eachAtLeast: size, what())
    let start = try take(count * UInt64(size), reading: what()).lowerBound
    return [Number](count: Int(count)) { integer(at: start + $0 * size) }
  }

  /// Throws if that many elements can't be in the bytes that are left.
  func checkRoom(for count: UInt64, eachAtLeast size: Int, _ what: @autoclosure () -> String) throws(GGUFError) {
    let room = (self.count - position) / size
    if count > UInt64(room) { throw fault(.tooMany(what: what(), count: count, room: room)) }
  }

  private func integer<Number: FixedWidthInteger>(at start: Int) -> Number {
    var value: Number = 0
    for index in 0..<MemoryLayout<Number>.size { value |= Number(truncatingIfNeeded: section.bytes[start + index]) << (index * 8) }
    return value
  }

  /// The text of bytes that were taken, nil if they are not valid UTF-8.
  func text(_ range: Range<Int>) -> String? { String(validating: section.bytes[range], as: UTF8.self) }
}

extension Array {
  /// Elements made one after the other in a buffer reserved once.
  fileprivate init(count: Int, _ element: (Int) -> Element) {
    self.init()
    reserveCapacity(count)
    for index in 0..<count { append(element(index)) }
  }
}

// Protocol buffers' wire format, as much as a reader of one known message needs: fields one after another, lengths never believed.

/// Walks the fields of a message inside of a buffer. Messages in a message are walked by a reader of their own, so nothing recurses.
struct ProtobufReader {
  /// What a field holds.
  enum Value: Equatable {
    case number(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// Text, bytes or a message: where it stands in the buffer.
    case bytes(Range<Int>)
  }

  /// What is wrong, and at which byte.
  struct Fault: Error, Equatable {
    var offset: Int
    var reason: String
  }

  let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field's number and value; nil at the end.
  mutating func next() throws(Fault) -> (field: Int, value: Value)? {
    if position == end { return nil }
    let start = position
    let key = try number()
    guard key >> 3 > 0, key >> 3 <= 0x1FFF_FFFF else { throw Fault(offset: start, reason: "a field number out of range") }
    let field = Int(key >> 3)
    switch key & 7 {
    case 0: return (field, .number(try number()))
    case 1: return (field, .fixed64(try fixed(8)))
    case 2:
      let length = try number()
      guard length <= UInt64(end - position) else {
        throw Fault(offset: start, reason: "a field of \(length) bytes where \(end - position) are left")
      }
      let range = position..<position + Int(length)
      position = range.upperBound
      return (field, .bytes(range))
    case 5: return (field, .fixed32(UInt32(try fixed(4))))
    default: throw Fault(offset: start, reason: "a field of the wire type \(key & 7)")
    }
  }

  /// A number in base 128, the lowest digit first.
  private mutating func number() throws(Fault) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw Fault(offset: start, reason: "a number that is cut off") }
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Fault(offset: start, reason: "a number of more than 64 bits")
  }

  private mutating func fixed(_ width: Int) throws(Fault) -> UInt64 {
    guard end - position >= width else { throw Fault(offset: position, reason: "a number that is cut off") }
    defer { position += width }
    return (0..<width).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
  }
}

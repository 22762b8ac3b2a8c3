// The byte alphabet of GPT-2: a printable character for each byte, so that any text becomes text without white space or control characters.

/// The map between bytes and characters (Radford et al. 2019, `encoder.py`): printable Latin-1 stands for itself, the rest for U+0100 and up.
enum ByteAlphabet {
  /// The scalar of each byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte of each scalar below U+0144, or -1.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// The UTF-8 of each byte's character: one byte, or two with the second here.
  private static let encoded: [(first: UInt8, second: UInt8)] = scalars.map { value in
    value < 0x80 ? (UInt8(value), 0) : (UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F))
  }

  /// Appends the characters of `text[range]`, byte by byte.
  static func encode(_ text: [UInt8], _ range: Range<Int>, into buffer: inout [UInt8]) {
    let encoded = encoded
    for index in range {
      let pair = encoded[Int(text[index])]
      buffer.append(pair.first)
      if pair.second != 0 { buffer.append(pair.second) }
    }
  }

  /// The bytes that a text of the alphabet stands for, or nil if it holds another character.
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let text = Array(text)
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let (value, width) = scalar(text, at: position)
      guard value < 0x144, bytes[Int(value)] >= 0 else { return nil }
      result.append(UInt8(bytes[Int(value)]))
      position += width
    }
    return result
  }
}

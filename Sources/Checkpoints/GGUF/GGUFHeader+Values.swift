// The typed values of GGUF metadata: numbers 0 to 12 of `enum gguf_type`.

extension GGUFHeader {
  /// Reads a value of a type.
  static func value(_ type: UInt32, key: String, _ cursor: inout GGUFCursor) throws(GGUFError) -> GGUFValue {
    let what = "the value of \(key)"
    switch type {
    case 0: return .integer(Int(try cursor.integer(UInt8.self, reading: what)))
    case 1: return .integer(Int(try cursor.integer(Int8.self, reading: what)))
    case 2: return .integer(Int(try cursor.integer(UInt16.self, reading: what)))
    case 3: return .integer(Int(try cursor.integer(Int16.self, reading: what)))
    case 4: return .integer(Int(try cursor.integer(UInt32.self, reading: what)))
    case 5: return .integer(Int(try cursor.integer(Int32.self, reading: what)))
    case 6: return .float(Double(Float(bitPattern: try cursor.integer(reading: what))))
    case 7:
      let byte = try cursor.integer(UInt8.self, reading: what)
      guard byte <= 1 else { throw cursor.fault(.notBoolean(key: key, byte: byte)) }
      return .bool(byte == 1)
    case 8:
      let range = try cursor.string(reading: what)
      return cursor.text(range).map(GGUFValue.string) ?? .bytes(Array(cursor.bytes[range]))
    case 9: return .array(try array(key: key, &cursor))
    case 10:
      let number = try cursor.integer(UInt64.self, reading: what)
      return Int(exactly: number).map(GGUFValue.integer) ?? .unsigned(number)
    case 11: return .integer(Int(try cursor.integer(Int64.self, reading: what)))
    case 12: return .float(Double(bitPattern: try cursor.integer(reading: what)))
    default: throw cursor.fault(.unknownValueType(key: key, type: type))
    }
  }

  /// Element type, count, elements.
  private static func array(key: String, _ cursor: inout GGUFCursor) throws(GGUFError) -> GGUFArray {
    let type = try cursor.integer(UInt32.self, reading: "the element type of \(key)")
    let count = try cursor.integer(UInt64.self, reading: "the number of elements of \(key)")
    let what = "elements of \(key)"
    switch type {
    case 0: return .uint8(try cursor.integers(count: count, reading: what))
    case 1: return .int8(try cursor.integers(count: count, reading: what))
    case 2: return .uint16(try cursor.integers(count: count, reading: what))
    case 3: return .int16(try cursor.integers(count: count, reading: what))
    case 4: return .uint32(try cursor.integers(count: count, reading: what))
    case 5: return .int32(try cursor.integers(count: count, reading: what))
    case 6: return .float32(try cursor.integers(UInt32.self, count: count, reading: what).map(Float.init(bitPattern:)))
    case 7:
      let values = try cursor.integers(UInt8.self, count: count, reading: what)
      if let wrong = values.first(where: { $0 > 1 }) { throw cursor.fault(.notBoolean(key: key, byte: wrong)) }
      return .bool(values.map { $0 == 1 })
    case 8: return try strings(count: count, key: key, &cursor)
    case 9: throw cursor.fault(.nestedArray(key: key))
    case 10: return .uint64(try cursor.integers(count: count, reading: what))
    case 11: return .int64(try cursor.integers(count: count, reading: what))
    case 12: return .float64(try cursor.integers(UInt64.self, count: count, reading: what).map(Double.init(bitPattern:)))
    default: throw cursor.fault(.unknownValueType(key: key, type: type))
    }
  }

  /// Strings as texts, or all of them as bytes if one is not valid UTF-8.
  private static func strings(
    count: UInt64, key: String, _ cursor: inout GGUFCursor
  ) throws(GGUFError) -> GGUFArray {
    try cursor.checkRoom(for: count, eachAtLeast: 8, "elements of \(key)")
    let start = cursor.position
    var texts: [String] = []
    texts.reserveCapacity(Int(count))
    for _ in 0..<count {
      let range = try cursor.string(reading: "an element of \(key)")
      guard let text = cursor.text(range) else {
        cursor.position = start
        return .byteStrings(try byteStrings(count: count, key: key, &cursor))
      }
      texts.append(text)
    }
    return .strings(texts)
  }

  private static func byteStrings(
    count: UInt64, key: String, _ cursor: inout GGUFCursor
  ) throws(GGUFError) -> GGUFByteStrings {
    var strings = GGUFByteStrings()
    for _ in 0..<count {
      let range = try cursor.string(reading: "an element of \(key)")
      strings.append(cursor.bytes[range])
    }
    return strings
  }
}

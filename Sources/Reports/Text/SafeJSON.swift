// JSON that is safe to print: the same value, with what would act on a screen or in a CI log written as an escape.

internal import Documents

enum SafeJSON {
  /// The indented document with a line break at its end; every string reads back as it was.
  ///
  /// Escaped beside what JSON asks for: characters that steer a terminal, hide or reorder text, and the second `#` of `##`, with which a
  /// runner's older commands begin.
  static func bytes(of value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    value.append(to: &bytes, layout: .indented)
    bytes.append(UInt8(ascii: "\n"))
    return bytes.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "#") }) ? escaped(bytes) : bytes
  }

  private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 16)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        if byte == UInt8(ascii: "#"), result.last == byte { append(0x23, to: &result) } else { result.append(byte) }
        index += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      let end = min(index + length, bytes.count)
      let scalar = scalar(bytes[index..<end])
      if let scalar, VisibleText.mustBeNamed(scalar) {
        for unit in String(Character(scalar)).utf16 { append(UInt32(unit), to: &result) }
      } else {
        result += bytes[index..<end]
      }
      index = end
    }
    return result
  }

  /// The scalar of one UTF-8 sequence.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let first = bytes.first else { return nil }
    let lead = UInt32(first) & (bytes.count == 2 ? 0x1F : bytes.count == 3 ? 0x0F : 0x07)
    return Unicode.Scalar(bytes.dropFirst().reduce(lead) { $0 << 6 | UInt32($1 & 0x3F) })
  }

  private static func append(_ unit: UInt32, to bytes: inout [UInt8]) {
    let digits = String(unit, radix: 16)
    bytes += "\\u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)".utf8
  }
}

// UTF-8 bytes as text: scalars out of known-good bytes, and the repair of broken ones.

/// The scalar that starts at `position` and how many bytes it takes. The bytes must be valid UTF-8 there.
@inline(__always)
func scalar(_ bytes: [UInt8], at position: Int) -> (value: UInt32, width: Int) {
  let first = UInt32(bytes[position])
  if first < 0x80 { return (first, 1) }
  if first < 0xE0 { return ((first & 0x1F) << 6 | UInt32(bytes[position + 1] & 0x3F), 2) }
  if first < 0xF0 {
    return ((first & 0x0F) << 12 | UInt32(bytes[position + 1] & 0x3F) << 6 | UInt32(bytes[position + 2] & 0x3F), 3)
  }
  let high = (first & 0x07) << 18 | UInt32(bytes[position + 1] & 0x3F) << 12
  return (high | UInt32(bytes[position + 2] & 0x3F) << 6 | UInt32(bytes[position + 3] & 0x3F), 4)
}

/// How many bytes a scalar takes, told from its first byte.
@inline(__always)
func scalarWidth(_ first: UInt8) -> Int { first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

/// The start of the scalar that ends just before `position`.
@inline(__always)
func previousScalar(_ bytes: [UInt8], before position: Int) -> Int {
  var start = position - 1
  while bytes[start] & 0xC0 == 0x80 { start -= 1 }
  return start
}

/// Appends a scalar in UTF-8. Surrogates and values above U+10FFFF, which no valid text holds, become U+FFFD.
@inline(__always)
func append(_ value: UInt32, to bytes: inout [UInt8]) {
  switch value {
  case 0..<0x80: bytes.append(UInt8(value))
  case 0x80..<0x800:
    bytes.append(UInt8(0xC0 | value >> 6))
    bytes.append(UInt8(0x80 | value & 0x3F))
  case 0xD800..<0xE000, 0x110000...: append(0xFFFD, to: &bytes)
  case 0x800..<0x10000:
    bytes.append(UInt8(0xE0 | value >> 12))
    bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
    bytes.append(UInt8(0x80 | value & 0x3F))
  default:
    bytes.append(UInt8(0xF0 | value >> 18))
    bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
    bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
    bytes.append(UInt8(0x80 | value & 0x3F))
  }
}

/// The scalars of valid UTF-8 bytes.
func scalars(_ bytes: [UInt8]) -> [UInt32] {
  var result: [UInt32] = []
  result.reserveCapacity(bytes.count)
  var position = 0
  while position < bytes.count {
    let (value, width) = scalar(bytes, at: position)
    result.append(value)
    position += width
  }
  return result
}

/// The same bytes where they are valid UTF-8, else with U+FFFD for each maximal broken part, as Python's `errors="replace"` and the Unicode
/// standard (section 3.9, "substitution of maximal subparts") have it.
func repairedUTF8(_ bytes: [UInt8]) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }

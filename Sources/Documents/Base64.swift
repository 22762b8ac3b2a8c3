// Base 64 (RFC 4648, section 4) to bytes and back: token texts in tiktoken files, character maps in tokenizer.json, keys of webhooks.

/// The bytes of a base-64 text, or nil if it is none: a strange character, a wrong length, or bits left over.
public func base64Decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
  var result: [UInt8] = []
  result.reserveCapacity(text.count / 4 * 3)
  var bits: UInt32 = 0
  var count = 0
  var padding = 0
  for byte in text {
    let value: UInt32
    switch byte {
    case 0x41...0x5A: value = UInt32(byte) - 0x41
    case 0x61...0x7A: value = UInt32(byte) - 0x61 + 26
    case 0x30...0x39: value = UInt32(byte) - 0x30 + 52
    case UInt8(ascii: "+"): value = 62
    case UInt8(ascii: "/"): value = 63
    case UInt8(ascii: "="):
      padding += 1
      continue
    default: return nil
    }
    if padding > 0 { return nil }
    bits = bits << 6 | value
    count += 1
    if count == 4 {
      result.append(UInt8(truncatingIfNeeded: bits >> 16))
      result.append(UInt8(truncatingIfNeeded: bits >> 8))
      result.append(UInt8(truncatingIfNeeded: bits))
      (bits, count) = (0, 0)
    }
  }
  switch (count, padding) {
  case (0, 0): break
  case (2, 2) where bits & 0xF == 0: result.append(UInt8(truncatingIfNeeded: bits >> 4))
  case (3, 1) where bits & 0x3 == 0:
    result.append(UInt8(truncatingIfNeeded: bits >> 10))
    result.append(UInt8(truncatingIfNeeded: bits >> 2))
  default: return nil
  }
  return result
}

/// Bytes in base 64.
public func base64Encoded(_ bytes: [UInt8]) -> String {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count / 3 * 4 + 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let count = min(3, bytes.count - start)
    let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
    for digit in 0..<4 { result.append(digit <= count ? letters[bits >> (18 - 6 * digit) & 63] : UInt8(ascii: "=")) }
  }
  return String(decoding: result, as: UTF8.self)
}

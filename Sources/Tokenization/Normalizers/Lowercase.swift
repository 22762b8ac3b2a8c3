// Lower case, scalar by scalar, without regard to language or neighbours (Rust's `char::to_lowercase`).

struct Lowercase: Normalizer {
  static let typeName = "Lowercase"
  init(_ config: ComponentConfig) {}

  func normalize(_ text: inout NormalizedText) { text.bytes = Self.lowercased(text.bytes) }

  static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x80 {
        result.append(byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte)
        position += 1
        continue
      }
      let (value, width) = scalar(bytes, at: position)
      if let properties = Unicode.Scalar(value)?.properties, properties.changesWhenLowercased {
        result += properties.lowercaseMapping.utf8
      } else {
        result += bytes[position..<position + width]
      }
      position += width
    }
    return result
  }
}

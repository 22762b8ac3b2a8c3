// The four normal forms of Unicode (UAX #15), over the tables of Unicode 9 that the reference's library carries.

struct NFC: Normalizer {
  static let typeName = "NFC"
  init() {}
  init(_ config: ComponentConfig) {}
  func normalize(_ text: inout NormalizedText) { text.bytes = UnicodeForm.composed(text.bytes, compatibility: false) }
}

struct NFD: Normalizer {
  static let typeName = "NFD"
  init(_ config: ComponentConfig) {}
  func normalize(_ text: inout NormalizedText) { text.bytes = UnicodeForm.decomposed(text.bytes, compatibility: false) }
}

struct NFKC: Normalizer {
  static let typeName = "NFKC"
  init(_ config: ComponentConfig) {}
  func normalize(_ text: inout NormalizedText) { text.bytes = UnicodeForm.composed(text.bytes, compatibility: true) }
}

struct NFKD: Normalizer {
  static let typeName = "NFKD"
  init(_ config: ComponentConfig) {}
  func normalize(_ text: inout NormalizedText) { text.bytes = UnicodeForm.decomposed(text.bytes, compatibility: true) }
}

enum UnicodeForm {
  static func decomposed(_ bytes: [UInt8], compatibility: Bool) -> [UInt8] {
    if isASCII(bytes) { return bytes }
    return encoded(decomposedScalars(bytes, compatibility))
  }

  static func composed(_ bytes: [UInt8], compatibility: Bool) -> [UInt8] {
    if isASCII(bytes) { return bytes }
    return encoded(composedScalars(decomposedScalars(bytes, compatibility)))
  }

  private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

  private static func encoded(_ scalars: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count * 2)
    for value in scalars { append(value, to: &bytes) }
    return bytes
  }

  /// Fully decomposed scalars with the marks in canonical order.
  private static func decomposedScalars(_ bytes: [UInt8], _ compatibility: Bool) -> [UInt32] {
    let table = DecompositionTable.shared
    var result: [UInt32] = []
    result.reserveCapacity(bytes.count)
    for value in scalars(bytes) {
      if value < 0xA0 {
        result.append(value)
      } else if value >= 0xAC00 && value < 0xAC00 + 11172 {
        let index = value - 0xAC00
        result.append(0x1100 + index / 588)
        result.append(0x1161 + index % 588 / 28)
        if index % 28 != 0 { result.append(0x11A7 + index % 28) }
      } else if let parts = table.decomposition(of: value, compatibility: compatibility) {
        result += parts
      } else {
        result.append(value)
      }
    }
    sortMarks(&result)
    return result
  }

  /// Stable sort of each run of marks by combining class.
  private static func sortMarks(_ scalars: inout [UInt32]) {
    var index = 0
    while index < scalars.count {
      if ScalarProperties.combiningClass(scalars[index]) == 0 {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, ScalarProperties.combiningClass(scalars[index]) != 0 { index += 1 }
      if index - start < 2 { continue }
      let sorted = scalars[start..<index].enumerated().sorted {
        let (one, other) = (ScalarProperties.combiningClass($0.element), ScalarProperties.combiningClass($1.element))
        return (one, $0.offset) < (other, $1.offset)
      }
      scalars.replaceSubrange(start..<index, with: sorted.map(\.element))
    }
  }

  private static func composedScalars(_ scalars: [UInt32]) -> [UInt32] {
    let table = DecompositionTable.shared
    var result: [UInt32] = []
    result.reserveCapacity(scalars.count)
    var starter = -1
    var lastClass: UInt8 = 0
    for value in scalars {
      let combiningClass = ScalarProperties.combiningClass(value)
      if starter >= 0, result.count == starter + 1 || lastClass < combiningClass,
        let composed = composition(result[starter], value, table)
      {
        result[starter] = composed
        continue
      }
      if combiningClass == 0 { starter = result.count }
      lastClass = combiningClass
      result.append(value)
    }
    return result
  }

  private static func composition(_ first: UInt32, _ second: UInt32, _ table: DecompositionTable) -> UInt32? {
    if first >= 0x1100, first < 0x1113, second >= 0x1161, second < 0x1176 {
      return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if first >= 0xAC00, first < 0xAC00 + 11172, (first - 0xAC00) % 28 == 0, second > 0x11A7, second < 0x11C3 {
      return first + second - 0x11A7
    }
    return table.composition(first, second)
  }
}

// The decompositions and compositions of Unicode 9, read once from the table's text.

/// Maps a scalar to what it decomposes to, and a pair of scalars to what they compose to.
struct DecompositionTable: Sendable {
  static let shared = DecompositionTable()

  private let canonical: [UInt32: [UInt32]]
  private let compatible: [UInt32: [UInt32]]
  private let compositions: [UInt64: UInt32]

  private init() {
    let canonical = Self.entries(DecompositionData.canonical)
    let excluded = Self.entries(DecompositionData.excluded)
    // A scalar's first part is what its decomposition but the last scalar composes to; so shorter ones must be known first.
    var compositions: [UInt64: UInt32] = [:]
    for (value, parts) in canonical.sorted(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
    where parts.count > 1 && excluded[value] == nil {
      var first = parts[0]
      for part in parts[1..<parts.count - 1] { first = compositions[UInt64(first) << 32 | UInt64(part)] ?? 0 }
      if let last = parts.last { compositions[UInt64(first) << 32 | UInt64(last)] = value }
    }
    self.canonical = canonical
    self.compositions = compositions
    compatible = Self.entries(DecompositionData.compatible)
  }

  func decomposition(of value: UInt32, compatibility: Bool) -> [UInt32]? { (compatibility ? compatible[value] : nil) ?? canonical[value] }

  func composition(_ first: UInt32, _ second: UInt32) -> UInt32? { compositions[UInt64(first) << 32 | UInt64(second)] }

  /// `A=B,C D=E` to `[A: [B, C], D: [E]]`.
  private static func entries(_ text: String) -> [UInt32: [UInt32]] {
    var result: [UInt32: [UInt32]] = [:]
    var numbers: [UInt32] = []
    var number: UInt32 = 0
    func close() {
      numbers.append(number)
      number = 0
    }
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39: number = number << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: number = number << 4 | UInt32(byte - 0x41 + 10)
      case UInt8(ascii: "="), UInt8(ascii: ","): close()
      default:
        close()
        result[numbers[0]] = Array(numbers[1...])
        numbers = []
      }
    }
    close()
    result[numbers[0]] = Array(numbers[1...])
    return result
  }
}

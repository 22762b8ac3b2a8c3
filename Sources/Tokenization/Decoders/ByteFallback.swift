// Tokens like `<0xE2>` back to bytes: a run of them is one text if it is UTF-8, else a U+FFFD each.

struct ByteFallback: Decoder {
  static let typeName = "ByteFallback"
  init() {}
  init(_ config: ComponentConfig) {}

  func decode(_ tokens: inout [[UInt8]]) {
    var result: [[UInt8]] = []
    result.reserveCapacity(tokens.count)
    var run: [UInt8] = []
    func close() {
      if run.isEmpty { return }
      if String(validating: run, as: UTF8.self) != nil {
        result.append(run)
      } else {
        for _ in run { result.append([0xEF, 0xBF, 0xBD]) }
      }
      run = []
    }
    for token in tokens {
      if let byte = Self.byte(token) {
        run.append(byte)
      } else {
        close()
        result.append(token)
      }
    }
    close()
    tokens = result
  }

  /// The byte that a token of the form `<0xHH>` stands for. Rust's number parser also takes a sign: `<0x+F>` is 15.
  private static func byte(_ token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: Array("<0x".utf8)), token[5] == UInt8(ascii: ">") else { return nil }
    var digits = token[3..<5]
    if digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    var value: UInt8 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 | (digit - 0x30)
      case 0x41...0x46: value = value << 4 | (digit - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | (digit - 0x61 + 10)
      default: return nil
      }
    }
    return value
  }
}

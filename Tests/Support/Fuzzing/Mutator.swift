// Damage for valid files: what disks, downloads and attackers do to bytes, and what they do to numbers and keys in text.

/// Makes damaged copies of samples, the same for the same seed.
public struct Mutator: Sendable {
  private var generator: SplitMix64
  private let samples: [[UInt8]]
  /// Texts that the format gives a meaning, put in at random places: keywords, brackets, opcodes.
  private let tokens: [[UInt8]]
  /// The most bytes of a copy.
  private let limit: Int

  /// - Parameters:
  ///   - samples: at least one; valid files, and hostile ones that were found before.
  ///   - tokens: texts of the format.
  public init(_ samples: [[UInt8]], tokens: [String] = [], seed: UInt64, limit: Int = 1 << 20) {
    generator = SplitMix64(seed: seed)
    self.samples = samples
    self.tokens = tokens.map { Array($0.utf8) } + Self.commonTokens
    self.limit = limit
  }

  private static let commonTokens: [[UInt8]] = [
    Array("{".utf8), Array("[".utf8), Array("\"".utf8), Array("\\".utf8), Array("\\ud800".utf8), Array("null".utf8), Array("-1".utf8),
    Array("1e999".utf8), [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [UInt8](repeating: 0x5B, count: 3000),
    [UInt8](repeating: 0xFF, count: 8),
  ]

  /// A sample with one to five faults; the first sample now and then as it is.
  public mutating func next() -> [UInt8] {
    var bytes = samples[int(below: samples.count)]
    for _ in 0..<int(below: 5) + 1 { damage(&bytes) }
    return bytes.count > limit ? Array(bytes.prefix(limit)) : bytes
  }

  private mutating func int(below count: Int) -> Int { count <= 1 ? 0 : Int.random(in: 0..<count, using: &generator) }

  /// A place in the bytes, with a preference for the start and the end, where headers and directories are.
  private mutating func place(in bytes: [UInt8]) -> Int {
    switch int(below: 4) {
    case 0: int(below: min(bytes.count, 64))
    case 1: bytes.count - 1 - int(below: min(bytes.count, 96))
    default: int(below: bytes.count)
    }
  }

  private mutating func piece(of bytes: [UInt8]) -> Range<Int> {
    let start = place(in: bytes)
    let size = int(below: 3) == 0 ? int(below: bytes.count - start) : min(bytes.count - start, int(below: 24) + 1)
    return start..<start + size
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    if bytes.isEmpty {
      bytes = samples[int(below: samples.count)]
      return
    }
    switch int(below: 16) {
    case 0, 1: bytes[place(in: bytes)] ^= 1 << UInt8(int(below: 8))
    case 2, 3: bytes[place(in: bytes)] = UInt8(int(below: 256))
    case 4, 5, 6: setNumber(&bytes)
    case 7: bytes.removeLast(bytes.count - place(in: bytes))
    case 8: bytes.removeSubrange(piece(of: bytes))
    case 9:
      let piece = Array(bytes[piece(of: bytes)])
      bytes.insert(contentsOf: piece, at: place(in: bytes))
    case 10: swapPieces(&bytes)
    case 11:
      let other = samples[int(below: samples.count)]
      if !other.isEmpty { bytes.replaceSubrange(piece(of: bytes), with: other[piece(of: other)]) }
    case 12, 13: setTextNumber(&bytes)
    case 14: repeatKey(&bytes)
    default: bytes.insert(contentsOf: tokens[int(below: tokens.count)], at: place(in: bytes))
    }
  }

  /// An extreme number of 1, 2, 4 or 8 bytes, in either byte order: the lie of a length, a count, an offset.
  private mutating func setNumber(_ bytes: inout [UInt8]) {
    let size = [1, 2, 4, 8][int(below: 4)]
    guard bytes.count >= size else { return }
    let place = min(place(in: bytes), bytes.count - size)
    let count = UInt64(bytes.count)
    let extremes: [UInt64] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 1 << 31, 0xFFFF_FFFF, 1 << 32, 1 << 40, 1 << 61, 1 << 62, 1 << 63, .max, .max - 7,
      count, count &- 1, count &+ 1, count / 2,
    ]
    let number = extremes[int(below: extremes.count)]
    let isReversed = int(below: 8) == 0
    for index in 0..<size {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (isReversed ? size - 1 - index : index)))
    }
  }

  /// A decimal number of the text replaced by an extreme one.
  private mutating func setTextNumber(_ bytes: inout [UInt8]) {
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    let start = place(in: bytes)
    guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
    let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
    let extremes = [
      "0", "-1", "1", "9223372036854775807", "9223372036854775808", "18446744073709551615", "-9223372036854775808", "4294967296", "1e308", "0.5",
      "99999999999999999999999999", "65536", "null", "[]",
    ]
    bytes.replaceSubrange(first..<end, with: Array(extremes[int(below: extremes.count)].utf8))
  }

  /// A quoted key and what stands up to the next comma, once more.
  private mutating func repeatKey(_ bytes: inout [UInt8]) {
    let start = place(in: bytes)
    guard let first = bytes[start...].firstIndex(of: UInt8(ascii: "\"")), let end = bytes[first...].firstIndex(of: UInt8(ascii: ",")) else { return }
    bytes.insert(contentsOf: Array(bytes[first...end]), at: first)
  }

  private mutating func swapPieces(_ bytes: inout [UInt8]) {
    let (first, second) = (piece(of: bytes), piece(of: bytes))
    guard first.upperBound <= second.lowerBound else { return }
    var swapped = Array(bytes[..<first.lowerBound])
    swapped += bytes[second]
    swapped += bytes[first.upperBound..<second.lowerBound]
    swapped += bytes[first]
    swapped += bytes[second.upperBound...]
    bytes = swapped
  }
}

// Deflate (RFC 1951): bits to bytes, with tables of nine bits and a walk along the code for longer ones.

/// Unpacks one deflate stream.
struct DeflateReader {
  enum Fault: Error { case invalid, truncated, tooLarge }

  private var position: Int
  private let limit: Int
  private var bits: UInt64 = 0
  private var bitCount = 0

  init(position: Int, limit: Int) {
    self.position = position
    self.limit = limit
  }

  /// The offset of the first whole byte that was not used.
  var alignedPosition: Int { position - bitCount / 8 }

  mutating func inflate(_ bytes: borrowing Span<UInt8>, into output: inout [UInt8]) throws(Fault) {
    var isLast = false
    while !isLast {
      isLast = try take(1, bytes) == 1
      switch try take(2, bytes) {
      case 0: try stored(bytes, into: &output)
      case 1:
        guard let lengths = Self.fixedLengths, let distances = Self.fixedDistances else { throw .invalid }
        try block(bytes, into: &output, lengths, distances)
      case 2:
        let (lengths, distances) = try codes(bytes)
        try block(bytes, into: &output, lengths, distances)
      default: throw .invalid
      }
    }
  }

  private mutating func fill(_ bytes: borrowing Span<UInt8>) {
    while bitCount <= 56, position < bytes.count {
      bits |= UInt64(bytes[position]) << UInt64(bitCount)
      position += 1
      bitCount += 8
    }
  }

  private mutating func take(_ count: Int, _ bytes: borrowing Span<UInt8>) throws(Fault) -> Int {
    if bitCount < count { fill(bytes) }
    guard bitCount >= count else { throw .truncated }
    let value = Int(bits & (1 << UInt64(count) - 1))
    bits >>= UInt64(count)
    bitCount -= count
    return value
  }

  private mutating func stored(_ bytes: borrowing Span<UInt8>, into output: inout [UInt8]) throws(Fault) {
    _ = try take(bitCount % 8, bytes)
    let length = try take(16, bytes)
    guard try take(16, bytes) == length ^ 0xFFFF else { throw .invalid }
    guard output.count + length <= limit else { throw .tooLarge }
    for _ in 0..<length { output.append(UInt8(try take(8, bytes))) }
  }

  /// A Huffman code: for nine bits, the symbol and its length; for longer codes, counts and symbols in order.
  struct Code {
    static let fastBits = 9
    /// `symbol << 4 | length`, 0 where the code is longer.
    var fast = [UInt16](repeating: 0, count: 1 << fastBits)
    var counts = [UInt16](repeating: 0, count: 16)
    var symbols: [UInt16] = []

    /// From the length of each symbol's code; nil where the lengths make no code.
    init?(lengths: [UInt8], allowsIncomplete: Bool = false) {
      for length in lengths { counts[Int(length)] += 1 }
      counts[0] = 0
      var left = 1
      var offsets = [Int](repeating: 0, count: 17)
      var next = [Int](repeating: 0, count: 16)
      for length in 1...15 {
        left = left * 2 - Int(counts[length])
        if left < 0 { return nil }
        offsets[length + 1] = offsets[length] + Int(counts[length])
        next[length] = (next[length - 1] + (length > 1 ? Int(counts[length - 1]) : 0)) << 1
      }
      if left > 0 && !allowsIncomplete { return nil }
      symbols = [UInt16](repeating: 0, count: offsets[16])
      for (symbol, length) in lengths.enumerated() where length > 0 {
        let length = Int(length)
        symbols[offsets[length]] = UInt16(symbol)
        offsets[length] += 1
        if length <= Self.fastBits {
          var reversed = 0
          for bit in 0..<length where next[length] >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
          for index in stride(from: reversed, to: 1 << Self.fastBits, by: 1 << length) { fast[index] = UInt16(symbol << 4 | length) }
        }
        next[length] += 1
      }
    }
  }

  private mutating func symbol(_ code: Code, _ bytes: borrowing Span<UInt8>) throws(Fault) -> Int {
    if bitCount < 15 { fill(bytes) }
    let entry = code.fast[Int(bits & (1 << UInt64(Code.fastBits) - 1))]
    if entry != 0 {
      let length = Int(entry & 15)
      guard bitCount >= length else { throw .truncated }
      bits >>= UInt64(length)
      bitCount -= length
      return Int(entry >> 4)
    }
    var value = 0
    var first = 0
    var index = 0
    for length in 1...15 {
      guard bitCount >= length else { throw .truncated }
      value |= Int(bits >> UInt64(length - 1) & 1)
      let count = Int(code.counts[length])
      if value - first < count {
        bits >>= UInt64(length)
        bitCount -= length
        return Int(code.symbols[index + value - first])
      }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw .invalid
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtras = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
    24577,
  ]

  private mutating func block(
    _ bytes: borrowing Span<UInt8>, into output: inout [UInt8], _ lengths: Code, _ distances: Code
  ) throws(Fault) {
    while true {
      let symbol = try symbol(lengths, bytes)
      if symbol < 256 {
        guard output.count < limit else { throw .tooLarge }
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol < 286 else { throw .invalid }
      let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthExtras[symbol - 257], bytes))
      let distanceSymbol = try self.symbol(distances, bytes)
      guard distanceSymbol < 30 else { throw .invalid }
      let distance = Self.distanceBases[distanceSymbol] + (try take(max(0, distanceSymbol / 2 - 1), bytes))
      guard distance <= output.count else { throw .invalid }
      guard output.count + length <= limit else { throw .tooLarge }
      let start = output.count - distance
      for offset in 0..<length { output.append(output[start + offset]) }
    }
  }

  /// The two codes of a block that brings its own.
  private mutating func codes(_ bytes: borrowing Span<UInt8>) throws(Fault) -> (Code, Code) {
    let lengthCount = try take(5, bytes) + 257
    let distanceCount = try take(5, bytes) + 1
    let codeCount = try take(4, bytes) + 4
    guard lengthCount <= 286, distanceCount <= 30 else { throw .invalid }
    var codeLengths = [UInt8](repeating: 0, count: 19)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for index in 0..<codeCount { codeLengths[order[index]] = UInt8(try take(3, bytes)) }
    guard let code = Code(lengths: codeLengths) else { throw .invalid }
    var lengths: [UInt8] = []
    while lengths.count < lengthCount + distanceCount {
      let symbol = try symbol(code, bytes)
      switch symbol {
      case 0...15: lengths.append(UInt8(symbol))
      case 16:
        guard let last = lengths.last else { throw .invalid }
        lengths += [UInt8](repeating: last, count: 3 + (try take(2, bytes)))
      case 17: lengths += [UInt8](repeating: 0, count: 3 + (try take(3, bytes)))
      default: lengths += [UInt8](repeating: 0, count: 11 + (try take(7, bytes)))
      }
    }
    guard lengths.count == lengthCount + distanceCount, lengths[256] != 0,
      let first = Code(lengths: Array(lengths[..<lengthCount]), allowsIncomplete: true),
      let second = Code(lengths: Array(lengths[lengthCount...]), allowsIncomplete: true)
    else { throw .invalid }
    return (first, second)
  }

  /// The codes that RFC 1951 gives (3.2.6).
  private static let fixedLengths = Code(
    lengths: [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
      + [UInt8](repeating: 8, count: 8))
  private static let fixedDistances = Code(lengths: [UInt8](repeating: 5, count: 30), allowsIncomplete: true)
}

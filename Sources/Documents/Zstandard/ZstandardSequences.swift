// The sequences of a Zstandard block (RFC 8878, 3.1.1.3.2): how many literals, how far back, how long a match.

/// The three codes of sequences, which a block may take from the one before it.
struct SequenceCodes {
  var literalLengths: FiniteStateTable?
  var offsets: FiniteStateTable?
  var matchLengths: FiniteStateTable?

  /// The last three distances.
  var recent = (1, 4, 8)

  /// Decodes the sequences of a block and carries them out.
  mutating func run(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, literals: [UInt8], frameStart: Int, limit: Int, into output: inout [UInt8]
  ) throws(ZstandardFault) {
    var position = range.lowerBound
    guard position < range.upperBound else { throw .truncated }
    var count = Int(bytes[position])
    position += 1
    if count >= 128 {
      let more = count == 255 ? 2 : 1
      guard position + more <= range.upperBound else { throw .truncated }
      count = count == 255 ? Int(bytes[position]) + (Int(bytes[position + 1]) << 8) + 0x7F00 : ((count - 128) << 8) + Int(bytes[position])
      position += more
    }
    var used = 0
    if count > 0 {
      guard position < range.upperBound else { throw .truncated }
      let modes = bytes[position]
      position += 1
      guard modes & 3 == 0 else { throw .invalid }
      try Self.read(&literalLengths, mode: modes >> 6, Self.literalLengthCode, bytes, &position, range.upperBound)
      try Self.read(&offsets, mode: modes >> 4 & 3, Self.offsetCode, bytes, &position, range.upperBound)
      try Self.read(&matchLengths, mode: modes >> 2 & 3, Self.matchLengthCode, bytes, &position, range.upperBound)
      guard let literalLengths, let offsets, let matchLengths else { throw .invalid }
      var stream = try BackwardBits(bytes, position..<range.upperBound)
      var lengthState = stream.take(literalLengths.accuracy, bytes)
      var offsetState = stream.take(offsets.accuracy, bytes)
      var matchState = stream.take(matchLengths.accuracy, bytes)
      for sequence in 0..<count {
        let (length, offset, match) = (
          literalLengths.entries[lengthState], offsets.entries[offsetState], matchLengths.entries[matchState]
        )
        guard offset.symbol <= 31, Int(length.symbol) < Self.literalLengthCode.bases.count,
          Int(match.symbol) < Self.matchLengthCode.bases.count
        else { throw .invalid }
        let offsetValue = (1 << Int(offset.symbol)) + stream.take(Int(offset.symbol), bytes)
        let matchLength =
          Self.matchLengthCode.bases[Int(match.symbol)] + stream.take(Self.matchLengthCode.extras[Int(match.symbol)], bytes)
        let literalLength =
          Self.literalLengthCode.bases[Int(length.symbol)] + stream.take(Self.literalLengthCode.extras[Int(length.symbol)], bytes)
        if sequence < count - 1 {
          lengthState = Int(length.base) + stream.take(Int(length.bits), bytes)
          matchState = Int(match.base) + stream.take(Int(match.bits), bytes)
          offsetState = Int(offset.base) + stream.take(Int(offset.bits), bytes)
        }
        guard stream.left >= 0, used + literalLength <= literals.count else { throw .invalid }
        let distance = try self.distance(offsetValue, literalLength: literalLength)
        guard output.count + literalLength + matchLength <= limit else { throw .tooLarge }
        for place in used..<used + literalLength { output.append(literals[place]) }
        used += literalLength
        guard distance <= output.count - frameStart else { throw .invalid }
        let start = output.count - distance
        for place in 0..<matchLength { output.append(output[start + place]) }
      }
      guard stream.left == 0 else { throw .invalid }
    } else {
      guard position == range.upperBound else { throw .invalid }
    }
    guard output.count + literals.count - used <= limit else { throw .tooLarge }
    for place in used..<literals.count { output.append(literals[place]) }
  }

  /// How far back a match lies: a new distance, or one of the last three (3.1.1.5).
  private mutating func distance(_ value: Int, literalLength: Int) throws(ZstandardFault) -> Int {
    if value > 3 {
      recent = (value - 3, recent.0, recent.1)
      return recent.0
    }
    switch literalLength == 0 ? value + 1 : value {
    case 1: break
    case 2: recent = (recent.1, recent.0, recent.2)
    case 3: recent = (recent.2, recent.0, recent.1)
    default: recent = (recent.0 - 1, recent.0, recent.1)
    }
    guard recent.0 > 0 else { throw .invalid }
    return recent.0
  }

  /// What a code's symbols mean, and its shares where a block does not bring its own.
  struct Code {
    var bases: [Int]
    var extras: [Int]
    var shares: [Int]
    var accuracy: Int
    var maxAccuracy: Int
    var symbols: Int
  }

  private static func read(
    _ table: inout FiniteStateTable?, mode: UInt8, _ code: Code, _ bytes: borrowing Span<UInt8>, _ position: inout Int, _ end: Int
  ) throws(ZstandardFault) {
    switch mode {
    case 0: table = try FiniteStateTable(shares: code.shares, accuracy: code.accuracy)
    case 1:
      guard position < end else { throw .truncated }
      guard Int(bytes[position]) < code.symbols else { throw .invalid }
      table = FiniteStateTable(only: bytes[position])
      position += 1
    case 2:
      let (read, next) = try FiniteStateTable.read(bytes, position..<end, maxAccuracy: code.maxAccuracy, symbols: code.symbols)
      table = read
      position = next
    default:
      if table == nil { throw .invalid }
    }
  }

  static let literalLengthCode = Code(
    bases: Array(0...15) + [16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536],
    extras: [Int](repeating: 0, count: 16) + [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    shares: [4, 3] + [Int](repeating: 2, count: 11) + [1, 1, 1] + [Int](repeating: 2, count: 9) + [3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
    accuracy: 6, maxAccuracy: 9, symbols: 36)

  static let matchLengthCode = Code(
    bases: Array(3...34) + [35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539],
    extras: [Int](repeating: 0, count: 32) + [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    shares: [1, 4, 3] + [Int](repeating: 2, count: 6) + [Int](repeating: 1, count: 37) + [Int](repeating: -1, count: 7), accuracy: 6,
    maxAccuracy: 9, symbols: 53)

  /// A symbol is the number of its bits.
  static let offsetCode = Code(
    bases: [], extras: [], shares: [Int](repeating: 1, count: 6) + [2, 2, 2] + [Int](repeating: 1, count: 15) + [Int](repeating: -1, count: 5),
    accuracy: 5, maxAccuracy: 8, symbols: 32)
}

// The Huffman code of Zstandard's literals (RFC 8878, 4.2): weights to a table of as many bits as the longest code has.

/// A table that decodes one literal a look.
struct HuffmanTable {
  static let longestCode = 11

  let bits: Int
  /// `symbol << 4 | length` for each next `bits` bits.
  private let entries: [UInt16]

  /// Reads the description of a code.
  ///
  /// - Returns: the table and the offset behind its description.
  static func read(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) throws(ZstandardFault) -> (table: HuffmanTable, end: Int) {
    guard let first = range.first else { throw .truncated }
    let size = Int(bytes[first])
    let start = first + 1
    var weights: [UInt8] = []
    let end: Int
    if size >= 128 {
      let count = size - 127
      end = start + (count + 1) / 2
      guard end <= range.upperBound else { throw .truncated }
      for place in 0..<count { weights.append(place % 2 == 0 ? bytes[start + place / 2] >> 4 : bytes[start + place / 2] & 15) }
    } else {
      end = start + size
      guard size > 0, end <= range.upperBound else { throw .truncated }
      weights = try packedWeights(bytes, start..<end)
    }
    return (try HuffmanTable(weights: weights), end)
  }

  /// Weights that are packed with two states in turn.
  private static func packedWeights(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) throws(ZstandardFault) -> [UInt8] {
    let (table, start) = try FiniteStateTable.read(bytes, range, maxAccuracy: 6, symbols: 256)
    guard start < range.upperBound else { throw .truncated }
    var stream = try BackwardBits(bytes, start..<range.upperBound)
    var states = (stream.take(table.accuracy, bytes), stream.take(table.accuracy, bytes))
    var weights: [UInt8] = []
    while true {
      guard weights.count < 255 else { throw .invalid }
      let entry = table.entries[states.0]
      weights.append(entry.symbol)
      // Where the bits end, the other state's symbol is the last one.
      if stream.left < Int(entry.bits) {
        weights.append(table.entries[states.1].symbol)
        return weights
      }
      let next = Int(entry.base) + stream.take(Int(entry.bits), bytes)
      states = (states.1, next)
    }
  }

  /// From the weights of all symbols but the last, whose weight fills the table up.
  init(weights: [UInt8]) throws(ZstandardFault) {
    var sum = 0
    for weight in weights {
      guard weight <= Self.longestCode else { throw .invalid }
      if weight > 0 { sum += 1 << (Int(weight) - 1) }
    }
    guard sum > 0, weights.count <= 255 else { throw .invalid }
    let bits = Int.bitWidth - sum.leadingZeroBitCount
    let rest = (1 << bits) - sum
    guard bits <= Self.longestCode, rest.nonzeroBitCount == 1 else { throw .invalid }
    let all = weights + [UInt8(rest.trailingZeroBitCount + 1)]
    // Short weights first, and within a weight by symbol: the longest codes stand at the start of the table.
    var entries: [UInt16] = []
    entries.reserveCapacity(1 << bits)
    for weight in 1...bits {
      for (symbol, own) in all.enumerated() where Int(own) == weight {
        let entry = UInt16(symbol) << 4 | UInt16(bits + 1 - weight)
        entries += [UInt16](repeating: entry, count: 1 << (weight - 1))
      }
    }
    guard entries.count == 1 << bits else { throw .invalid }
    self.bits = bits
    self.entries = entries
  }

  /// Appends `count` literals of one stream, which has to end with them.
  func decode(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, count: Int, into output: inout [UInt8]) throws(ZstandardFault) {
    var stream = try BackwardBits(bytes, range)
    for _ in 0..<count {
      let entry = entries[stream.peek(bits, bytes)]
      stream.skip(Int(entry & 15))
      output.append(UInt8(entry >> 4))
    }
    guard stream.left == 0 else { throw .invalid }
  }
}

// Finite state entropy (RFC 8878, 4.1): from the shares of symbols to the table that decodes them.

/// The decoding table of one alphabet.
struct FiniteStateTable {
  struct Entry {
    var symbol: UInt8
    var bits: UInt8
    var base: UInt16
  }

  let accuracy: Int
  let entries: [Entry]

  /// A table of one symbol, which takes no bits.
  init(only symbol: UInt8) {
    accuracy = 0
    entries = [Entry(symbol: symbol, bits: 0, base: 0)]
  }

  /// From each symbol's share of `1 << accuracy`; -1 is a share below one.
  init(shares: [Int], accuracy: Int) throws(ZstandardFault) {
    let size = 1 << accuracy
    var symbols = [UInt8](repeating: 0, count: size)
    var next = [Int](repeating: 0, count: shares.count)
    var high = size
    for (symbol, share) in shares.enumerated() where share == -1 {
      high -= 1
      guard high >= 0 else { throw .invalid }
      symbols[high] = UInt8(truncatingIfNeeded: symbol)
      next[symbol] = 1
    }
    let step = (size >> 1) + (size >> 3) + 3
    var position = 0
    for (symbol, share) in shares.enumerated() where share > 0 {
      next[symbol] = share
      for _ in 0..<share {
        symbols[position] = UInt8(truncatingIfNeeded: symbol)
        var tries = 0
        repeat {
          position = (position + step) & (size - 1)
          tries += 1
          guard tries <= size else { throw .invalid }
        } while position >= high
      }
    }
    guard position == 0 else { throw .invalid }
    var entries: [Entry] = []
    entries.reserveCapacity(size)
    for symbol in symbols {
      let state = next[Int(symbol)]
      guard state > 0 else { throw .invalid }
      next[Int(symbol)] += 1
      let bits = accuracy - (Int.bitWidth - 1 - state.leadingZeroBitCount)
      guard bits >= 0 else { throw .invalid }
      entries.append(Entry(symbol: symbol, bits: UInt8(bits), base: UInt16(truncatingIfNeeded: (state << bits) - size)))
    }
    self.accuracy = accuracy
    self.entries = entries
  }

  /// Reads the description of a table (4.1.1).
  ///
  /// - Returns: the table and the offset behind its description.
  static func read(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, maxAccuracy: Int, symbols limit: Int
  ) throws(ZstandardFault) -> (table: FiniteStateTable, end: Int) {
    var bits = ForwardBits(from: range.lowerBound, to: range.upperBound)
    let accuracy = try bits.take(4, bytes) + 5
    guard accuracy <= maxAccuracy else { throw .invalid }
    var remaining = 1 << accuracy
    var shares: [Int] = []
    while remaining > 0 {
      guard shares.count < limit else { throw .invalid }
      let count = Int.bitWidth - (remaining + 1).leadingZeroBitCount
      // Where the highest bit is not needed, it belongs to what follows. The last bits may lie at the very end.
      let low = (1 << (count - 1)) - 1
      let threshold = (1 << count) - 1 - (remaining + 1)
      var value = try bits.take(count - 1, bytes)
      if value >= threshold {
        value |= try bits.take(1, bytes) << (count - 1)
        if value > low { value -= threshold }
      }
      let share = value - 1
      remaining -= abs(share)
      guard remaining >= 0 else { throw .invalid }
      shares.append(share)
      if share == 0 {
        var more = 3
        while more == 3 {
          more = try bits.take(2, bytes)
          guard shares.count + more <= limit else { throw .invalid }
          shares += [Int](repeating: 0, count: more)
        }
      }
    }
    return (try FiniteStateTable(shares: shares, accuracy: accuracy), bits.alignedEnd)
  }
}

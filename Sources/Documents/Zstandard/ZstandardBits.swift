// The bit streams of Zstandard (RFC 8878): one is read from its end to its start, the other forward.

/// Bits that are read from the end of a part of the bytes to its start; before the start there are zeros.
struct BackwardBits {
  private let start: Int
  private let end: Int
  /// How many bits are left; below 0 where more were read than there are.
  private(set) var left: Int

  /// The last byte's highest set bit marks the end.
  init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) throws(ZstandardFault) {
    guard let last = range.last, bytes[last] != 0 else { throw .invalid }
    start = range.lowerBound
    end = range.upperBound
    left = range.count * 8 - 1 - bytes[last].leadingZeroBitCount
  }

  /// Takes bits, at most 32 of them.
  mutating func take(_ count: Int, _ bytes: borrowing Span<UInt8>) -> Int {
    left -= count
    return bits(at: left, count, bytes)
  }

  /// The next bits, which stay.
  func peek(_ count: Int, _ bytes: borrowing Span<UInt8>) -> Int { bits(at: left - count, count, bytes) }

  mutating func skip(_ count: Int) { left -= count }

  private func bits(at position: Int, _ count: Int, _ bytes: borrowing Span<UInt8>) -> Int {
    if count <= 0 || position + count <= 0 { return 0 }
    if position < 0 { return bits(at: 0, count + position, bytes) << -position }
    let first = start + (position >> 3)
    var word: UInt64 = 0
    var index = min(first + 7, end - 1)
    while index >= first {
      word = word << 8 | UInt64(bytes[index])
      index -= 1
    }
    return Int(word >> UInt64(position & 7) & ((1 << UInt64(count)) - 1))
  }
}

/// Bits that are read forward, from the lowest of each byte on.
struct ForwardBits {
  private let start: Int
  private let end: Int
  private var position = 0

  init(from start: Int, to end: Int) {
    self.start = start
    self.end = end
  }

  mutating func take(_ count: Int, _ bytes: borrowing Span<UInt8>) throws(ZstandardFault) -> Int {
    guard position + count <= (end - start) * 8 else { throw .truncated }
    var value = 0
    for bit in 0..<count {
      let place = position + bit
      value |= Int(bytes[start + (place >> 3)] >> UInt8(place & 7) & 1) << bit
    }
    position += count
    return value
  }

  mutating func putBack(_ count: Int) { position -= count }

  /// The first byte that was not begun.
  var alignedEnd: Int { start + ((position + 7) >> 3) }
}

/// What is wrong with Zstandard data.
enum ZstandardFault: Error { case invalid, truncated, tooLarge, dictionary, checksum }

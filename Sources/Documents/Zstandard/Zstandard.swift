// Zstandard data to bytes (RFC 8878): frames and blocks, bounded, checked by XXH64 where a frame carries one.

/// Unpacks Zstandard data; frames that need a dictionary are refused.
enum Zstandard {
  private static let blockLimit = 128 << 10

  /// Appends what all frames hold.
  ///
  /// - Parameter limit: the most bytes that `output` may hold afterwards.
  static func unpack(_ bytes: borrowing Span<UInt8>, limit: Int, into output: inout [UInt8]) throws(ZstandardFault) {
    var position = 0
    while position < bytes.count {
      let magic = try little(bytes, position, 4)
      if magic & 0xFFFF_FFF0 == 0x184D_2A50 {
        let size = try little(bytes, position + 4, 4)
        guard position + 8 + size <= bytes.count else { throw .truncated }
        position += 8 + size
      } else if magic == 0xFD2F_B528 {
        position = try frame(bytes, from: position + 4, limit: limit, into: &output)
      } else {
        throw .invalid
      }
    }
  }

  private static func little(_ bytes: borrowing Span<UInt8>, _ start: Int, _ count: Int) throws(ZstandardFault) -> Int {
    guard start + count <= bytes.count else { throw .truncated }
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(bytes[start + place]) << UInt64(8 * place) }
    // Sizes of over 2^63 bytes are lies.
    guard let number = Int(exactly: value) else { throw .invalid }
    return number
  }

  private static func frame(
    _ bytes: borrowing Span<UInt8>, from start: Int, limit: Int, into output: inout [UInt8]
  ) throws(ZstandardFault) -> Int {
    let descriptor = try little(bytes, start, 1)
    guard descriptor & 8 == 0 else { throw .invalid }
    var position = start + 1
    let isSingle = descriptor & 0x20 != 0
    if !isSingle { position += 1 }
    let idSize = [0, 1, 2, 4][descriptor & 3]
    if try little(bytes, position, idSize) != 0 { throw .dictionary }
    position += idSize
    let sizeSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]
    let size = sizeSize == 0 ? nil : try little(bytes, position, sizeSize) + (sizeSize == 2 ? 256 : 0)
    position += sizeSize
    let frameStart = output.count
    if let size, size > limit - frameStart { throw .tooLarge }

    var codes = SequenceCodes()
    var huffman: HuffmanTable?
    var isLast = false
    while !isLast {
      let header = try little(bytes, position, 3)
      position += 3
      isLast = header & 1 == 1
      let size = header >> 3
      guard size <= blockLimit else { throw .invalid }
      switch header >> 1 & 3 {
      case 0:
        guard position + size <= bytes.count else { throw .truncated }
        guard output.count + size <= limit else { throw .tooLarge }
        for place in position..<position + size { output.append(bytes[place]) }
        position += size
      case 1:
        guard position < bytes.count else { throw .truncated }
        guard output.count + size <= limit else { throw .tooLarge }
        output += [UInt8](repeating: bytes[position], count: size)
        position += 1
      case 2:
        guard position + size <= bytes.count else { throw .truncated }
        let range = position..<position + size
        let (literals, next) = try literals(bytes, range, &huffman)
        // A block unpacks to at most its limit.
        try codes.run(
          bytes, next..<range.upperBound, literals: literals, frameStart: frameStart, limit: min(limit, output.count + blockLimit),
          into: &output)
        position += size
      default: throw .invalid
      }
    }
    if let size, output.count - frameStart != size { throw .invalid }
    if descriptor & 4 != 0 {
      let expected = try little(bytes, position, 4)
      position += 4
      let hash = XXHash64.hash(output.span.extracting(frameStart..<output.count))
      guard Int(hash & 0xFFFF_FFFF) == expected else { throw .checksum }
    }
    return position
  }

  /// The literals of a block (3.1.1.3.1), and the offset behind them.
  private static func literals(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ huffman: inout HuffmanTable?
  ) throws(ZstandardFault) -> (literals: [UInt8], end: Int) {
    guard let first = range.first.map({ Int(bytes[$0]) }) else { throw .truncated }
    let kind = first & 3
    let format = first >> 2 & 3
    var literals: [UInt8] = []
    if kind < 2 {
      let headerSize = [1, 2, 1, 3][format]
      guard headerSize <= range.count else { throw .truncated }
      let header = try little(bytes, range.lowerBound, headerSize)
      let size = headerSize == 1 ? header >> 3 : header >> 4
      guard size <= blockLimit else { throw .invalid }
      let start = range.lowerBound + headerSize
      let end = start + (kind == 0 ? size : 1)
      guard end <= range.upperBound else { throw .truncated }
      if kind == 1 { return ([UInt8](repeating: bytes[start], count: size), end) }
      for place in start..<end { literals.append(bytes[place]) }
      return (literals, end)
    }
    let headerSize = [3, 3, 4, 5][format]
    let width = [10, 10, 14, 18][format]
    guard headerSize <= range.count else { throw .truncated }
    let header = try little(bytes, range.lowerBound, headerSize) >> 4
    let size = header & ((1 << width) - 1)
    let packed = header >> width
    guard size <= blockLimit else { throw .invalid }
    var start = range.lowerBound + headerSize
    let end = start + packed
    guard end <= range.upperBound else { throw .truncated }
    if kind == 2 {
      let (table, next) = try HuffmanTable.read(bytes, start..<end)
      huffman = table
      start = next
    }
    guard let huffman else { throw .invalid }
    literals.reserveCapacity(size)
    if format == 0 {
      try huffman.decode(bytes, start..<end, count: size, into: &literals)
      return (literals, end)
    }
    // Four streams: the sizes of the first three, then the streams.
    guard start + 6 <= end else { throw .truncated }
    var streamStart = start + 6
    let share = (size + 3) / 4
    guard share * 3 <= size else { throw .invalid }
    for stream in 0..<4 {
      let streamEnd = stream == 3 ? end : streamStart + (try little(bytes, start + 2 * stream, 2))
      guard streamEnd <= end else { throw .invalid }
      try huffman.decode(bytes, streamStart..<streamEnd, count: stream == 3 ? size - 3 * share : share, into: &literals)
      streamStart = streamEnd
    }
    return (literals, end)
  }
}

// A file piece by piece in bounded memory.

extension Files {
  /// Calls `body` with the file's bytes, a mebibyte at a time, until it returns false.
  ///
  /// - Throws: ``FileError``, and what `body` throws.
  public static func forEachChunk(_ path: String, _ body: (Span<UInt8>) throws -> Bool) throws {
    let file = try RandomAccessFile(path: path)
    file.adviseSequential()
    var buffer = [UInt8](repeating: 0, count: min(1 << 20, max(1, file.count)))
    var position = 0
    while position < file.count {
      let count = min(buffer.count, file.count - position)
      try file.read(position..<position + count, into: &buffer)
      if !(try body(buffer.span.extracting(0..<count))) { return }
      position += count
    }
  }
}

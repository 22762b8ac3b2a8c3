// A file line by line in bounded memory: for records of a million lines.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Files {
  /// The longest line that is read, 256 MiB.
  public static let lineLimit = 1 << 28

  /// Calls `body` with each line's bytes, without its line break, its number from 1, and whether it has a line break.
  ///
  /// Memory holds one chunk of the file and the longest line. An empty last line is not a line.
  ///
  /// - Throws: ``FileError``, also for a line over `limit` bytes, and whatever `body` throws.
  public static func forEachLine(
    _ path: String, limit: Int = lineLimit, _ body: (Span<UInt8>, _ line: Int, _ isTerminated: Bool) throws -> Void
  ) throws {
    if isDirectory(path) { throw FileError(path: path, problem: .isDirectory) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(path: path, problem: exists(path) ? .notReadable(lastSystemError()) : .notFound)
    }
    defer { close(descriptor) }
    let room = 1 << 20
    var pending: [UInt8] = []
    var line = 1
    while true {
      var received = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        received = Self.retrying { unsafe Glibc.read(descriptor, buffer.baseAddress, room) }
        count = max(0, received)
      }
      if received < 0 { throw FileError(path: path, problem: .notReadable(lastSystemError())) }
      if received == 0 { break }
      let span = chunk.span
      var start = 0
      var end = 0
      while let lineEnd = Self.lineBreak(span, from: end) {
        end = lineEnd
        if pending.isEmpty {
          try body(span.extracting(start..<end), line, true)
        } else {
          pending += chunk[start..<end]
          try body(pending.span, line, true)
          pending.removeAll(keepingCapacity: true)
        }
        line += 1
        end += 1
        start = end
      }
      pending += chunk[start...]
      if pending.count > limit { throw FileError(path: "\(path):\(line)", problem: .tooLarge(bytes: pending.count, limit: limit)) }
    }
    if !pending.isEmpty { try body(pending.span, line, false) }
  }

  /// The offset of the next line break.
  private static func lineBreak(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard start < buffer.count, let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, 0x0A, buffer.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}

// A file piece by piece in bounded memory: for checksums of large files.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Files {
  /// Calls `body` with the bytes of a file in order, at most a mebibyte at a time.
  public static func forEachPiece(_ path: String, _ body: ([UInt8]) throws -> Void) throws {
    if isDirectory(path) { throw FileError(path: path, problem: .isDirectory) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(path: path, problem: exists(path) ? .notReadable(lastSystemError()) : .notFound)
    }
    defer { close(descriptor) }
    let room = 1 << 20
    while true {
      var received = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        received = Self.retrying { unsafe Glibc.read(descriptor, buffer.baseAddress, room) }
        count = max(0, received)
      }
      if received < 0 { throw FileError(path: path, problem: .notReadable(lastSystemError())) }
      if received == 0 { return }
      try body(piece)
    }
  }
}

// A file seen as bytes without reading it: mapped read-only, its pages loaded as they are touched.

public import Documents

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A file mapped read-only into memory; unmapped and closed when the last reference goes away.
///
/// Only the pages that are touched become resident, and ``discard(_:)`` gives them back, so a checkpoint may be larger than the memory.
/// A file that another process shortens while it is mapped can't be read past its new end (the kernel stops the process); ``checkUnchanged()``
/// finds that out before a read.
@safe public final class MappedFile: Sendable {
  /// The path that the file was opened by; errors carry it.
  public let path: String
  /// The size in bytes when the file was opened.
  public let count: Int

  private let descriptor: Int32
  /// The first mapped byte; nil for an empty file, which can't be mapped. Never written through.
  private nonisolated(unsafe) let start: UnsafeRawPointer?

  /// Maps a regular file; a folder, a pipe, a device or a file that can't be mapped is an error.
  public init(path: String) throws(FileError) {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FileError(path: path, problem: errno == ENOENT || errno == ENOTDIR ? .notFound : .notReadable(Self.lastError()))
    }
    var status = stat()
    let problem: FileError.Problem? =
      if unsafe fstat(descriptor, &status) != 0 {
        .notReadable(Self.lastError())
      } else if status.st_mode & S_IFMT == S_IFDIR {
        .isDirectory
      } else if status.st_mode & S_IFMT != S_IFREG {
        .notReadable("it is a pipe, socket or device; a regular file was expected")
      } else {
        nil
      }
    if let problem {
      close(descriptor)
      throw FileError(path: path, problem: problem)
    }
    var start: UnsafeRawPointer?
    if status.st_size > 0 {
      let mapped = unsafe mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
        let reason = Self.lastError()
        close(descriptor)
        throw FileError(path: path, problem: .notReadable(reason))
      }
      unsafe start = UnsafeRawPointer(mapped)
    }
    self.path = path
    self.count = Int(status.st_size)
    self.descriptor = descriptor
    unsafe self.start = unsafe start
  }

  deinit {
    if let start = unsafe start { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }
    close(descriptor)
  }

  /// Lends the bytes of a range to a function.
  ///
  /// - Precondition: `0 <= range.lowerBound` and `range.upperBound <= count`.
  public func withBytes<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range \(range) is outside the \(count) bytes of the file")
    let bytes = unsafe UnsafeRawBufferPointer(start: start.map { unsafe $0 + range.lowerBound }, count: range.count)
    return unsafe try body(bytes.bindMemory(to: UInt8.self).span)
  }

  /// Lends all bytes to a function.
  public func withBytes<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result {
    try withBytes(0..<count, body)
  }

  /// Throws if the file has become shorter since it was opened, so that touching its last pages would stop the process.
  public func checkUnchanged() throws(FileError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(path: path, problem: .notReadable(Self.lastError())) }
    if Int(status.st_size) < count {
      let change = "it was shortened from \(count) to \(status.st_size) bytes while in use"
      throw FileError(path: path, problem: .notReadable("\(change); nothing may write to it"))
    }
  }

  /// Tells the kernel that the file is about to be read from start to end, so that it reads ahead.
  public func adviseSequential() {
    if let start = unsafe start { unsafe madvise(UnsafeMutableRawPointer(mutating: start), count, Int32(MADV_SEQUENTIAL)) }
  }

  /// Gives back the memory of the pages that lie wholly inside a range; touching them again reads them anew.
  ///
  /// - Precondition: the range lies inside the file.
  public func discard(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range \(range) is outside the \(count) bytes of the file")
    guard let start = unsafe start else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page
    // The file's last page belongs to no other range once its end is reached.
    let end = range.upperBound == count ? count : range.upperBound / page * page
    if first < end { unsafe madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, Int32(MADV_DONTNEED)) }
  }

  private static func lastError() -> String { unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)" }
}

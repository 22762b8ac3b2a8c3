// A file of which ranges are read as they are needed, into the reader's own memory: what happens to the file is an error, never a signal.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A regular file that is open for reading at any place; closed when the last reference goes away.
///
/// The file is read and not mapped. A mapped file that another process shortens, or whose disk or network fails, stops the process with a signal
/// that a library can't handle; a read says what happened. It also keeps no page of the file in the process.
public final class RandomAccessFile: Sendable {
  /// The path that the file was opened by; errors carry it.
  public let path: String
  /// The size in bytes when the file was opened.
  public let count: Int

  private let descriptor: Int32
  /// When the file's bytes were last written, as of its opening.
  private let modified: Instant

  private struct Instant: Equatable {
    var seconds: Int
    var nanoseconds: Int

    init(_ status: stat) {
      seconds = Int(status.st_mtim.tv_sec)
      nanoseconds = Int(status.st_mtim.tv_nsec)
    }
  }

  /// Opens a regular file; a folder, a pipe or a device is an error.
  public init(path: String) throws(FileError) {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FileError(path: path, problem: errno == ENOENT || errno == ENOTDIR ? .notFound : .notReadable(lastSystemError()))
    }
    var status = stat()
    let problem: FileError.Problem? =
      if unsafe fstat(descriptor, &status) != 0 {
        .notReadable(lastSystemError())
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
    self.path = path
    self.count = Int(status.st_size)
    self.descriptor = descriptor
    modified = Instant(status)
  }

  deinit { close(descriptor) }

  /// Reads a range into the first bytes of a buffer.
  ///
  /// - Precondition: the range lies inside the file as it was opened, and the buffer has room for it.
  /// - Throws: ``FileError`` where the file has become shorter, or its disk fails; what the buffer holds is then undefined.
  public func read(_ range: Range<Int>, into buffer: inout [UInt8]) throws(FileError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range \(range) is outside the \(count) bytes of the file")
    precondition(range.count <= buffer.count, "\(range.count) bytes do not fit a buffer of \(buffer.count)")
    var done = 0
    while done < range.count {
      let start = done
      let received = unsafe buffer.withUnsafeMutableBytes { bytes in
        Files.retrying {
          unsafe pread(descriptor, bytes.baseAddress.map { unsafe $0 + start }, range.count - start, off_t(range.lowerBound + start))
        }
      }
      if received < 0 { throw FileError(path: path, problem: .notReadable(lastSystemError())) }
      if received == 0 {
        try checkUnchanged()
        throw FileError(path: path, problem: .changed("it ended at byte \(range.lowerBound + done) of \(count)"))
      }
      done += received
    }
  }

  /// The bytes of a range.
  ///
  /// - Precondition: the range lies inside the file as it was opened.
  /// - Throws: ``FileError`` where the file has become shorter, or its disk fails.
  public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    try read(range, into: &bytes)
    return bytes
  }

  /// Throws if the file was written to since it was opened: its size or the time of its last change differs.
  public func checkUnchanged() throws(FileError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(path: path, problem: .notReadable(lastSystemError())) }
    if Int(status.st_size) != count {
      throw FileError(path: path, problem: .changed("it had \(count) bytes and now has \(status.st_size)"))
    }
    if Instant(status) != modified { throw FileError(path: path, problem: .changed("its bytes were written anew")) }
  }

  /// Tells the kernel that the file is about to be read from start to end, so that it reads ahead.
  public func adviseSequential() { posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_SEQUENTIAL)) }
}

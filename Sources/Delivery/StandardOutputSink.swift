// A report on standard output, or on any open file descriptor.

internal import Documents

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Writes a report to standard output, all of it, past interruptions and full pipes.
public struct StandardOutputSink: Sink {
  public var isRequired: Bool
  private let descriptor: Int32
  public var name: String { descriptor == STDOUT_FILENO ? "standard output" : "file descriptor \(descriptor)" }

  /// - Parameter descriptor: 1 for standard output; it is not closed.
  public init(isRequired: Bool = false, descriptor: Int32 = 1) {
    self.isRequired = isRequired
    self.descriptor = descriptor
  }

  /// - Throws: `FileError` where the other end is closed or the disk is full.
  public func deliver(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let start = done
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
      }
      if written >= 0 {
        done += written
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&waiting, 1, -1)
      } else if errno != EINTR {
        throw FileError(path: name, problem: .notWritable(unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"))
      }
    }
  }
}

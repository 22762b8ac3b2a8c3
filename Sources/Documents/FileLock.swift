// A lock between processes: whoever holds the file's lock works, the others wait.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// An exclusive `flock` on a file of its own, held until the value goes away or the process ends.
///
/// The file stays: others may be waiting on it. One that was removed and made anew by another program in the meantime is opened again.
public final class FileLock: Sendable {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The lock, or nil where another process or another lock of this one has it.
  ///
  /// - Throws: ``FileError`` where the file can't be made.
  public static func attempt(_ path: String) throws(FileError) -> FileLock? {
    try Files.makeDirectory(Files.parent(of: path))
    for _ in 0..<100 {
      let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
      guard descriptor >= 0 else { throw FileError(path: path, problem: .notWritable(lastSystemError())) }
      // The group may lock it too, whatever the process's mask: a cache may be shared. Where the file is another's, it stays as it is.
      _ = fchmod(descriptor, 0o664)
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let isHeld = errno == EWOULDBLOCK
        let reason = lastSystemError()
        close(descriptor)
        if isHeld { return nil }
        throw FileError(path: path, problem: .notWritable("it can't be locked: \(reason)"))
      }
      var held = stat()
      var named = stat()
      if unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &named) == 0, held.st_ino == named.st_ino, held.st_dev == named.st_dev {
        return FileLock(descriptor)
      }
      close(descriptor)
    }
    return nil
  }

  deinit { close(descriptor) }
}

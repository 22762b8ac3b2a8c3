// Symbolic links, where they lead, and the room that is left on a disk.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Files {
  /// The absolute path with every link on the way followed; nil where something on it is missing.
  public static func resolved(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(validatingCString: found)
  }

  /// Whether a path leads to a file with contents: no folder, no device, no pipe.
  public static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// What a symbolic link says; nil where there is no link.
  public static func linkTarget(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4097)
    let count = unsafe readlink(path, &buffer, buffer.count)
    return count >= 0 && count <= 4096 ? String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  /// Makes a symbolic link, replacing what was there in one step.
  public static func makeLink(at path: String, to target: String) throws(FileError) {
    try makeDirectory(parent(of: path))
    if linkTarget(of: path) == target { return }
    let temporary = temporaryPath(for: path)
    remove(temporary)
    guard unsafe symlink(target, temporary) == 0 else { throw FileError(path: path, problem: .notWritable(lastSystemError())) }
    do { try rename(temporary, to: path) } catch {
      remove(temporary)
      throw error
    }
  }

  /// The bytes that may still be written on the disk of a path, or of the nearest folder above it that is there; nil where the system won't say.
  public static func freeBytes(at path: String) -> Int? {
    var folder = path
    while !folder.isEmpty && !exists(folder) { folder = parent(of: folder) }
    var disk = statvfs()
    guard unsafe statvfs(folder.isEmpty ? "." : folder, &disk) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: disk.f_bavail).multipliedReportingOverflow(by: Int(clamping: disk.f_frsize))
    return overflow ? Int.max : bytes
  }
}

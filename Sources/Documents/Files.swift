// Whole files in and out: bounded reads, and writes that appear complete or not at all.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Reads and writes of whole files.
public enum Files {
  /// The largest text file that is read whole, 2 GiB.
  public static let textLimit = 1 << 31

  public static func exists(_ path: String) -> Bool { status(path) != nil }
  public static func isDirectory(_ path: String) -> Bool { status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }

  /// The size in bytes, or nil where there is no such file.
  public static func size(_ path: String) -> Int? { status(path).map { Int($0.st_size) } }

  /// The bytes of a file.
  public static func read(_ path: String, limit: Int = textLimit) throws(FileError) -> [UInt8] {
    guard let status = status(path) else { throw FileError(path: path, problem: .notFound) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError(path: path, problem: .isDirectory) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, problem: .notReadable(lastSystemError())) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(Int(status.st_size), limit) + 1)
    while true {
      let room = max(1 << 16, min(Int(status.st_size) - bytes.count + 1, 1 << 24))
      var received = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        received = Self.retrying { unsafe Glibc.read(descriptor, buffer.baseAddress, room) }
        count = max(0, received)
      }
      if received < 0 { throw FileError(path: path, problem: .notReadable(lastSystemError())) }
      if received == 0 { return bytes }
      bytes += chunk
      if bytes.count > limit { throw FileError(path: path, problem: .tooLarge(bytes: max(bytes.count, Int(status.st_size)), limit: limit)) }
    }
  }

  /// The text of a UTF-8 file.
  public static func readText(_ path: String, limit: Int = textLimit) throws(FileError) -> String {
    guard let text = String(validating: try read(path, limit: limit), as: UTF8.self) else {
      throw FileError(path: path, problem: .notUTF8)
    }
    return text
  }

  /// Writes a file under a temporary name beside it and renames it, so that readers see the old file or the new one, never a part.
  ///
  /// Missing folders are made. The temporary file is removed when anything fails.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try makeDirectory(parent(of: path))
    let temporary = temporaryPath(for: path)
    do {
      let file = try AppendFile(creating: temporary)
      try file.append(bytes)
      try file.synchronize()
      try rename(temporary, to: path)
    } catch {
      remove(temporary)
      throw FileError(path: path, problem: error.problem)
    }
  }

  public static func write(_ text: String, to path: String) throws(FileError) { try write(Array(text.utf8), to: path) }

  /// The name under which a file is written before it is renamed to `path`: this process's own.
  public static func temporaryPath(for path: String) -> String { "\(path).tmp-\(getpid())" }

  /// Renames a file, replacing what was there.
  public static func rename(_ path: String, to destination: String) throws(FileError) {
    if unsafe Glibc.rename(path, destination) != 0 { throw FileError(path: destination, problem: .notWritable(lastSystemError())) }
  }

  /// Removes a file; one that is not there is no error.
  public static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Makes a folder and the folders above it.
  public static func makeDirectory(_ path: String) throws(FileError) {
    if path.isEmpty || isDirectory(path) { return }
    // No system takes longer paths; each folder above costs a call.
    if path.utf8.count > 4096 { throw FileError(path: path, problem: .notWritable("the path is longer than 4096 bytes")) }
    try makeDirectory(parent(of: path))
    if unsafe mkdir(path, 0o777) != 0 && !isDirectory(path) { throw FileError(path: path, problem: .notWritable(lastSystemError())) }
  }

  /// The names in a folder, sorted.
  public static func list(_ path: String) throws(FileError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      throw FileError(path: path, problem: exists(path) ? .notReadable(lastSystemError()) : .notFound)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The folder that holds a path: `a/b` for `a/b/c`, empty for `c`.
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path: `c` for `a/b/c`.
  public static func name(of path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if path == "/" { return "/" }
    return path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? String(path)
  }

  /// A path relative to a folder, unless it is absolute.
  public static func path(_ path: String, relativeTo folder: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  static func retrying(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}

/// The message of the last failed system call.
func lastSystemError() -> String { unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)" }

/// A file that only grows: journals and temporary files. Closed when it goes away.
public final class AppendFile: Sendable {
  public let path: String
  private let descriptor: Int32

  /// Makes a new file, or empties the one that is there.
  public convenience init(creating path: String) throws(FileError) { try self.init(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC) }

  /// Opens a file to append to it; makes it where there is none.
  public convenience init(appendingTo path: String) throws(FileError) { try self.init(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC) }

  private init(_ path: String, _ flags: Int32) throws(FileError) {
    self.path = path
    descriptor = unsafe open(path, flags, 0o666)
    if descriptor < 0 { throw FileError(path: path, problem: .notWritable(lastSystemError())) }
  }

  deinit { close(descriptor) }

  /// Appends all bytes.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let start = done
      let written = unsafe bytes.withUnsafeBytes { buffer in
        Files.retrying { unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start) }
      }
      guard written >= 0 else { throw FileError(path: path, problem: .notWritable(lastSystemError())) }
      done += written
    }
  }

  public func append(_ text: String) throws(FileError) { try append(Array(text.utf8)) }

  /// Waits until the bytes are on the disk.
  public func synchronize() throws(FileError) {
    if fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS { throw FileError(path: path, problem: .notWritable(lastSystemError())) }
  }
}

// Whole folders: written under a temporary name and renamed, and taken away.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Files {
  /// Writes files into a new folder that appears complete or not at all.
  ///
  /// The folder may be there if it is empty. The temporary folder is removed when anything fails.
  ///
  /// - Parameter files: names without folders, and their bytes.
  public static func writeFolder(_ files: [(name: String, bytes: [UInt8])], to path: String) throws(FileError) {
    let temporary = temporaryPath(for: path)
    try makeDirectory(parent(of: path))
    removeFolder(temporary)
    do throws(FileError) {
      try makeDirectory(temporary)
      for file in files { try write(file.bytes, to: Files.path(file.name, relativeTo: temporary)) }
      try rename(temporary, to: path)
    } catch {
      removeFolder(temporary)
      throw FileError(path: path, problem: error.problem)
    }
  }

  /// Removes a folder with the files in it; folders inside of it, and so the folder itself, stay.
  public static func removeFolder(_ path: String) {
    // A folder that can't be listed can't be emptied either.
    for name in (try? list(path)) ?? [] { remove(Self.path(name, relativeTo: path)) }
    _ = unsafe rmdir(path)
  }

  /// Whether a folder is there and holds anything; so does a file of that name.
  public static func isOccupied(_ path: String) -> Bool {
    guard exists(path) else { return false }
    // A folder that can't be listed is somebody's.
    return !isDirectory(path) || (try? list(path).isEmpty) != true
  }
}

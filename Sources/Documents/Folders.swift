// Whole folders: written under a temporary name and renamed, and taken away.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Files {
  /// Makes a new folder that appears complete or not at all: `fill` writes its files under a temporary name, which is then renamed.
  ///
  /// A folder of the final name may be there if it is empty. The temporary folder is removed when anything fails.
  public static func writeFolder(_ path: String, _ fill: (_ temporary: String) throws -> Void) throws {
    let temporary = temporaryPath(for: path)
    removeFolder(temporary)
    do {
      try makeDirectory(temporary)
      try fill(temporary)
      try rename(temporary, to: path)
    } catch {
      removeFolder(temporary)
      throw error
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

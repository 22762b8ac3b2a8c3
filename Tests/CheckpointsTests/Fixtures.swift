// Where the fixtures are, and files for the length of a test.

import Documents
import Foundation

enum Fixtures {
  /// The folder `fixtures` beside `Tests`.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures").path()

  static func path(_ name: String) -> String { Files.path(name, relativeTo: folder) }

  static func bytes(_ name: String) throws -> [UInt8] { try Files.read(path(name)) }

  /// Writes a file into a new folder, lends its path and removes both.
  static func withFile<Result>(named name: String = "file", _ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "flipgate-" + UUID().uuidString).path()
    let path = Files.path(name, relativeTo: folder)
    try Files.write(bytes, to: path)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left over lies in the system's temporary folder
    return try body(path)
  }
}

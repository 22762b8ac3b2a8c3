// Files: whole reads and writes, lines in bounded memory, folders, and what goes wrong.

import Documents
import Foundation
import Testing

/// A folder of its own for one test, removed afterwards.
struct TemporaryFolder: ~Copyable {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "flipgate-\(UUID().uuidString)"
    try Files.makeDirectory(path)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }  // a folder left behind fails no test
}

@Suite struct FilesTests {
  @Test func writesAppearWholeAndReplace() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a/b/file.txt"
    try Files.write("one", to: path)
    try Files.write("zwei é", to: path)
    #expect(try Files.readText(path) == "zwei é")
    #expect(Files.size(path) == 7)
    #expect(try Files.list(folder.path + "/a/b") == ["file.txt"])
  }

  @Test func readsWhatIsLargerThanAChunk() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/large"
    let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Files.write(bytes, to: path)
    #expect(try Files.read(path) == bytes)
    let error = #expect(throws: FileError.self) { try Files.read(path, limit: 1000) }
    #expect(error?.problem == .tooLarge(bytes: 3_000_001, limit: 1000))
  }

  @Test func saysWhatIsWrong() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError(path: folder.path + "/none", problem: .notFound)) { try Files.read(folder.path + "/none") }
    let whole = folder.path
    #expect(throws: FileError(path: whole, problem: .isDirectory)) { try Files.read(whole) }
    #expect(throws: FileError(path: whole, problem: .isDirectory)) { try Files.forEachLine(whole) { _, _, _ in } }
    let path = folder.path + "/latin1"
    try Files.write([0x66, 0xFC, 0x72], to: path)
    #expect(throws: FileError(path: path, problem: .notUTF8)) { try Files.readText(path) }
    // A file stands where a folder is needed.
    #expect(throws: FileError.self) { try Files.write("x", to: path + "/below") }
    #expect(throws: FileError.self) { try Files.list(whole + "/none") }
    #expect(throws: FileError.self) { try Files.makeDirectory(String(repeating: "a/", count: 200_000)) }
  }

  @Test func nothingIsLeftOfAWriteThatFails() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/target"
    try Files.makeDirectory(path + "/occupied")
    #expect(throws: FileError.self) { try Files.write("x", to: path) }
    #expect(try Files.list(folder.path) == ["target"])
  }

  @Test func linesComeWithNumberAndBreak() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lines"
    func lines(_ text: String) throws -> [String] {
      try Files.write(text, to: path)
      var found: [String] = []
      try Files.forEachLine(path) { bytes, line, isTerminated in
        var text: [UInt8] = []
        for index in 0..<bytes.count { text.append(bytes[index]) }
        found.append("\(line)\(isTerminated ? "" : "*"):" + String(decoding: text, as: UTF8.self))
      }
      return found
    }
    #expect(try lines("") == [])
    #expect(try lines("a\n\nb") == ["1:a", "2:", "3*:b"])
    #expect(try lines("a\r\n") == ["1:a\r"])
    // Lines that span the chunks of one MiB: 300 lines of 10,000 bytes.
    let long = String(repeating: "x", count: 9_999)
    let many = try lines(String(repeating: long + "\n", count: 300))
    #expect(many.count == 300 && many.allSatisfy { $0.hasSuffix(":" + long) })
    #expect(throws: FileError.self) { try Files.forEachLine(path, limit: 5) { _, _, _ in } }
  }

  @Test func appendsKeepWhatIsThere() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/journal"
    try AppendFile(appendingTo: path).append("one\n")
    try AppendFile(appendingTo: path).append("two\n")
    #expect(try Files.readText(path) == "one\ntwo\n")
    try AppendFile(creating: path).append("three")
    #expect(try Files.readText(path) == "three")
  }

  @Test(arguments: [
    ("a/b/c", "a/b", "c"), ("c", "", "c"), ("/c", "/", "c"), ("/", "/", "/"), ("a/b/", "a/b", "b"),
  ])
  func partsOfPaths(path: String, parent: String, name: String) {
    #expect(Files.parent(of: path) == parent)
    #expect(Files.name(of: path) == name)
  }

  @Test func relativePaths() {
    #expect(Files.path("x", relativeTo: "a/b") == "a/b/x")
    #expect(Files.path("x", relativeTo: "a/") == "a/x")
    #expect(Files.path("/x", relativeTo: "a") == "/x")
    #expect(Files.path("x", relativeTo: "") == "x")
  }
}

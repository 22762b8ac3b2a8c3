// Links, locks and pieces of files, and git's name for contents.

import Digests
import Documents
import Foundation
import Testing

@Suite struct FileLinksTests {
  private static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "flipgate-links-" + UUID().uuidString
    try Files.makeDirectory(path)
    return path
  }

  @Test func linksAreMadeAndReplaced() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }  // The system's to remove otherwise.
    try Files.write("a", to: folder + "/blobs/a")
    try Files.write("b", to: folder + "/blobs/b")
    let link = folder + "/deep/er/link"
    for (target, text) in [("../../blobs/a", "a"), ("../../blobs/a", "a"), ("../../blobs/b", "b")] {
      try Files.makeLink(at: link, to: target)
      #expect(Files.linkTarget(of: link) == target)
      #expect(try Files.readText(link) == text)
    }
    #expect(try Files.list(folder + "/deep/er") == ["link"])
    #expect(Files.resolved(link) == Files.resolved(folder + "/blobs/b"))
    #expect(Files.resolved(folder + "/nothing") == nil && Files.linkTarget(of: folder) == nil)
    // A file in the way is replaced, too; a folder is not.
    try Files.write("x", to: folder + "/file")
    try Files.makeLink(at: folder + "/file", to: "blobs/a")
    #expect(Files.linkTarget(of: folder + "/file") == "blobs/a")
    #expect(throws: FileError.self) { try Files.makeLink(at: folder + "/deep", to: "blobs/a") }
    #expect(try Files.list(folder) == ["blobs", "deep", "file"])
  }

  @Test func kindsOfFilesAreTold() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }  // The system's to remove otherwise.
    try Files.write("a", to: folder + "/a")
    #expect(Files.isRegularFile(folder + "/a") && !Files.isRegularFile(folder) && !Files.isRegularFile("/dev/null"))
    #expect((Files.freeBytes(at: folder + "/not/yet/there") ?? 0) > 0)
  }

  @Test func oneHoldsALock() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }  // The system's to remove otherwise.
    let path = folder + "/locks/a.lock"
    var held = try FileLock.attempt(path)
    #expect(held != nil)
    #expect(try FileLock.attempt(path) == nil)
    held = nil
    held = try FileLock.attempt(path)
    #expect(held != nil)
    // Other programs remove the file: the name is free again, whatever the old file's lock.
    Files.remove(path)
    #expect(try FileLock.attempt(path) != nil)
    withExtendedLifetime(held) {}
  }

  @Test func piecesAreTheFile() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }  // The system's to remove otherwise.
    let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try Files.write(bytes, to: folder + "/a")
    var sizes: [Int] = []
    var read: [UInt8] = []
    try Files.forEachPiece(folder + "/a") { piece in
      sizes.append(piece.count)
      read += piece
    }
    #expect(read == bytes && sizes == [1 << 20, 1 << 20, 2_500_000 - (2 << 20)])
    #expect(throws: FileError.self) { try Files.forEachPiece(folder) { _ in } }
  }

  /// `git hash-object` of an empty file, of `{}`, and of `what is up, doc?` (the example of the Git book, chapter 10.2).
  @Test(arguments: [
    ("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"), ("{}", "9e26dfeeb6e641a33dae4961196235bdb965b21b"),
    ("what is up, doc?", "bd9dbf5aae1a3862dd1526723246b20206e5fc37"),
  ])
  func gitNamesContents(_ text: String, _ name: String) {
    var digest = GitBlobDigest(size: text.utf8.count)
    for byte in text.utf8 { digest.update([byte]) }
    #expect(digest.finalize() == name)
  }

  @Test func wordsOfOthersAreVisible() {
    #expect(visible("a\"b\u{1B}[0m\n") == "a\"b\\u{1b}[0m\\n")
    #expect(visible("abc", limit: 2) == "ab…" && quoted("a\"b") == "\"a\\\"b\"")
  }
}

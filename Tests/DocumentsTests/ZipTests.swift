// Zip archives: what is in them, packed or not, and what is refused. The hostile ones are those of PyTorch files (Tests/CheckpointsTests).

import Documents
import Foundation
import TestSupport
import Testing

@Suite struct ZipTests {
  /// Made by Python 3.11: `z = zipfile.ZipFile("x.zip", "w")`, `z.writestr("a.txt", "hello\n" * 20, compress_type=8)`, `z.writestr("f/größe", b"12345")`,
  /// both with `ZipInfo.date_time` 1980-01-01.
  static let archive: [UInt8] = Array(
    Data(
      base64Encoded: "UEsDBBQAAAAIAAAAIQBM/FpmCwAAAHgAAAAFAAAAYS50eHTLSM3JyefKoDsJAFBLAwQUAAAIAAAAACEAHDr1ywUAAAAFAAAACQAAAGYvZ3LDts"
        + "OfZTEyMzQ1UEsBAhQDFAAAAAgAAAAhAEz8WmYLAAAAeAAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsBAhQDFAAACAAAAAAhABw69csFAAAA"
        + "BQAAAAkAAAAAAAAAAAAAAIABLgAAAGYvZ3LDtsOfZVBLBQYAAAAAAgACAGoAAABaAAAAAAA=") ?? Data())

  func withArchive<Result>(_ bytes: [UInt8], _ body: (ZipArchive) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.appending(path: "flipgate-\(UUID().uuidString).zip").path()
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }  // what is left over lies in the system's temporary folder
    return try body(try ZipArchive(path: path))
  }

  @Test func entriesAreUnpacked() throws {
    try withArchive(Self.archive) { archive in
      #expect(archive.entries.map(\.name) == ["a.txt", "f/größe"])
      #expect(archive.entries.map(\.method) == [.deflate, .stored])
      let text = try archive.unpack(try #require(archive["a.txt"]), limit: 1000)
      #expect(text == Array(String(repeating: "hello\n", count: 20).utf8))
      #expect(try archive.unpack(try #require(archive["f/größe"]), limit: 5) == Array("12345".utf8))
      #expect(archive["b"] == nil)
    }
  }

  @Test func limitsAreKept() throws {
    try withArchive(Self.archive) { archive in
      let entry = try #require(archive["a.txt"])
      #expect(throws: ZipError(path: archive.path, problem: .tooLarge("a.txt", bytes: 120, limit: 119))) { try archive.unpack(entry, limit: 119) }
    }
  }

  @Test func aWrongChecksumIsFoundWhereItIsAskedFor() throws {
    var bytes = Self.archive
    // The data of the second entry are the only "12345".
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "12345".utf8) })
    bytes[place] = UInt8(ascii: "9")
    try withArchive(bytes) { archive in
      let entry = try #require(archive["f/größe"])
      #expect(throws: ZipError(path: archive.path, problem: .checksum("f/größe"))) { try archive.unpack(entry, limit: 5) }
      #expect(try archive.unpack(entry, limit: 5, checks: false) == Array("92345".utf8))
    }
  }

  @Test func damagedArchivesAreRefused() async {
    await #expect(processExitsWith: .success) {
      let outcome = try fuzz("zip", samples: [Self.archive]) { path, _ in
        let archive = try ZipArchive(path: path)
        for entry in archive.entries { _ = try archive.unpack(entry, limit: 1 << 20) }
      }
      #expect(outcome.accepted > 0 && outcome.accepted < outcome.cases)
    }
  }
}

// Files read at any place: their bytes, what can't be opened, and a file that changes while in use.

import Documents
import Foundation
import Testing

@Suite struct RandomAccessFileTests {
  func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.appending(path: "flipgate-\(UUID().uuidString)").path()
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }  // what is left over lies in the system's temporary folder
    return try body(path)
  }

  @Test func bytesOfARange() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try withFile(bytes) { (path) throws in
      let file = try RandomAccessFile(path: path)
      file.adviseSequential()
      #expect(file.count == 200_000)
      #expect(try file.read(4095..<4099) == Array(bytes[4095..<4099]))
      #expect(try file.read(200_000..<200_000) == [])
      var buffer: [UInt8] = [1, 2, 3, 4]
      try file.read(7..<9, into: &buffer)
      #expect(buffer == [bytes[7], bytes[8], 3, 4])
      try file.checkUnchanged()

      var section = FileSection(10..<150_000, of: file)
      #expect(section.bytes.isEmpty)
      try section.reach(1)
      // A first step of 64 KiB, then twice what is there.
      #expect(section.bytes == Array(bytes[10..<10 + 65_536]))
      try section.reach(65_537)
      #expect(section.bytes == Array(bytes[10..<10 + 131_072]))
      try section.reach(section.count)
      #expect(section.bytes == Array(bytes[10..<150_000]))
    }
  }

  @Test func whatIsNoRegularFileIsRefused() throws {
    #expect(throws: FileError(path: "/nonexistent", problem: .notFound)) { try RandomAccessFile(path: "/nonexistent") }
    #expect(throws: FileError(path: "/tmp", problem: .isDirectory)) { try RandomAccessFile(path: "/tmp") }
    #expect(throws: FileError.self) { try RandomAccessFile(path: "/dev/zero") }
    try withFile([]) { (path) throws in
      let pipe = path + ".pipe"
      let made = unsafe mkfifo(pipe, 0o600)
      #expect(made == 0)
      // At once, without waiting for a writer.
      #expect(throws: FileError.self) { try RandomAccessFile(path: pipe) }
      Files.remove(pipe)
      #expect(try RandomAccessFile(path: path).read(0..<0) == [])
    }
  }

  @Test func aFileThatShrinksIsNoticed() throws {
    try withFile([UInt8](repeating: 1, count: 10_000)) { (path) throws in
      let file = try RandomAccessFile(path: path)
      let cut = unsafe truncate(path, 5000)
      #expect(cut == 0)
      let change = FileError(path: path, problem: .changed("it had 10000 bytes and now has 5000"))
      #expect(throws: change) { try file.checkUnchanged() }
      #expect(throws: change) { try file.read(4000..<6000) }
      #expect(try file.read(0..<5000).count == 5000)
      #expect(change.severity == .run)
    }
  }
}

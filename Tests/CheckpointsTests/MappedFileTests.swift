// Mapped files: their bytes, what can't be mapped, and a file that shrinks while in use.

import Documents
import Foundation
import Tensors
import Testing

@Suite struct MappedFileTests {
  @Test func bytesOfARange() throws {
    let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try Fixtures.withFile(bytes) { (path) throws in
      let file = try MappedFile(path: path)
      file.adviseSequential()
      #expect(file.count == 20_000)
      #expect(file.withBytes(4095..<4099) { span in span.indices.map { span[$0] } } == Array(bytes[4095..<4099]))
      #expect(file.withBytes(20_000..<20_000) { $0.count } == 0)
      // Discarded pages come back from the file.
      file.discard(100..<20_000)
      #expect(file.withBytes { span in span.indices.map { span[$0] } } == bytes)
    }
  }

  @Test func anEmptyFileHasNoBytes() throws {
    try Fixtures.withFile([]) { (path) throws in
      let file = try MappedFile(path: path)
      file.adviseSequential()
      file.discard(0..<0)
      #expect(file.withBytes { $0.count } == 0)
    }
  }

  @Test func whatIsNoRegularFileIsRefused() {
    #expect(throws: FileError(path: "/nonexistent", problem: .notFound)) { try MappedFile(path: "/nonexistent") }
    #expect(throws: FileError(path: Fixtures.folder, problem: .isDirectory)) { try MappedFile(path: Fixtures.folder) }
    #expect(throws: FileError.self) { try MappedFile(path: "/dev/zero") }
  }

  @Test func aPipeIsRefusedWithoutWaiting() throws {
    try Fixtures.withFile([]) { (path) throws in
      let pipe = path + ".pipe"
      let made = unsafe mkfifo(pipe, 0o600)
      #expect(made == 0)
      #expect(throws: FileError.self) { try MappedFile(path: pipe) }
    }
  }

  @Test func aFileThatShrinksIsNoticed() throws {
    try Fixtures.withFile([UInt8](repeating: 1, count: 10_000)) { (path) throws in
      let file = try MappedFile(path: path)
      try file.checkUnchanged()
      let cut = unsafe truncate(path, 5000)
      #expect(cut == 0)
      let change = FileError.Problem.notReadable("it was shortened from 10000 to 5000 bytes while in use; nothing may write to it")
      #expect(throws: FileError(path: path, problem: change)) { try file.checkUnchanged() }
    }
  }
}

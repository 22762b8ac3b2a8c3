// Cached hidden states: bit for bit what was kept, damaged files never, and an error that says where a disk is full.

import Documents
import Foundation
import Tensors
import Testing

@testable import Adaptation

@Suite struct TeacherCacheTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "flipgate-states-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func states(_ rows: Int, seed: UInt64) throws -> Matrix {
    var numbers = SeededNumbers(seed: seed)
    return try Matrix(values: numbers.floats(rows * 6), columns: 6)
  }

  private func files(_ folder: String) throws -> [String] {
    try Files.list(folder).flatMap { name in try Files.list(folder + "/" + name).map { "\(folder)/\(name)/\($0)" } }
  }

  @Test(arguments: [1 << 20, 0])
  func statesComeBackBitForBit(_ memory: Int) throws {
    try withFolder { folder in
      let cache = TeacherCache(teacher: "old", width: 6, memoryLimit: memory, folder: folder)
      let batch = try states(7, seed: 3)
      batch[2, 1] = .nan
      #expect(try cache.states(of: [1, 2, 3]) == nil)
      try cache.keep([1, 2, 3], statesIn: batch, firstRow: 0)
      try cache.keep([1, 2, 3, 4], statesIn: batch, firstRow: 3)
      let found = try Matrix(rows: 5, columns: 6)
      #expect(try cache.copyStates(of: [1, 2, 3, 4], into: found, firstRow: 1))
      #expect(try !cache.copyStates(of: [1, 2, 4], into: found, firstRow: 1))
      for row in 0..<4 { #expect(found.row(1 + row).map(\.bitPattern) == batch.row(3 + row).map(\.bitPattern)) }
      let first = try cache.states(of: [1, 2, 3])?.allValues.map(\.bitPattern)
      #expect(first == (0..<3).flatMap { batch.row($0) }.map(\.bitPattern))
      let usage = cache.usage
      #expect(memory > 0 ? usage.inMemory == 2 && usage.inFiles == 0 : usage.inMemory == 0 && usage.inFiles == 2)
      cache.remove()
      #expect(try cache.states(of: [1, 2, 3]) == nil)
    }
  }

  @Test func memoryComesFirstThenFilesThenNothing() throws {
    try withFolder { folder in
      let batch = try states(4, seed: 1)
      // A sequence of 4 rows and 6 columns takes 16 padded rows of 24 bytes.
      let cache = TeacherCache(teacher: "old", width: 6, memoryLimit: 2 * 384, folder: folder)
      for token in Int32(0)..<5 { try cache.keep([token, 1, 2, 3], statesIn: batch, firstRow: 0) }
      #expect(cache.usage.inMemory == 2 && cache.usage.inFiles == 3 && cache.usage.notKept == 0)
      #expect(cache.usage.memoryBytes == 768)
      let homeless = TeacherCache(teacher: "old", width: 6, memoryLimit: 384, folder: nil)
      for token in Int32(0)..<3 { try homeless.keep([token, 1, 2, 3], statesIn: batch, firstRow: 0) }
      #expect(homeless.usage.notKept == 2)
      #expect(try homeless.states(of: [2, 1, 2, 3]) == nil)
      // An interrupted run's files serve the next one, of the same teacher alone.
      let next = TeacherCache(teacher: "old", width: 6, memoryLimit: 0, folder: folder)
      #expect(try next.states(of: [4, 1, 2, 3]) != nil)
      #expect(try TeacherCache(teacher: "new", width: 6, memoryLimit: 0, folder: folder).states(of: [4, 1, 2, 3]) == nil)
    }
  }

  @Test func damagedFilesAreMissing() throws {
    try withFolder { folder in
      let batch = try states(4, seed: 5)
      let tokens: [Int32] = [9, 8, 7, 6]
      func cache() -> TeacherCache { TeacherCache(teacher: "old", width: 6, memoryLimit: 0, folder: folder) }
      try cache().keep(tokens, statesIn: batch, firstRow: 0)
      let path = try #require(try files(folder).first)
      let whole = try Files.read(path)
      var altered: [[UInt8]] = [[], Array(whole.dropLast()), whole + [0], Array(whole.prefix(20))]
      for place in [0, 17, 60, whole.count / 2, whole.count - 1] {
        var bytes = whole
        bytes[place] ^= 1
        altered.append(bytes)
      }
      for bytes in altered {
        try Files.write(bytes, to: path)
        let found = cache()
        #expect(try found.states(of: tokens) == nil)
        #expect(found.usage.damagedFiles == 1 && found.usage.inFiles == 0)
        try found.keep(tokens, statesIn: batch, firstRow: 0)
        #expect(try Files.read(path) == whole)
      }
      // A file of another sequence under this one's name has another length or other tokens' states: the name is the tokens' digest, so that only a
      // renamed file of as many rows would pass, and nobody renames them by accident.
      #expect(try files(folder).allSatisfy { !$0.contains(".tmp") })
    }
  }

  @Test func unwritableFolderIsNamed() throws {
    try withFolder { folder in
      try Files.write("a file, not a folder", to: folder)
      let cache = TeacherCache(teacher: "old", width: 6, memoryLimit: 0, folder: folder)
      do {
        try cache.keep([1], statesIn: states(1, seed: 1), firstRow: 0)
        Issue.record("a file can't be a folder")
      } catch let error as TeacherCacheError {
        #expect(error.severity == .run)
        #expect(explanation(of: error).contains(folder) && explanation(of: error).contains("free space"))
      }
    }
  }

  /// /dev/full says what a full disk says.
  @Test func fullDiskLeavesNoFile() throws {
    try withFolder { folder in
      let cache = TeacherCache(teacher: "old", width: 6, memoryLimit: 0, folder: folder)
      try cache.keep([1], statesIn: states(1, seed: 1), firstRow: 0)
      let first = try #require(try files(folder).first)
      // The temporary name of the next file leads to the full device.
      let probe = TeacherCache(teacher: "old", width: 6, memoryLimit: 0, folder: folder + "-probe")
      defer { try? FileManager.default.removeItem(atPath: folder + "-probe") }
      try probe.keep([2], statesIn: states(1, seed: 1), firstRow: 0)
      let name = Files.name(of: try #require(try files(folder + "-probe").first))
      let target = Files.parent(of: first) + "/" + name
      try FileManager.default.createSymbolicLink(atPath: Files.temporaryPath(for: target), withDestinationPath: "/dev/full")
      #expect(throws: TeacherCacheError.self) { try cache.keep([2], statesIn: states(1, seed: 1), firstRow: 0) }
      #expect(try cache.states(of: [2]) == nil)
      #expect(try files(folder) == [first])
    }
  }

  @Test func shapesMustFit() throws {
    let cache = TeacherCache(teacher: "old", width: 6, memoryLimit: 1 << 20, folder: nil)
    #expect(throws: TeacherCacheError.self) { try cache.keep([1], statesIn: Matrix(rows: 1, columns: 5), firstRow: 0) }
    #expect(throws: TeacherCacheError.self) { try cache.keep([1, 2], statesIn: Matrix(rows: 2, columns: 6), firstRow: 1) }
    try cache.keep([1], statesIn: Matrix(rows: 1, columns: 6), firstRow: 0)
    #expect(throws: TeacherCacheError.self) { try cache.copyStates(of: [1], into: Matrix(rows: 1, columns: 7), firstRow: 0) }
  }
}

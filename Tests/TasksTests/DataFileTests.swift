// Data files: CSV by RFC 4180, JSON with lines, gzip that is checked.

import Documents
import Testing

@testable import Tasks

private func rows(_ text: String, name: String = "t.csv") throws -> [TaskDocument] {
  let folder = try TemporaryFolder([name: text])
  return try DataFile.read(folder[name]).documents
}

@Test func quotedFieldsHoldSeparatorsAndLineBreaks() throws {
  let documents = try rows("a,b\r\n\"x, \"\"y\"\"\",\"one\ntwo\"\r\n\r\nz,\r\n")
  #expect(documents.map(\.value) == [["a": "x, \"y\"", "b": "one\ntwo"], ["a": "z", "b": nil]])
  #expect(documents.map(\.location.line) == [2, 5])
}

@Test func columnsHaveTheTypesThatPandasGives() throws {
  let documents = try rows("i,g,f,b,t,n\n1,1,1.5,True,x,NA\n 2,,2,false,3,\n")
  #expect(documents[0].value == ["i": 1, "g": 1.0, "f": 1.5, "b": true, "t": "x", "n": nil])
  #expect(documents[1].value == ["i": 2, "g": nil, "f": 2.0, "b": false, "t": "3", "n": nil])
}

@Test(arguments: [
  ("a,b\n1\n", "2:1: this row has 1 columns, the first line has 2"), ("a,b\n1,2\n1,2,3\n", "3:1: this row has 3 columns"),
  ("a,b\n1,\"x\n", "2:1: the quoted field that begins here has no end"), ("a,b\n1,\"x\"y\n", "2:1: text follows the end of a quoted field"),
  ("a,a\n1,2\n", "1:1: the column \"a\" is named twice"), ("", "1:1: the file has no first line"),
])
func brokenTablesAreNamedByLine(_ text: String, _ problem: String) throws {
  let error = #expect(throws: DataError.self) { try rows(text) }
  #expect(error?.description.contains(":" + problem) == true, "found \(String(describing: error))")
}

@Test func elementsOfAnArrayHaveTheirLines() throws {
  let documents = try rows("[ {\"a\": \"]\\\"\"},\n\n {\"a\":\n [1, 2]}\n, {}]", name: "t.json")
  #expect(documents.map(\.location.line) == [1, 3, 5])
}

@Test func unknownFormatsAreRefused() throws {
  let error = #expect(throws: DataError.self) { try rows("PAR1", name: "t.parquet") }
  #expect(error?.description.contains("files of kind \"parquet\" can't be read; convert the data to JSON Lines") == true)
}

@Test func gzipIsUnpackedAndChecked() throws {
  let packed = try Files.read("\(Fixtures.tasks)/data/test.jsonl.gz")
  let plain = try Files.read("\(Fixtures.tasks)/data/test.jsonl")
  #expect(try Gzip.unpack(packed, file: "f") == plain)
  #expect(try Gzip.unpack(packed + packed, file: "f") == plain + plain)
  func problem(_ bytes: [UInt8], limit: Int = 1 << 20) -> GzipError.Problem? {
    (#expect(throws: GzipError.self) { try Gzip.unpack(bytes, file: "f", limit: limit) })?.problem
  }
  #expect(problem(packed, limit: plain.count - 1) == .tooLarge(limit: plain.count - 1))
  #expect(problem(Array(packed.dropLast(9))) == .truncated)
  #expect(problem(Array(packed.prefix(5))) == .truncated)
  var damaged = packed
  damaged[packed.count - 5] ^= 1
  #expect(problem(damaged) == .wrongChecksum)
  damaged = packed
  damaged[packed.count - 1] ^= 1
  #expect(problem(damaged) == .wrongLength)
  // A stored block by hand: header, last block, length 2 and its complement, "hi", CRC-32 of "hi" (0xD8932AAC), length.
  let stored: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 0, 0xFD, 0xFF, 0x68, 0x69, 0xAC, 0x2A, 0x93, 0xD8, 2, 0, 0, 0]
  #expect(try Gzip.unpack(stored, file: "f") == Array("hi".utf8))
  // A fixed block by hand: zlib.compress(b"aaaaaaaaaa") with 9 as level is 4B 4C 84 01 00 (deflate alone), its CRC-32 0x4C11CDF0.
  let fixed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4C, 0x84, 0x01, 0x00, 0xF0, 0xCD, 0x11, 0x4C, 10, 0, 0, 0]
  #expect(try Gzip.unpack(fixed, file: "f") == [UInt8](repeating: 0x61, count: 10))
}

/// Any byte changed anywhere is an error or leaves the bytes as they were (the header's time and system are not checked); nothing traps.
@Test func damagedGzipNeverTraps() throws {
  let packed = try Files.read("\(Fixtures.tasks)/data/test.jsonl.gz")
  let plain = try Files.read("\(Fixtures.tasks)/data/test.jsonl")
  for index in packed.indices {
    for flip in [1, 0x80, 0xFF] as [UInt8] {
      var damaged = packed
      damaged[index] ^= flip
      do {
        #expect(try Gzip.unpack(damaged, file: "f", limit: 1 << 20) == plain)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }
}

@Test func columnsAreMadeAlike() {
  func document(_ value: JSONValue) -> TaskDocument { TaskDocument(value: value, location: SourceLocation(file: "f", line: 1, column: 1)) }
  // As datasets 5.2.0 loads these rows: whole numbers beside others become floating-point, unlike objects and values stay.
  let rows: [JSONValue] = [
    ["n": 1, "l": [1, 2], "o": ["x": 1], "u": 1, "s": ["x": 1]], ["n": 2.5, "l": [0.5], "o": ["y": 2.5], "u": "x", "s": ["x": 0.5]], [:],
  ]
  var columns = DocumentColumns()
  columns.add(rows.map(document))
  #expect(
    columns.applied(to: rows.map(document)).map(\.value) == [
      ["n": 1.0, "l": [1.0, 2.0], "o": ["x": 1], "u": 1, "s": ["x": 1.0]],
      ["n": 2.5, "l": [0.5], "o": ["y": 2.5], "u": "x", "s": ["x": 0.5]],
      ["n": nil, "l": nil, "o": nil, "u": nil, "s": nil],
    ])
}

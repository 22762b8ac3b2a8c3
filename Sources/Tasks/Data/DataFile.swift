// A data file to documents: JSON Lines, JSON, CSV and TSV, each also packed with gzip.

internal import Digests
internal import Documents

/// How a data file is laid out, where its name does not say it.
struct DataLayout: Sendable, Equatable {
  enum Format: Sendable { case json, separated }

  /// nil: by the file's name.
  var format: Format?
  /// What stands between columns; nil: a tab in `.tsv` files, else a comma.
  var separator: UInt8?
  /// The member of a JSON document that holds the array of documents.
  var field: String?
}

enum DataFile {
  /// All documents of a file, in order.
  ///
  /// - Throws: `FileError`, `GzipError`, `JSONError`, ``DataError``.
  static func read(_ path: String, _ layout: DataLayout = DataLayout()) throws -> TaskDocuments {
    var bytes = try Files.read(path)
    if Gzip.isGzip(bytes) { bytes = try Gzip.unpack(bytes, file: path) }
    var result = TaskDocuments()
    result.digests = [digest(of: bytes)]
    var name = PathName(path).lowercased
    if name.hasSuffix(".gz") { name.removeLast(3) }
    switch (layout.format, PathName.suffix(of: name)) {
    case (.separated, _), (nil, "csv"), (nil, "tsv"):
      result.documents = try SeparatedValues.documents(
        in: bytes, file: path, separator: layout.separator ?? (name.hasSuffix(".tsv") ? 0x09 : UInt8(ascii: ",")))
    case (.json, let suffix) where suffix != "parquet" && suffix != "arrow",
      (nil, let suffix) where ["json", "jsonl", "ndjson", "txt", ""].contains(suffix):
      result.documents = try JSONDocuments.read(bytes, file: path, field: layout.field)
    case (_, let suffix): throw DataError(location: SourceLocation(file: path, line: 1, column: 1), problem: .unknownFormat(suffix))
    }
    return result
  }

  static func digest(of bytes: [UInt8]) -> String {
    var digest = SHA256Digest()
    unsafe digest.update(bytes.span.bytes)
    return digest.finalize()
  }
}

/// The end of a path, for telling formats apart.
struct PathName {
  let lowercased: String
  init(_ path: String) { lowercased = Files.name(of: path).lowercased() }

  static func suffix(of name: String) -> String {
    name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
  }
}

/// JSON data: a value a line, an array of documents, or an array in a member.
enum JSONDocuments {
  static func read(_ bytes: [UInt8], file: String, field: String?) throws -> [TaskDocument] {
    var documents: [TaskDocument] = []
    func append(_ value: JSONValue, line: Int) throws {
      let location = SourceLocation(file: file, line: line, column: 1)
      guard value.object != nil else { throw DataError(location: location, problem: .noObject(found: value.kindName)) }
      documents.append(TaskDocument(value: value, location: location))
    }
    if let field {
      guard let array = try JSONValue.parse(bytes, file: file)[field]?.array else {
        throw DataError(location: SourceLocation(file: file, line: 1, column: 1), problem: .noArray(field: field))
      }
      for value in array { try append(value, line: 1) }
    } else if let start = firstByte(bytes), bytes[start] == UInt8(ascii: "[") {
      // The whole is checked first, for its errors' places; then each element by its own line.
      guard let array = try JSONValue.parse(bytes, file: file).array else { return [] }
      for (value, line) in zip(array, elementLines(bytes, from: start)) { try append(value, line: line) }
    } else {
      try JSONLines.forEach(in: bytes, file: file) { try append($0, line: $1) }
    }
    return documents
  }

  private static func firstByte(_ bytes: [UInt8]) -> Int? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return bytes[start...].firstIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
  }

  /// The line on which each element of a valid array begins.
  private static func elementLines(_ bytes: [UInt8], from start: Int) -> [Int] {
    var lines: [Int] = []
    var line = bytes[..<start].count { $0 == 0x0A } + 1
    var depth = 0
    var isInString = false
    var isBeforeElement = false
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x0A { line += 1 }
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isInString = false }
      } else {
        let isSpace = byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        if isBeforeElement, !isSpace, byte != UInt8(ascii: "]") {
          lines.append(line)
          isBeforeElement = false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "["), UInt8(ascii: "{"):
          depth += 1
          if depth == 1 { isBeforeElement = true }
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: ",") where depth == 1: isBeforeElement = true
        default: break
        }
      }
      index += 1
    }
    return lines
  }
}

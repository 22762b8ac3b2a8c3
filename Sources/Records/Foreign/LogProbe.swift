// A look at a file or folder that is long enough to tell what kind of log it is.

internal import Documents

/// What detection looks at: contents, never names alone.
struct LogProbe {
  enum Kind {
    case json(JSONOutline)
    /// The names of a zip archive's entries.
    case zip(Set<String>)
    /// The outlines of the JSON files in a folder, by name.
    case folder([String: JSONOutline])
    case other
  }

  let kind: Kind

  init(_ path: String) throws {
    if Files.isDirectory(path) {
      var outlines: [String: JSONOutline] = [:]
      // A folder of logs holds few kinds of files; the first hundred tell.
      for name in try Files.list(path).filter({ $0.hasSuffix(".jsonl") || $0.hasSuffix(".json") }).prefix(100) {
        let file = Files.path(name, relativeTo: path)
        if !Files.isDirectory(file) { outlines[name] = try JSONOutline.of(file) }
      }
      kind = .folder(outlines)
    } else if try Self.isZip(path) {
      kind = .zip(Set(try ZipArchive(path: path).entries.map(\.name)))
    } else {
      kind = try JSONOutline.of(path).map(Kind.json) ?? .other
    }
  }

  init(_ outline: JSONOutline) { kind = .json(outline) }

  private static func isZip(_ path: String) throws(FileError) -> Bool {
    let file = try RandomAccessFile(path: path)
    if file.count < 4 { return false }
    return try file.read(0..<4) == [0x50, 0x4B, 0x03, 0x04]
  }

  /// Whether the first JSON value is an object with all of these keys.
  func has(_ keys: String...) -> Bool {
    guard case .json(let outline) = kind else { return false }
    return outline.has(keys)
  }

  var outline: JSONOutline? { if case .json(let outline) = kind { outline } else { nil } }
}

extension JSONOutline {
  func has(_ keys: [String]) -> Bool { keys.allSatisfy(self.keys.contains) }
}

// A JSON document larger than memory: the elements of one array in it, one by one, and what stands around them.

/// Reads documents whose bulk is one array: memory holds a chunk of the file, one element, and the rest of the document.
public enum JSONElements {
  /// The most bytes of one element, or of all that stands around the elements.
  public static let limit = Files.lineLimit

  /// Calls `body` with the bytes of each element of the array at `keys`, its line and its place, from 0.
  ///
  /// - Parameter keys: the keys from the document to the array; none where the document itself is the array.
  /// - Throws: ``FileError``, ``JSONError`` with line and column, and what `body` throws. A document that is cut off is an error.
  public static func forEach(
    in path: String, at keys: [String], limit: Int = limit, _ body: (Span<UInt8>, _ line: Int, _ place: Int) throws -> Void
  ) throws {
    var walk = Walk(file: path, keys: keys, limit: limit, keepsElements: true)
    try Files.forEachChunk(path) { bytes in
      try walk.take(bytes, body)
      return true
    }
    _ = try walk.finish()
  }

  /// The document without the elements of the array at `keys`.
  ///
  /// - Throws: as ``forEach(in:at:limit:_:)``; the elements themselves are not looked into.
  public static func surroundings(in path: String, at keys: [String], limit: Int = limit) throws -> JSONValue {
    var walk = Walk(file: path, keys: keys, limit: limit, keepsElements: false)
    try Files.forEachChunk(path) { bytes in
      try walk.take(bytes) { _, _, _ in }
      return true
    }
    return try walk.finish()
  }
}

/// What the upper levels of a JSON text hold: enough to tell formats apart.
public struct JSONOutline: Sendable, Equatable {
  /// The keys of the first value with their paths, two levels deep, joined by dots; `[0]` stands for the first element of an array.
  public var keys: Set<String> = []
  /// Short strings and numbers among them, as JSON text.
  public var values: [String: String] = [:]
  public var isArray = false

  /// The outline of the first JSON value in a file: of a JSON Lines file, that of its first line. nil where the text is no JSON.
  ///
  /// - Throws: ``FileError``.
  public static func of(_ path: String) throws(FileError) -> JSONOutline? {
    var structure = JSONStructure(levels: 2)
    var outline = JSONOutline()
    var isFirst = true
    // The bytes of the value that is open, as far as it may be told.
    var open: (name: String, bytes: [UInt8])?
    let room = 128
    do {
      try Files.forEachChunk(path) { bytes in
        if isFirst, let byte = firstByte(bytes) {
          guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else { throw NoJSON() }
          outline.isArray = byte == UInt8(ascii: "[")
          isFirst = false
        }
        var start = 0
        _ = try structure.feed(bytes) { event, index, structure in
          guard let name = Self.name(structure.path) else { return true }
          switch event {
          case .start:
            if outline.keys.count < 4096 { outline.keys.insert(name) }
            open = (name, [])
            start = index
          case .end:
            if var value = open, value.name == name, value.bytes.count + index - start <= room {
              for place in start..<index { value.bytes.append(bytes[place]) }
              if let first = value.bytes.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "["), outline.values.count < 4096 {
                outline.values[name] = String(decoding: value.bytes, as: UTF8.self)
              }
            }
            open = nil
          }
          // The first element is enough of an array.
          return !(outline.isArray && event == .end && structure.path.count == 1)
        }
        if var value = open {
          if value.bytes.count + bytes.count - start <= room {
            for place in start..<bytes.count { value.bytes.append(bytes[place]) }
            open = value
          } else {
            open = nil
          }
        }
        return !structure.isComplete && !(outline.isArray && outline.keys.contains("[0]") && structure.path.isEmpty)
      }
    } catch let error as FileError {
      throw error
    } catch {
      // What is no JSON, or stops being it, has the outline that came before: whoever reads it says what is wrong.
      return error is NoJSON || outline.keys.isEmpty ? nil : outline
    }
    return isFirst ? nil : outline
  }

  private struct NoJSON: Error {}

  private static func firstByte(_ bytes: borrowing Span<UInt8>) -> UInt8? {
    var index = 0
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
    while index < bytes.count {
      if ![0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { return bytes[index] }
      index += 1
    }
    return nil
  }

  private static func name(_ path: [JSONStructure.Step]) -> String? {
    if path.isEmpty { return nil }
    var parts: [String] = []
    for step in path {
      switch step {
      case .key(let key): parts.append(key)
      case .element(0): parts.append("[0]")
      case .element: return nil
      }
    }
    return parts.joined(separator: ".")
  }
}

/// A document as far as it was walked.
private struct Walk {
  let file: String
  let target: [JSONStructure.Step]
  let limit: Int
  let keepsElements: Bool
  var structure: JSONStructure
  /// All that is not inside of the elements.
  var rest: [UInt8] = []
  var element: [UInt8] = []
  var elementLine = 0
  var isInElement = false
  var count = 0

  init(file: String, keys: [String], limit: Int, keepsElements: Bool) {
    self.file = file
    target = keys.map(JSONStructure.Step.key)
    self.limit = limit
    self.keepsElements = keepsElements
    structure = JSONStructure(levels: keys.count + 1)
  }

  mutating func take(_ bytes: borrowing Span<UInt8>, _ body: (Span<UInt8>, Int, Int) throws -> Void) throws {
    var position = 0
    while position < bytes.count {
      let start = position
      var event: JSONStructure.Event?
      var stop = start
      do {
        let target = target
        position = try structure.feed(bytes, from: start) { told, index, structure in
          guard structure.path.count == target.count + 1, case .element = structure.path[target.count], structure.path.starts(with: target)
          else { return true }
          event = told
          stop = index
          return false
        }
      } catch let fault as JSONStructure.Fault {
        throw error(fault)
      }
      switch event {
      case nil:
        // Between two elements stand commas and space only.
        if isInElement {
          try keepElement(bytes, start, position)
        } else if count == 0 || structure.path != target || structure.isComplete {
          try keepRest(bytes, start, position)
        }
      case .start:
        if count == 0 { try keepRest(bytes, start, stop) }
        isInElement = true
        elementLine = structure.line
        element.removeAll(keepingCapacity: true)
        // The walk is one byte into the element.
        try keepElement(bytes, stop, position)
      case .end:
        try keepElement(bytes, start, stop)
        isInElement = false
        count += 1
        try body(element.span, elementLine, count - 1)
      }
    }
  }

  private mutating func keepElement(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) throws {
    if !keepsElements { return }
    if element.count + end - start > limit { throw FileError(path: file, problem: .tooLarge(bytes: element.count + end - start, limit: limit)) }
    for index in start..<end { element.append(bytes[index]) }
  }

  private mutating func keepRest(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) throws {
    if rest.count + end - start > limit { throw FileError(path: file, problem: .tooLarge(bytes: rest.count + end - start, limit: limit)) }
    for index in start..<end { rest.append(bytes[index]) }
  }

  func error(_ fault: JSONStructure.Fault) -> JSONError {
    let location = SourceLocation(file: file, line: structure.line, column: 1)
    return switch fault {
    case .unexpected(let byte):
      JSONError(
        location: location,
        problem: .unexpected(
          found: byte >= 0x20 && byte < 0x7F ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x\(String(byte, radix: 16))",
          expected: "JSON that goes on"))
    case .tooDeep: JSONError(location: location, problem: .tooDeep(limit: JSONStructure.depthLimit))
    case .keyTooLong:
      JSONError(
        location: location, problem: .unexpected(found: "a key of over \(JSONStructure.keyLimit) bytes", expected: "a shorter one"))
    }
  }

  func finish() throws -> JSONValue {
    guard structure.isComplete || structure.isInScalar else {
      let location = SourceLocation(file: file, line: structure.line, column: 1)
      throw JSONError(
        location: location, problem: .unexpected(found: "the end of the text", expected: "the rest of the document: the file was cut off"))
    }
    return try JSONValue.parse(rest, file: file)
  }
}

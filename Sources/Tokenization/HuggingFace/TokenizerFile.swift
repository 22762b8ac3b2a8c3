// `tokenizer.json` taken apart: vocabulary and merges as flat byte strings, everything else as JSON values.

internal import Documents
internal import OrderedCollections

/// The contents of a `tokenizer.json`.
struct TokenizerFile {
  let file: String
  /// All members but the model's vocabulary and merges.
  private(set) var root: ComponentConfig
  private(set) var tokens = ByteStrings()
  private(set) var ids: [Int] = []
  /// Two strings a merge, in order of rank; nil where the file has no merges.
  private(set) var merges: ByteStrings?
  /// Whether the vocabulary is an object from tokens to IDs, as all models but Unigram have it.
  private(set) var hasTokenIDs = false

  init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
    self.file = file
    root = ComponentConfig(value: .null, file: file, place: "")
    // The validator's own error has no more to say.
    guard (try? UTF8Span(validating: bytes.span)) != nil else { throw TokenizerError(file: file, place: "", problem: .notUTF8) }
    var members: OrderedDictionary<String, JSONValue> = [:]
    var scanner = JSONScanner(bytes, file: file)
    try scanner.object { (scanner, key) throws(TokenizerError) in
      let name = String(decoding: key, as: UTF8.self)
      let value = name == "model" && scanner.peek() == UInt8(ascii: "{") ? try model(&scanner) : try Self.value(&scanner)
      if members.updateValue(value, forKey: name) != nil {
        throw TokenizerError(file: file, place: name, problem: .contradiction("the member appears twice; remove one of them"))
      }
    }
    if scanner.peek() != nil { throw scanner.malformed("the end of the file") }
    root = ComponentConfig(value: .object(members), file: file, place: "")
  }

  private static func value(_ scanner: inout JSONScanner) throws(TokenizerError) -> JSONValue {
    let range = try scanner.value()
    do {
      return try JSONValue.parse(scanner.bytes.span.extracting(range), file: scanner.file)
    } catch {
      // The value's first line begins somewhere in a line of the file.
      let start = scanner.location(of: range.lowerBound)
      var shifted = error
      if error.location.line == 1 { shifted.location.column += start.column - 1 }
      shifted.location.line += start.line - 1
      throw TokenizerError(file: scanner.file, place: "", problem: .invalidJSON(shifted))
    }
  }

  private mutating func model(_ scanner: inout JSONScanner) throws(TokenizerError) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [:]
    try scanner.object { (scanner, key) throws(TokenizerError) in
      let name = String(decoding: key, as: UTF8.self)
      switch name {
      case "vocab" where scanner.peek() == UInt8(ascii: "{"): try vocabulary(&scanner)
      case "vocab": _ = try scanner.value()
      case "merges": try readMerges(&scanner)
      default:
        if members.updateValue(try Self.value(&scanner), forKey: name) != nil {
          throw TokenizerError(file: file, place: "model.\(name)", problem: .contradiction("the member appears twice; remove one of them"))
        }
      }
    }
    return .object(members)
  }

  private mutating func vocabulary(_ scanner: inout JSONScanner) throws(TokenizerError) {
    if hasTokenIDs { throw TokenizerError(file: file, place: "model.vocab", problem: .contradiction("the member appears twice")) }
    hasTokenIDs = true
    let room = scanner.bytes.count - scanner.position
    tokens.reserveCapacity(strings: room / 32, bytes: room / 3)
    ids.reserveCapacity(room / 32)
    try scanner.object { (scanner, key) throws(TokenizerError) in
      tokens.append(key)
      ids.append(try scanner.integer())
      if ids.count > Vocabulary.highestID {
        throw TokenizerError(
          file: file, place: "model.vocab", problem: .tooMany(what: "tokens", count: ids.count, limit: Vocabulary.highestID))
      }
    }
  }

  private mutating func readMerges(_ scanner: inout JSONScanner) throws(TokenizerError) {
    if merges != nil { throw TokenizerError(file: file, place: "model.merges", problem: .contradiction("the member appears twice")) }
    var merges = ByteStrings()
    let room = scanner.bytes.count - scanner.position
    merges.reserveCapacity(strings: room / 8, bytes: room)
    var number = 0
    var text: [UInt8] = []
    let file = file
    guard scanner.peek() == UInt8(ascii: "[") else {
      throw TokenizerError(file: file, place: "model.merges", problem: .wrongKind(found: "something else", expected: "an array"))
    }
    try scanner.array { scanner throws(TokenizerError) in
      number += 1
      text.removeAll(keepingCapacity: true)
      if scanner.peek() == UInt8(ascii: "[") {
        var parts = 0
        try scanner.array { scanner throws(TokenizerError) in
          text.removeAll(keepingCapacity: true)
          try scanner.string(into: &text)
          merges.append(text)
          parts += 1
        }
        if parts != 2 {
          throw TokenizerError(file: file, place: "model.merges[\(number - 1)]", problem: .badMerge(found: "a list of \(parts)"))
        }
      } else {
        try scanner.string(into: &text)
        if text.starts(with: Array("#version".utf8)) { return }
        guard let space = text.firstIndex(of: 0x20), text.lastIndex(of: 0x20) == space else {
          throw TokenizerError(
            file: file, place: "model.merges[\(number - 1)]", problem: .badMerge(found: quoted(String(decoding: text, as: UTF8.self))))
        }
        merges.append(text[..<space])
        merges.append(text[(space + 1)...])
      }
    }
    self.merges = merges
  }
}

// `tokenizer.json` taken apart: vocabulary and merges as flat byte strings, everything else as JSON values.
// What other formats say about a tokenizer is brought into the same form, so that there is one way from here on.

internal import Documents
internal import OrderedCollections

/// The contents of a `tokenizer.json`.
struct TokenizerFile {
  let file: String
  /// All members but the model's vocabulary and merges.
  private(set) var root: ComponentConfig
  private(set) var tokens = ByteStrings()
  private(set) var ids: [Int] = []
  /// One for each token, where the vocabulary is a list of pairs.
  private(set) var scores: [Double]?
  /// Two strings a merge, in order of rank; nil where the file has no merges.
  private(set) var merges: ByteStrings?
  /// Where the errors of the vocabulary and of the merges point to.
  var vocabularyPlace = "model.vocab"
  var mergesFile: String
  var mergesPlace = "model.merges"
  /// Whether the vocabulary is an object from tokens to IDs, as all models but Unigram have it.
  private(set) var hasTokenIDs = false

  /// What a file in another format says; a vocabulary with `scores` is a list, its IDs the places.
  init(
    file: String, members: OrderedDictionary<String, JSONValue>, tokens: ByteStrings, ids: [Int], scores: [Double]? = nil,
    merges: ByteStrings? = nil
  ) {
    self.file = file
    root = ComponentConfig(value: .object(members), file: file, place: "")
    self.tokens = tokens
    self.ids = ids
    self.scores = scores
    self.merges = merges
    mergesFile = file
    hasTokenIDs = scores == nil
  }

  init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
    self.file = file
    mergesFile = file
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
      case "vocab" where scanner.peek() == UInt8(ascii: "["): try scoredVocabulary(&scanner)
      case "vocab": throw scanner.malformed("'{' or '['")
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
    if hasTokenIDs || scores != nil {
      throw TokenizerError(file: file, place: "model.vocab", problem: .contradiction("the member appears twice"))
    }
    hasTokenIDs = true
    (tokens, ids) = try Self.tokenIDs(&scanner, place: vocabularyPlace)
  }

  /// An object from tokens to IDs.
  static func tokenIDs(_ scanner: inout JSONScanner, place: String) throws(TokenizerError) -> (tokens: ByteStrings, ids: [Int]) {
    var tokens = ByteStrings()
    var ids: [Int] = []
    let room = scanner.bytes.count - scanner.position
    tokens.reserveCapacity(strings: room / 32, bytes: room / 3)
    ids.reserveCapacity(room / 32)
    try scanner.object { (scanner, key) throws(TokenizerError) in
      tokens.append(key)
      ids.append(try scanner.integer())
      if ids.count > Vocabulary.highestID {
        throw TokenizerError(
          file: scanner.file, place: place, problem: .tooMany(what: "tokens", count: ids.count, limit: Vocabulary.highestID))
      }
    }
    return (tokens, ids)
  }

  /// A list of pairs, `["token", score]`; a token's place is its ID.
  private mutating func scoredVocabulary(_ scanner: inout JSONScanner) throws(TokenizerError) {
    if hasTokenIDs || scores != nil { throw TokenizerError(file: file, place: "model.vocab", problem: .contradiction("the member appears twice")) }
    var scores: [Double] = []
    let room = scanner.bytes.count - scanner.position
    tokens.reserveCapacity(strings: room / 32, bytes: room / 3)
    var text: [UInt8] = []
    let file = file
    try scanner.array { scanner throws(TokenizerError) in
      try scanner.expect(UInt8(ascii: "["))
      text.removeAll(keepingCapacity: true)
      try scanner.string(into: &text)
      try scanner.expect(UInt8(ascii: ","))
      let score = try scanner.number()
      try scanner.expect(UInt8(ascii: "]"))
      tokens.append(text)
      ids.append(scores.count)
      scores.append(score)
      if ids.count > Vocabulary.highestID {
        throw TokenizerError(
          file: file, place: "model.vocab", problem: .tooMany(what: "tokens", count: ids.count, limit: Vocabulary.highestID))
      }
    }
    self.scores = scores
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

extension TokenizerFile {
  /// Replaces the stages and the model's options by those of a tokenizer class; the post-processor stays.
  mutating func replaceStages(_ stages: OrderedDictionary<String, JSONValue>) {
    var members = root.value.object ?? [:]
    for name in ["normalizer", "pre_tokenizer", "decoder", "model"] { members[name] = stages[name] }
    root = ComponentConfig(value: .object(members), file: file, place: "")
  }
}

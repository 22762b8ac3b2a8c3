// One component's settings in a tokenizer file: typed members, each with its place for error sentences.

internal import Documents

/// A JSON object that describes a component, and where it stands.
struct ComponentConfig {
  /// Sequences may stand in sequences, but not without end.
  static let depthLimit = 64

  let value: JSONValue
  let file: String
  let place: String
  /// How many members and elements lie between the file's top and here.
  var depth = 0

  func error(_ problem: TokenizerError.Problem, at member: String? = nil) -> TokenizerError {
    TokenizerError(file: file, place: member.map(path) ?? place, problem: problem)
  }

  private func path(_ member: String) -> String { place.isEmpty ? member : "\(place).\(member)" }

  /// A member that is there and not null.
  func member(_ name: String) -> ComponentConfig? {
    guard let member = value[name], !member.isNull else { return nil }
    return ComponentConfig(value: member, file: file, place: path(name), depth: depth + 1)
  }

  func required(_ name: String) throws(TokenizerError) -> ComponentConfig {
    guard let member = member(name) else { throw error(.missing(expected: "the member \"\(name)\"")) }
    return member
  }

  /// The component's `type`.
  func type() throws(TokenizerError) -> String {
    guard value.object != nil else { throw error(.wrongKind(found: value.kindName, expected: "an object with a \"type\"")) }
    guard depth <= Self.depthLimit else {
      throw error(.contradiction("components are nested too deep; at most \(Self.depthLimit / 2) levels are read"))
    }
    return try required("type").string()
  }

  func string() throws(TokenizerError) -> String {
    guard let string = value.string else { throw error(.wrongKind(found: value.kindName, expected: "a string")) }
    return string
  }

  func bool() throws(TokenizerError) -> Bool {
    guard let bool = value.bool else { throw error(.wrongKind(found: value.kindName, expected: "true or false")) }
    return bool
  }

  func integer() throws(TokenizerError) -> Int {
    guard let integer = value.integer else { throw error(.wrongKind(found: value.kindName, expected: "an integer")) }
    return integer
  }

  func elements() throws(TokenizerError) -> [ComponentConfig] {
    guard let array = value.array else { throw error(.wrongKind(found: value.kindName, expected: "an array")) }
    return array.enumerated().map { ComponentConfig(value: $1, file: file, place: "\(place)[\($0)]", depth: depth + 1) }
  }

  func string(_ name: String) throws(TokenizerError) -> String { try required(name).string() }
  func bool(_ name: String) throws(TokenizerError) -> Bool { try required(name).bool() }
  func bool(_ name: String, default value: Bool) throws(TokenizerError) -> Bool { try member(name)?.bool() ?? value }

  /// A member that is one Unicode scalar.
  func scalar(_ name: String) throws(TokenizerError) -> UInt32 {
    let config = try required(name)
    let scalars = try config.string().unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else {
      throw config.error(.wrongKind(found: "\(scalars.count) characters", expected: "one character"))
    }
    return first.value
  }

  /// A token ID.
  func tokenID() throws(TokenizerError) -> Int32 {
    let id = try integer()
    guard id >= 0, id <= Vocabulary.highestID else { throw error(.idOutOfRange(id: id, limit: Vocabulary.highestID)) }
    return Int32(id)
  }

  /// `{"String": text}` or `{"Regex": pattern}`.
  func pattern(_ name: String) throws(TokenizerError) -> TextPattern {
    let config = try required(name)
    if let literal = config.member("String") { return .literal(Array(try literal.string().utf8)) }
    guard let regex = config.member("Regex") else { throw config.error(.missing(expected: "the member \"String\" or \"Regex\"")) }
    let source = try regex.string()
    do {
      return .regex(try SplitPattern(source))
    } catch {
      throw regex.error(.badPattern(pattern: source, position: error.place, reason: "\(error.reason)"))
    }
  }
}

// One mapping of a policy file: typed values by key, and every fault noted with its place instead of thrown.

internal import Documents

/// Collects the faults of a file while the reading goes on.
final class ProblemList {
  private(set) var all: [PolicyProblem] = []

  func add(_ fault: PolicyProblem.Fault, at location: SourceLocation) { all.append(PolicyProblem(location: location, fault: fault)) }

  /// All faults: the files in the order given, each from its top.
  func inOrder(of files: [String]) -> [PolicyProblem] {
    func rank(_ place: SourceLocation) -> (Int, Int, Int) { (files.firstIndex(of: place.file) ?? files.count, place.line, place.column) }
    return all.sorted { rank($0.location) < rank($1.location) }
  }
}

/// Reads the values of one mapping. A value that is wrong or missing is noted and read as nil.
struct MappingReader {
  let location: SourceLocation
  /// What the mapping is, for sentences: `the policy`, `the budget "flips"`.
  var context: String
  let problems: ProblemList
  private let node: YAMLNode

  /// Notes unknown keys at once; nil, with a note, where the node is no mapping.
  init?(_ node: YAMLNode, _ context: String, keys: [String], refused: [String: String] = [:], problems: ProblemList) {
    location = node.location
    self.context = context
    self.problems = problems
    self.node = node
    guard let pairs = node.mapping else {
      problems.add(
        .wrongKind(key: context, found: node.kindName, expected: "a mapping with the keys \(keys.joined(separator: ", "))"),
        at: node.location)
      return nil
    }
    for (key, value) in pairs {
      guard let name = key.text else {
        problems.add(
          .wrongKind(key: context, found: "a mapping with \(key.kindName) as a key", expected: "keys that are words"), at: key.location)
        continue
      }
      if let tag = value.tag ?? key.tag { problems.add(.unsupported(tag, instead: "write the value without a tag"), at: value.location) }
      if keys.contains(name) || name.hasPrefix("x-") { continue }
      if let instead = refused[name] {
        problems.add(.unsupported(name, instead: instead), at: key.location)
      } else {
        problems.add(.unknownKey(name, context: context, nearest: nearestName(to: name, among: keys)), at: key.location)
      }
    }
  }

  func has(_ key: String) -> Bool { node[key] != nil }
  func place(of key: String) -> SourceLocation { node[key]?.location ?? location }
  func note(_ fault: PolicyProblem.Fault, at key: String? = nil) { problems.add(fault, at: key.map(place) ?? location) }

  /// The node of a key that must be there.
  func required(_ key: String) -> YAMLNode? {
    if let value = node[key] { return value }
    problems.add(.missingKey(key, context: context), at: location)
    return nil
  }

  func optional(_ key: String) -> YAMLNode? { node[key] }

  // MARK: Texts and words

  /// A text that is not empty and holds no control characters.
  func text(_ key: String, isRequired: Bool = false) -> String? {
    (isRequired ? required(key) : optional(key)).flatMap { text($0, key) }
  }

  func text(_ node: YAMLNode, _ key: String) -> String? {
    let found: String
    switch (node.content, node.json) {
    case (.scalar, .string(let text)):
      if !text.isEmpty, text.utf8.count <= 1_000, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        return text
      }
      found = text.isEmpty ? "an empty string" : "a string of \(text.utf8.count) bytes"
      note(.outOfRange(key: key, found: found, expected: "1 to 1000 bytes without control characters"), at: node)
      return nil
    case (.scalar(let text, _), .integer), (.scalar(let text, _), .number):
      return text  // `version: 3`, `ticket: 482`: what was written
    default: found = node.kindName
    }
    note(.wrongKind(key: key, found: found, expected: "a string"), at: node)
    return nil
  }

  /// A text that may span lines, such as a description.
  func prose(_ key: String) -> String? {
    guard let node = optional(key) else { return nil }
    if case .scalar(let text, _) = node.content, !node.json.isNull { return text }
    note(.wrongKind(key: key, found: node.kindName, expected: "a string"), at: node)
    return nil
  }

  func texts(_ key: String, isRequired: Bool = false) -> [String]? {
    guard let node = isRequired ? required(key) : optional(key) else { return nil }
    guard let elements = node.sequence else {
      note(.wrongKind(key: key, found: node.kindName, expected: "a list of strings"), at: node)
      return nil
    }
    return elements.compactMap { text($0, key) }
  }

  /// A list of words; those that are none are noted and left out.
  func words<Word: RawRepresentable<String> & CaseIterable>(_ key: String) -> [Word]? {
    texts(key)?.compactMap { text in
      if let word = Word(rawValue: text) { return word }
      note(.unknownWord(key: key, found: text, known: Word.allCases.map(\.rawValue)), at: key)
      return nil
    }
  }

  func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) -> Word? {
    guard let node = optional(key) else { return nil }
    guard let text = node.text else {
      note(
        .wrongKind(key: key, found: node.kindName, expected: "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))"), at: node)
      return nil
    }
    if let word = Word(rawValue: text) { return word }
    note(.unknownWord(key: key, found: text, known: Word.allCases.map(\.rawValue)), at: node)
    return nil
  }

  // MARK: Numbers

  func integer(_ key: String, atLeast minimum: Int) -> Int? {
    guard let node = optional(key) else { return nil }
    guard let value = node.json.integer else {
      note(.wrongKind(key: key, found: found(node), expected: "a whole number, at least \(minimum)"), at: node)
      return nil
    }
    if value >= minimum { return value }
    note(.outOfRange(key: key, found: "\(value)", expected: "a whole number, at least \(minimum)"), at: node)
    return nil
  }

  /// A number from 0 to 1, or a percentage such as `5%`.
  func ratio(_ key: String) -> Double? {
    guard let node = optional(key) else { return nil }
    guard let value = number(node) else {
      note(.wrongKind(key: key, found: found(node), expected: "a number from 0 to 1, or a percentage such as \"5%\""), at: node)
      return nil
    }
    if (0...1).contains(value) { return value }
    note(.notARatio(key: key, found: node.text ?? "\(value)"), at: node)
    return nil
  }

  /// A finite number in a metric's unit; a percentage is accepted as hundredths.
  func score(_ key: String, atLeast minimum: Double = -.infinity) -> Double? {
    guard let node = optional(key) else { return nil }
    let expected = minimum == 0 ? "a number in the metric's unit, at least 0" : "a number in the metric's unit"
    guard let value = number(node) else {
      note(.wrongKind(key: key, found: found(node), expected: expected), at: node)
      return nil
    }
    if value >= minimum { return value }
    note(.outOfRange(key: key, found: node.text ?? "\(value)", expected: expected), at: node)
    return nil
  }

  /// A finite number between two bounds, both excluded.
  func number(_ key: String, between low: Double, and high: Double) -> Double? {
    guard let node = optional(key) else { return nil }
    let expected = "a number above \(low) and below \(high)"
    guard let value = number(node) else {
      note(.wrongKind(key: key, found: found(node), expected: expected), at: node)
      return nil
    }
    if value > low, value < high { return value }
    note(.outOfRange(key: key, found: node.text ?? "\(value)", expected: expected), at: node)
    return nil
  }

  func bool(_ key: String) -> Bool? {
    guard let node = optional(key) else { return nil }
    if let value = node.json.bool { return value }
    note(.wrongKind(key: key, found: found(node), expected: "true or false"), at: node)
    return nil
  }

  private func number(_ node: YAMLNode) -> Double? {
    if let value = node.json.double { return value.isFinite ? value : nil }
    guard case .string = node.json, let text = node.text else { return nil }
    if text.hasSuffix("%") { return decimal(text.dropLast()).map { $0 / 100 } }
    // YAML 1.1 reads 1e-3 as a string; unquoted, a number was meant.
    if case .scalar(_, isPlain: true) = node.content { return decimal(text[...]) }
    return nil
  }

  private func decimal(_ text: Substring) -> Double? {
    let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }
    return isDecimal ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
  }

  /// What was written, for sentences: the text of a scalar in quotes, the kind of anything else.
  private func found(_ node: YAMLNode) -> String {
    if case .string(let text) = node.json { quoted(text) } else { node.json.double.map { _ in node.text ?? "" } ?? node.kindName }
  }

  private func note(_ fault: PolicyProblem.Fault, at node: YAMLNode) { problems.add(fault, at: node.location) }
}

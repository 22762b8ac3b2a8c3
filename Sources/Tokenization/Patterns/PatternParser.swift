// The text of a split pattern to its tree: the part of Oniguruma's syntax that tokenizers use. What is not known is refused, never guessed.

/// Reads a pattern. Sets are shared: equal classes written twice are two entries, which costs nothing that matters.
struct PatternParser {
  static let depthLimit = 64
  static let repeatLimit = 1000

  let text: [Unicode.Scalar]
  var position = 0
  var depth = 0
  var sets: [ScalarSet] = []
  var flags = Flags()
  var ignoringCaseLetters = ""

  /// What `(?i)` and `(?m)` switch on: letters match in either case, and the dot matches line feeds too.
  struct Flags {
    var ignoresCase = false
    var dotMatchesNewline = false
  }

  init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

  func fault(_ reason: PatternFault.Reason) -> PatternFault { PatternFault(place: min(position, text.count) + 1, reason: reason) }

  var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  mutating func take(_ word: String) -> Bool {
    let scalars = Array(word.unicodeScalars)
    guard position + scalars.count <= text.count, Array(text[position..<position + scalars.count]) == scalars else { return false }
    position += scalars.count
    return true
  }

  mutating func addSet(_ items: [ScalarSet.Item], negated: Bool = false) -> PatternNode {
    sets.append(ScalarSet(items, negated: negated))
    return .set(sets.count - 1)
  }

  /// The whole pattern.
  mutating func pattern() throws(PatternFault) -> PatternNode {
    let node = try alternation()
    guard position == text.count else { throw fault(.unexpected("')'")) }
    return node
  }

  private mutating func alternation() throws(PatternFault) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw fault(.tooDeep(limit: Self.depthLimit)) }
    let outer = flags
    defer { flags = outer }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func sequence() throws(PatternFault) -> PatternNode {
    var nodes: [PatternNode] = []
    ignoringCaseLetters = ""
    while let scalar = current, scalar != "|", scalar != ")" {
      if nodes.isEmpty, let flags = try inlineFlags() {
        self.flags = flags
        continue
      }
      nodes.append(try repetition())
    }
    return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// `(?i)` at the start of a group; elsewhere it is refused, because where its scope ends differs between engines.
  private mutating func inlineFlags() throws(PatternFault) -> Flags? {
    let start = position
    guard take("(?"), let flags = flagLetters(), take(")") else {
      position = start
      return nil
    }
    return flags
  }

  /// The letters of `(?i)`, `(?im-...)`, or nil where there are none.
  private mutating func flagLetters() -> Flags? {
    var result = flags
    var isOn = true
    var count = 0
    while let letter = current {
      switch letter {
      case "i": result.ignoresCase = isOn
      case "m": result.dotMatchesNewline = isOn
      case "-" where isOn: isOn = false
      default: return count > 0 ? result : nil
      }
      count += 1
      position += 1
    }
    return nil
  }

  private mutating func repetition() throws(PatternFault) -> PatternNode {
    let start = position
    var node = try atom()
    while let (minimum, maximum, isInterval) = try quantifier() {
      var greed = PatternNode.Greed.greedy
      if take("?") {
        if isInterval && maximum == minimum { throw fault(.unsupported("'{n}?'")) }
        greed = .lazy
      } else if !isInterval && take("+") {
        greed = .possessive
      }
      switch node {
      case .look, .anchor:
        position = start
        throw fault(.unsupported("a repetition of a place without width"))
      default: break
      }
      if node.canBeEmpty && maximum != 1 && maximum != 0 {
        position = start
        throw fault(.unsupported("a repetition of something that can be empty"))
      }
      node = .repetition(node, minimum: minimum, maximum: maximum, greed)
    }
    return node
  }

  private mutating func quantifier() throws(PatternFault) -> (minimum: Int, maximum: Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    let start = position
    guard take("{") else { return nil }
    let minimum = try number()
    var maximum = minimum
    let hasComma = take(",")
    if hasComma { maximum = try number() }
    guard take("}"), minimum != nil || maximum != nil else {
      position = start
      return nil
    }
    if let maximum, maximum < minimum ?? 0 {
      position = start
      throw fault(.badRange)
    }
    return (minimum ?? 0, maximum, true)
  }

  private mutating func number() throws(PatternFault) -> Int? {
    var value: Int?
    while let scalar = current, scalar.value >= 0x30, scalar.value <= 0x39 {
      value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
      if let value, value > Self.repeatLimit { throw fault(.tooLarge(limit: Self.repeatLimit)) }
      position += 1
    }
    return value
  }

  private mutating func atom() throws(PatternFault) -> PatternNode {
    guard let scalar = current else { throw fault(.unexpectedEnd(expected: "something to match")) }
    switch scalar {
    case "*", "+", "?": throw fault(.unexpected("'\(scalar)' with nothing before it"))
    case "(": return try group()
    case "[":
      position += 1
      let (items, negated) = try characterClass()
      return addSet(items, negated: negated)
    case ".":
      position += 1
      return flags.dotMatchesNewline ? addSet([], negated: true) : addSet([.range(0x0A...0x0A)], negated: true)
    case "^":
      position += 1
      return .anchor(.lineStart)
    case "$":
      position += 1
      return .anchor(.lineEnd)
    case "\\": return try escapedAtom()
    default:
      position += 1
      return try literal(scalar.value)
    }
  }

  mutating func literal(_ value: UInt32) throws(PatternFault) -> PatternNode {
    guard flags.ignoresCase else {
      ignoringCaseLetters = ""
      return addSet([.range(value...value)])
    }
    ignoringCaseLetters.unicodeScalars.append(Unicode.Scalar(value) ?? " ")
    // Oniguruma folds ß to ss and the ligatures ﬀ, ﬁ, ﬂ, ﬅ to letters: one scalar for two.
    let pair = String(ignoringCaseLetters.lowercased().suffix(2))
    if ["ss", "ff", "fi", "fl", "st"].contains(pair) {
      throw fault(.unsupported("\(quotedPair(pair)) regardless of case, which one scalar could stand for,"))
    }
    return addSet(try caseVariants(of: value...value))
  }

  private func quotedPair(_ pair: String) -> String { "'\(pair)'" }

  private mutating func group() throws(PatternFault) -> PatternNode {
    position += 1
    guard take("?") else { return try groupBody() }
    if take(":") { return try groupBody() }
    if take(">") { return .atomic(try groupBody()) }
    if take("=") { return .look(ahead: true, negated: false, try groupBody()) }
    if take("!") { return .look(ahead: true, negated: true, try groupBody()) }
    if take("<=") { return try lookBehind(negated: false) }
    if take("<!") { return try lookBehind(negated: true) }
    if take("#") {
      while let scalar = current, scalar != ")" { position += scalar == "\\" ? 2 : 1 }
      guard take(")") else { throw fault(.unexpectedEnd(expected: "')'")) }
      return .empty
    }
    if take("<") {
      while let scalar = current, scalar != ">" {
        guard scalar.properties.isAlphabetic || scalar == "_" || scalar.properties.generalCategory == .decimalNumber else {
          throw fault(.unexpected("'\(scalar)' in a group's name"))
        }
        position += 1
      }
      guard take(">") else { throw fault(.unexpectedEnd(expected: "'>'")) }
      return try groupBody()
    }
    if let inner = flagLetters() {
      guard take(":") else {
        throw fault(.unsupported(current == ")" ? "a flag in the middle of a group" : "this kind of group"))
      }
      let outer = flags
      defer { flags = outer }
      flags = inner
      return try groupBody()
    }
    throw fault(.unsupported("this kind of group"))
  }

  private mutating func groupBody() throws(PatternFault) -> PatternNode {
    let letters = ignoringCaseLetters
    let node = try alternation()
    ignoringCaseLetters = letters
    guard take(")") else { throw fault(.unexpectedEnd(expected: "')'")) }
    return node
  }

  /// Each branch of a look-behind has one width; the whole is one look a branch.
  private mutating func lookBehind(negated: Bool) throws(PatternFault) -> PatternNode {
    let body = try groupBody()
    let branches = if case .alternation(let nodes) = body { nodes } else { [body] }
    var looks: [PatternNode] = []
    for branch in branches {
      guard branch.fixedWidth != nil else { throw fault(.unsupported("a look-behind of varying width")) }
      looks.append(.look(ahead: false, negated: negated, branch))
    }
    return looks.count == 1 ? looks[0] : negated ? .sequence(looks) : .alternation(looks)
  }
}

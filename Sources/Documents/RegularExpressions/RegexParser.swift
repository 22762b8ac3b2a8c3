// The text of a regular expression to its tree, by the rules of CPython's `re._parser`.

struct RegexParser {
  static let depthLimit = 64
  static let patternLimit = 1 << 16

  let pattern: String
  let text: [Unicode.Scalar]
  var position = 0
  var flags: RegularExpression.Flags
  var sets: [RegexSet] = []
  private(set) var groupCount = 0
  private(set) var groupNames: [String: Int] = [:]
  private var openGroups: Set<Int> = []
  private var groupWidths: [Int: (Int, Int?)] = [:]
  private var depth = 0
  private var lookBehinds = 0
  private var scalarSets: [UInt32: Int] = [:]

  init(_ pattern: String, flags: RegularExpression.Flags) {
    self.pattern = pattern
    text = Array(pattern.unicodeScalars)
    self.flags = flags
  }

  func fail(_ problem: RegularExpressionError.Problem) -> RegularExpressionError {
    RegularExpressionError(pattern: pattern, place: min(position, text.count) + 1, problem: problem)
  }
  func fail(_ what: String) -> RegularExpressionError { fail(.syntax(what)) }

  var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

  mutating func take(_ word: String) -> Bool {
    let scalars = Array(word.unicodeScalars)
    guard position + scalars.count <= text.count, text[position..<position + scalars.count].elementsEqual(scalars) else { return false }
    position += scalars.count
    return true
  }

  var fold: Fold { flags.contains(.ignoresCase) ? (flags.contains(.ascii) ? .ascii : .unicode) : .exact }

  mutating func set(_ items: [RegexSet.Item], negated: Bool = false) -> RegexNode {
    sets.append(RegexSet(items, negated: negated, fold: fold))
    return .set(sets.count - 1)
  }

  mutating func literal(_ value: UInt32) -> RegexNode {
    if fold == .exact, let known = scalarSets[value] { return .set(known) }
    let node = set([.range(value...value)])
    if fold == .exact { scalarSets[value] = sets.count - 1 }
    return node
  }

  mutating func kind(_ kind: CharacterKind, negated: Bool) -> RegexSet.Item {
    guard flags.contains(.ascii) else { return .kind(kind, negated: negated) }
    switch kind {
    case .digit: return .kind(.asciiDigit, negated: negated)
    case .space: return .kind(.asciiSpace, negated: negated)
    default: return .kind(.asciiWord, negated: negated)
    }
  }

  mutating func parse() throws(RegularExpressionError) -> RegexNode {
    if text.count > Self.patternLimit { throw fail(.tooLarge(limit: Self.patternLimit)) }
    let node = try alternation(isFirst: true)
    if current != nil { throw fail("unbalanced parenthesis") }
    return node
  }

  private mutating func alternation(isFirst: Bool = false) throws(RegularExpressionError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw fail(.tooDeep(limit: Self.depthLimit)) }
    var branches = [try sequence(isFirst: isFirst)]
    while take("|") { branches.append(try sequence(isFirst: false)) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func skipVerbose() {
    while flags.contains(.verbose), let scalar = current {
      if " \t\n\r\u{0B}\u{0C}".unicodeScalars.contains(scalar) {
        position += 1
      } else if scalar == "#" {
        while let next = current {
          position += 1
          if next == "\n" { break }
        }
      } else {
        return
      }
    }
  }

  private mutating func sequence(isFirst: Bool) throws(RegularExpressionError) -> RegexNode {
    var nodes: [RegexNode] = []
    while true {
      skipVerbose()
      guard let scalar = current, scalar != "|", scalar != ")" else { break }
      if "*+?".unicodeScalars.contains(scalar) || scalar == "{" {
        if let (minimum, maximum) = try repeatCounts() {
          guard let last = nodes.last else { throw fail("nothing to repeat") }
          switch last {
          case .anchor: throw fail("nothing to repeat")
          case .repetition: throw fail("multiple repeat")
          default: break
          }
          let greed: RegexNode.Greed = take("?") ? .lazy : take("+") ? .possessive : .greedy
          nodes[nodes.count - 1] = .repetition(last, minimum: minimum, maximum: maximum, greed)
        } else {
          position += 1
          nodes.append(literal(scalar.value))
        }
        continue
      }
      if let node = try atom(scalar, isAtStart: isFirst && nodes.isEmpty) { nodes.append(node) }
    }
    return nodes.count == 1 ? wrapped(nodes[0]) : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  /// A repetition that is a group's only content may be repeated again from outside.
  private func wrapped(_ node: RegexNode) -> RegexNode {
    switch node {
    case .repetition, .anchor: .sequence([node])
    default: node
    }
  }

  /// `*`, `+`, `?`, `{m,n}`; nil where a brace is no repetition but itself.
  private mutating func repeatCounts() throws(RegularExpressionError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = position
    position += 1
    if current == "}" {
      position = start
      return nil
    }
    let low = digits()
    let high = take(",") ? digits() : low
    guard take("}") else {
      position = start
      return nil
    }
    func number(_ digits: String) throws(RegularExpressionError) -> Int? {
      if digits.isEmpty { return nil }
      guard let number = Int(digits), number < 1 << 32 else { throw fail("the repetition number is too large") }
      return number
    }
    let minimum = try number(low) ?? 0
    let maximum = try number(high)
    if let maximum, maximum < minimum { throw fail("min repeat greater than max repeat") }
    return (minimum, maximum)
  }

  private mutating func digits() -> String {
    let start = position
    while let scalar = current, (0x30...0x39).contains(scalar.value) { position += 1 }
    return RegularExpression.text(text[start..<position])
  }

  private mutating func atom(_ scalar: Unicode.Scalar, isAtStart: Bool) throws(RegularExpressionError) -> RegexNode? {
    switch scalar {
    case "\\": return try escapedAtom()
    case "[": return try characterClass()
    case "(": return try group(isAtStart: isAtStart)
    case ".":
      position += 1
      return flags.contains(.dotMatchesAll) ? set([], negated: true) : set([.range(10...10)], negated: true)
    case "^":
      position += 1
      return .anchor(flags.contains(.multiline) ? .lineStart : .textStart)
    case "$":
      position += 1
      return .anchor(flags.contains(.multiline) ? .lineEnd : .lastLineEnd)
    default:
      position += 1
      return literal(scalar.value)
    }
  }

  // MARK: - Groups

  private mutating func group(isAtStart: Bool) throws(RegularExpressionError) -> RegexNode? {
    position += 1
    guard take("?") else { return try capture(name: nil) }
    if take(":") { return try closed(try alternation()) }
    if take(">") { return .atomic(try closed(try alternation())) }
    if take("#") {
      while let scalar = current, scalar != ")" { position += 1 }
      guard take(")") else { throw fail("missing ), unterminated comment") }
      return nil
    }
    if take("P<") { return try capture(name: try name(endingWith: ">")) }
    if take("P=") {
      let name = try name(endingWith: ")")
      guard let number = groupNames[name] else { throw fail("unknown group name \(quoted(name))") }
      return try reference(number)
    }
    if take("=") { return .look(behind: 0, negated: false, try closed(try alternation())) }
    if take("!") { return .look(behind: 0, negated: true, try closed(try alternation())) }
    if take("<=") { return try lookBehind(negated: false) }
    if take("<!") { return try lookBehind(negated: true) }
    if take("(") { return try conditional() }
    return try flagGroup(isAtStart: isAtStart)
  }

  private mutating func closed(_ node: RegexNode) throws(RegularExpressionError) -> RegexNode {
    guard take(")") else { throw fail("missing ), unterminated subpattern") }
    return node
  }

  private mutating func capture(name: String?) throws(RegularExpressionError) -> RegexNode {
    groupCount += 1
    let number = groupCount
    if let name {
      if groupNames[name] != nil { throw fail("redefinition of group name \(quoted(name))") }
      groupNames[name] = number
    }
    openGroups.insert(number)
    let outer = flags
    let body = try closed(try alternation())
    flags = outer
    openGroups.remove(number)
    groupWidths[number] = body.width(groupWidths)
    return .group(number, body)
  }

  private mutating func name(endingWith end: Unicode.Scalar) throws(RegularExpressionError) -> String {
    let start = position
    while let scalar = current, scalar != end { position += 1 }
    let name = RegularExpression.text(text[start..<position])
    guard current == end else { throw fail("missing \(end), unterminated name") }
    position += 1
    guard let first = name.unicodeScalars.first, !CharacterKind.digit.contains(first), name.unicodeScalars.allSatisfy(CharacterKind.word.contains)
    else { throw fail(name.isEmpty ? "missing group name" : "bad character in group name \(quoted(name))") }
    return name
  }

  mutating func reference(_ number: Int) throws(RegularExpressionError) -> RegexNode {
    guard number <= groupCount else { throw fail("invalid group reference \(number)") }
    if openGroups.contains(number) { throw fail("cannot refer to an open group") }
    return .reference(number, fold)
  }

  private mutating func lookBehind(negated: Bool) throws(RegularExpressionError) -> RegexNode {
    let body = try closed(try alternation())
    let (least, most) = body.width(groupWidths)
    if least != most { throw fail("look-behind requires fixed-width pattern") }
    return .look(behind: least, negated: negated, body)
  }

  private mutating func conditional() throws(RegularExpressionError) -> RegexNode {
    let digits = digits()
    let number: Int
    if digits.isEmpty {
      let name = try name(endingWith: ")")
      guard let known = groupNames[name] else { throw fail("unknown group name \(quoted(name))") }
      number = known
    } else {
      guard take(")"), let known = Int(digits), known > 0 else { throw fail("bad character in group name \(quoted(digits))") }
      guard known <= groupCount else { throw fail("invalid group reference \(known)") }
      number = known
    }
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw fail(.tooDeep(limit: Self.depthLimit)) }
    let then = try sequence(isFirst: false)
    let otherwise = take("|") ? try sequence(isFirst: false) : .empty
    if current == "|" { throw fail("conditional backref with more than two branches") }
    return try closed(.conditional(group: number, then, otherwise))
  }

  /// `(?i)` at the beginning of the pattern, or `(?i-s:...)` around a part.
  private mutating func flagGroup(isAtStart: Bool) throws(RegularExpressionError) -> RegexNode? {
    let outer = flags
    var isRemoving = false
    while let scalar = current {
      position += 1
      let flag: RegularExpression.Flags
      switch scalar {
      case "i": flag = .ignoresCase
      case "m": flag = .multiline
      case "s": flag = .dotMatchesAll
      case "x": flag = .verbose
      case "a": flag = .ascii
      case "u": flag = []
      case "L": throw fail(.unsupported("the flag L, which depends on the machine's locale,"))
      case "-" where !isRemoving:
        isRemoving = true
        continue
      case ")" where !isRemoving:
        guard isAtStart else { throw fail("global flags not at the start of the expression") }
        return nil
      case ":":
        let body = try closed(try alternation())
        flags = outer
        return body
      default: throw fail("unknown extension ?\(scalar)")
      }
      if isRemoving { flags.remove(flag) } else { flags.insert(flag) }
    }
    throw fail("missing -, : or )")
  }
}

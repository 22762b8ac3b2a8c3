// Escapes, `[...]` classes, and what `(?i)` does to them.

extension PatternParser {
  /// What stands behind a backslash, outside of a class.
  mutating func escapedAtom() throws(PatternFault) -> PatternNode {
    guard position + 1 < text.count else { throw fault(.unexpectedEnd(expected: "an escaped character")) }
    switch text[position + 1] {
    case "b": return anchor(.wordBoundary)
    case "B": return anchor(.noWordBoundary)
    case "A": return anchor(.textStart)
    case "z": return anchor(.textEnd)
    case "Z": return anchor(.textEndOrLastNewline)
    default: break
    }
    switch try escape() {
    case .scalar(let value): return try literal(value)
    case .items(let items): return addSet(items)
    }
  }

  private mutating func anchor(_ anchor: PatternNode.Anchor) -> PatternNode {
    position += 2
    return .anchor(anchor)
  }

  enum Escape {
    case scalar(UInt32)
    case items([ScalarSet.Item])
  }

  /// An escape that stands for a scalar or a set.
  mutating func escape() throws(PatternFault) -> Escape {
    position += 1
    guard let letter = current else { throw fault(.unexpectedEnd(expected: "an escaped character")) }
    position += 1
    switch letter {
    case "s": return .items([.property(.whiteSpace, negated: false)])
    case "S": return .items([.property(.whiteSpace, negated: true)])
    case "d": return .items([.category(.decimalNumber, negated: false)])
    case "D": return .items([.category(.decimalNumber, negated: true)])
    case "w": return .items([.property(.word, negated: false)])
    case "W": return .items([.property(.word, negated: true)])
    case "h": return .items(Self.hexadecimal)
    case "H": return .items([.set(ScalarSet(Self.hexadecimal, negated: true))])
    case "p", "P": return .items([try property(negated: letter == "P")])
    case "n": return .scalar(0x0A)
    case "r": return .scalar(0x0D)
    case "t": return .scalar(0x09)
    case "f": return .scalar(0x0C)
    case "v": return .scalar(0x0B)
    case "a": return .scalar(0x07)
    case "e": return .scalar(0x1B)
    case "x": return .scalar(try hexadecimalEscape())
    case "u": return .scalar(try hexadecimal(digits: 4))
    default:
      // Letters and digits may mean something in other engines (back-references, \R, \X, \K, \G): refused.
      if letter.properties.isAlphabetic && letter.isASCII || letter.value >= 0x30 && letter.value <= 0x39 {
        position -= 1
        throw fault(.unsupported("'\\\(letter)'"))
      }
      return .scalar(letter.value)
    }
  }

  private static let hexadecimal: [ScalarSet.Item] = [.range(0x30...0x39), .range(0x41...0x46), .range(0x61...0x66)]

  private mutating func hexadecimalEscape() throws(PatternFault) -> UInt32 {
    guard take("{") else {
      let value = try hexadecimal(digits: 2)
      if value > 0x7F { throw fault(.badEscape) }  // a byte of a longer scalar, for Oniguruma
      return value
    }
    var value: UInt32 = 0
    var count = 0
    while let digit = current.flatMap({ Character($0).hexDigitValue }) {
      count += 1
      if count > 6 { throw fault(.badEscape) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard count > 0, take("}"), Unicode.Scalar(value) != nil else { throw fault(.badEscape) }
    return value
  }

  private mutating func hexadecimal(digits: Int) throws(PatternFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = current.flatMap({ Character($0).hexDigitValue }) else { throw fault(.badEscape) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard Unicode.Scalar(value) != nil else { throw fault(.badEscape) }
    return value
  }

  /// `\p{L}`, `\p{^L}`, `\P{L}`.
  private mutating func property(negated: Bool) throws(PatternFault) -> ScalarSet.Item {
    guard take("{") else { throw fault(.unsupported("'\\p' without braces")) }
    let isNegated = take("^") != negated
    var name = ""
    while let scalar = current, scalar != "}" {
      name.unicodeScalars.append(scalar)
      if name.unicodeScalars.count > 32 { break }
      position += 1
    }
    guard take("}") else { throw fault(.unexpectedEnd(expected: "'}'")) }
    if let set = CategorySet.named[name] {
      if flags.ignoresCase, !set.isSuperset(of: [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]),
        !set.isDisjoint(with: [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter])
      {
        throw fault(.unsupported("\\p{\(name)} regardless of case"))
      }
      return .category(set, negated: isNegated)
    }
    switch name {
    case "Alphabetic", "alphabetic", "Alpha", "alpha": return .property(.alphabetic, negated: isNegated)
    case "White_Space", "Whitespace", "Space", "space": return .property(.whiteSpace, negated: isNegated)
    case "Word", "word": return .property(.word, negated: isNegated)
    case "Han", "han": return .property(.han, negated: isNegated)
    default: throw fault(.unknownProperty(name))
    }
  }

  /// The inside of `[...]`, behind the opening bracket.
  mutating func characterClass() throws(PatternFault) -> (items: [ScalarSet.Item], negated: Bool) {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw fault(.tooDeep(limit: Self.depthLimit)) }
    let negated = take("^")
    var items: [ScalarSet.Item] = []
    var isFirst = true
    while true {
      guard let scalar = current else { throw fault(.unexpectedEnd(expected: "']'")) }
      if scalar == "]" && !isFirst {
        position += 1
        return (items, negated)
      }
      isFirst = false
      if take("&&") { throw fault(.unsupported("the intersection '&&'")) }
      if take("[:") { throw fault(.unsupported("a POSIX class '[:...:]'")) }
      if take("[") {
        let inner = try characterClass()
        items.append(.set(ScalarSet(inner.items, negated: inner.negated)))
        continue
      }
      let start: UInt32
      switch try classMember() {
      case .items(let members):
        items += members.map { if case .property(.word, let negated) = $0 { .property(.wordInClass, negated: negated) } else { $0 } }
        if current == "-", position + 1 < text.count, text[position + 1] != "]" {
          throw fault(.unsupported("a range that starts with a set"))
        }
        continue
      case .scalar(let value): start = value
      }
      guard current == "-", position + 1 < text.count, text[position + 1] != "]" else {
        items += try variants(start...start)
        continue
      }
      position += 1
      guard case .scalar(let end) = try classMember() else { throw fault(.unsupported("a range that ends with a set")) }
      guard start <= end else { throw fault(.badRange) }
      items += try variants(start...end)
    }
  }

  private mutating func classMember() throws(PatternFault) -> Escape {
    guard let scalar = current else { throw fault(.unexpectedEnd(expected: "']'")) }
    if scalar == "\\" {
      if position + 1 < text.count, text[position + 1] == "b" {
        position += 2
        return .scalar(0x08)
      }
      return try escape()
    }
    position += 1
    return .scalar(scalar.value)
  }

  private func variants(_ range: ClosedRange<UInt32>) throws(PatternFault) -> [ScalarSet.Item] {
    flags.ignoresCase ? try caseVariants(of: range) : [.range(range)]
  }

  /// A range and the scalars that differ from one of its own only by case. ASCII has two relatives outside: ſ for s and the kelvin sign for k.
  /// Letters beyond ASCII, whose folding differs between engines, are refused.
  func caseVariants(of range: ClosedRange<UInt32>) throws(PatternFault) -> [ScalarSet.Item] {
    var items: [ScalarSet.Item] = [.range(range)]
    if range.upperBound >= 0x80 {
      let isCased = range.count > 0x3000 || range.contains { Unicode.Scalar($0)?.properties.isCased == true && $0 >= 0x80 }
      if isCased { throw fault(.unsupported("a letter beyond ASCII regardless of case")) }
    }
    for value in range.clamped(to: 0x41...0x7A) where range.contains(value) {
      switch value {
      case 0x41...0x5A: items.append(.range(value + 0x20...value + 0x20))
      case 0x61...0x7A: items.append(.range(value - 0x20...value - 0x20))
      default: continue
      }
      if value | 0x20 == 0x73 { items.append(.range(0x17F...0x17F)) }
      if value | 0x20 == 0x6B { items.append(.range(0x212A...0x212A)) }
    }
    return items
  }
}

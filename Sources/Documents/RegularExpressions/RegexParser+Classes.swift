// Escapes and `[...]`.

extension RegexParser {
  /// What stands behind a backslash, outside of a class.
  mutating func escapedAtom() throws(RegularExpressionError) -> RegexNode {
    position += 1
    guard let letter = current else { throw fail("bad escape (end of pattern)") }
    let isASCII = flags.contains(.ascii)
    switch letter {
    case "A": return anchor(.textStart)
    case "Z": return anchor(.textEnd)
    case "b": return anchor(isASCII ? .asciiBoundary : .boundary)
    case "B": return anchor(isASCII ? .noASCIIBoundary : .noBoundary)
    case "0":
      position += 1
      return literal(octal(from: 0, digits: 2))
    case "1"..."9": return try numbered()
    default: break
    }
    if let item = classEscape(letter) { return set([item]) }
    return literal(try characterEscape(letter))
  }

  private mutating func anchor(_ anchor: RegexNode.Anchor) -> RegexNode {
    position += 1
    return .anchor(anchor)
  }

  private func isOctal(_ place: Int) -> Bool { place < text.count && (0x30...0x37).contains(text[place].value) }

  private mutating func octal(from value: UInt32, digits: Int) -> UInt32 {
    var value = value
    var count = 0
    while count < digits, isOctal(position) {
      value = value * 8 + text[position].value - 0x30
      position += 1
      count += 1
    }
    return value
  }

  /// `\1` to `\99`, or three octal digits.
  private mutating func numbered() throws(RegularExpressionError) -> RegexNode {
    var number = Int(text[position].value - 0x30)
    if isOctal(position), isOctal(position + 1), isOctal(position + 2) {
      let value = octal(from: 0, digits: 3)
      if value > 0o377 { throw fail("octal escape outside of range 0-0o377") }
      return literal(value)
    }
    position += 1
    if let next = current, (0x30...0x39).contains(next.value) {
      number = number * 10 + Int(next.value - 0x30)
      position += 1
    }
    return try reference(number)
  }

  /// `\d`, `\s`, `\w` and their opposites.
  private mutating func classEscape(_ letter: Unicode.Scalar) -> RegexSet.Item? {
    let item: RegexSet.Item
    switch letter {
    case "d": item = kind(.digit, negated: false)
    case "D": item = kind(.digit, negated: true)
    case "s": item = kind(.space, negated: false)
    case "S": item = kind(.space, negated: true)
    case "w": item = kind(.word, negated: false)
    case "W": item = kind(.word, negated: true)
    default: return nil
    }
    position += 1
    return item
  }

  /// An escape that stands for one code point.
  private mutating func characterEscape(_ letter: Unicode.Scalar) throws(RegularExpressionError) -> UInt32 {
    position += 1
    switch letter {
    case "a": return 0x07
    case "f": return 0x0C
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "v": return 0x0B
    case "x": return try hexadecimal(2)
    case "u": return try hexadecimal(4)
    case "U": return try hexadecimal(8)
    case "N":
      position -= 1
      throw fail(.unsupported("\\N{...}"))
    default:
      if letter.isASCII && letter.properties.isAlphabetic {
        position -= 1
        throw fail("bad escape \\\(letter)")
      }
      return letter.value
    }
  }

  private mutating func hexadecimal(_ digits: Int) throws(RegularExpressionError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = current.flatMap({ Character($0).hexDigitValue }), current?.isASCII == true else { throw fail("incomplete escape") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard value <= 0x10FFFF else { throw fail("bad escape") }
    return value
  }

  /// `[...]`.
  mutating func characterClass() throws(RegularExpressionError) -> RegexNode {
    position += 1
    let isNegated = take("^")
    var items: [RegexSet.Item] = []
    var isFirst = true
    while true {
      guard let scalar = current else { throw fail("unterminated character set") }
      if scalar == "]" && !isFirst {
        position += 1
        return set(items, negated: isNegated)
      }
      isFirst = false
      let low = try member()
      guard current == "-" else {
        items.append(low)
        continue
      }
      position += 1
      guard let next = current else { throw fail("unterminated character set") }
      if next == "]" {
        items.append(low)
        items.append(.range(0x2D...0x2D))
        continue
      }
      guard case .range(let start) = low, case .range(let end) = try member(), start.lowerBound <= end.lowerBound else {
        throw fail("bad character range")
      }
      items.append(.range(start.lowerBound...end.lowerBound))
    }
  }

  private mutating func member() throws(RegularExpressionError) -> RegexSet.Item {
    guard let scalar = current else { throw fail("unterminated character set") }
    guard scalar == "\\" else {
      position += 1
      return .range(scalar.value...scalar.value)
    }
    position += 1
    guard let letter = current else { throw fail("bad escape (end of pattern)") }
    if let item = classEscape(letter) { return item }
    switch letter {
    case "b":
      position += 1
      return .range(8...8)
    case "0"..."7":
      let value = octal(from: 0, digits: 3)
      if value > 0o377 { throw fail("octal escape outside of range 0-0o377") }
      return .range(value...value)
    case "8", "9": throw fail("bad escape \\\(letter)")
    default:
      let value = try characterEscape(letter)
      return .range(value...value)
    }
  }
}

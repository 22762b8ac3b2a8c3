// `re.sub`: the text with its matches replaced, with references to groups in the replacement.

extension RegularExpression {
  /// `re.sub(pattern, replacement, text, count)`; 0 replaces all. The replacement knows `\1`, `\g<1>`, `\g<name>` and Python's escapes.
  ///
  /// - Parameters:
  ///   - steps: what it may cost; what it did cost is taken off.
  ///   - sizeLimit: the most UTF-8 bytes that the result may have.
  /// - Throws: ``RegularExpressionError`` for a bad replacement, or where steps or size run out.
  public func replacing(
    in text: String, with replacement: String, count: Int = 0, steps: inout Int, sizeLimit: Int = 1 << 28
  ) throws(RegularExpressionError) -> String {
    let pieces = try parts(of: replacement)
    let scalars = Array(text.unicodeScalars)
    var result = ""
    var position = 0
    for match in try allMatches(in: scalars, limit: count > 0 ? count : .max, steps: &steps) {
      result.unicodeScalars.append(contentsOf: scalars[position..<match.range.lowerBound])
      for piece in pieces {
        switch piece {
        case .text(let text): result += text
        case .group(let number): if let range = match.groups[number] { result.unicodeScalars.append(contentsOf: scalars[range]) }
        }
      }
      position = match.range.upperBound
      if result.utf8.count > sizeLimit { throw error(.tooLong(limit: sizeLimit)) }
    }
    result.unicodeScalars.append(contentsOf: scalars[position...])
    return result
  }

  /// `re.sub` with the usual bounds.
  public func replacing(in text: String, with replacement: String, count: Int = 0) throws(RegularExpressionError) -> String {
    var steps = Self.stepLimit
    return try replacing(in: text, with: replacement, count: count, steps: &steps)
  }

  private enum Part {
    case text(String)
    case group(Int)
  }

  func error(_ problem: RegularExpressionError.Problem) -> RegularExpressionError {
    RegularExpressionError(pattern: pattern, place: nil, problem: problem)
  }

  private func parts(of replacement: String) throws(RegularExpressionError) -> [Part] {
    let scalars = Array(replacement.unicodeScalars)
    var parts: [Part] = []
    var text = ""
    var index = 0
    func fail(_ what: String) -> RegularExpressionError { error(.badReplacement(what)) }
    func isOctal(_ place: Int) -> Bool { place < scalars.count && (0x30...0x37).contains(scalars[place].value) }
    func isDigit(_ place: Int) -> Bool { place < scalars.count && (0x30...0x39).contains(scalars[place].value) }
    func take(group number: Int) throws(RegularExpressionError) {
      guard number <= groupCount else { throw fail("invalid group reference \(number)") }
      if !text.isEmpty { parts.append(.text(text)) }
      text = ""
      parts.append(.group(number))
    }
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      guard scalar == "\\" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      guard index < scalars.count else { throw fail("bad escape (end of pattern)") }
      let escape = scalars[index]
      index += 1
      switch escape {
      case "g":
        guard index < scalars.count, scalars[index] == "<", let end = scalars[index...].firstIndex(of: ">") else {
          throw fail("missing group name")
        }
        let name = Self.text(scalars[(index + 1)..<end])
        if let number = Int(name), number >= 0 {
          try take(group: number)
        } else if let number = groupNames[name] {
          try take(group: number)
        } else {
          throw fail("unknown group name \(quoted(name))")
        }
        index = end + 1
      case "0":
        var value = 0
        var digits = 0
        while digits < 2, isOctal(index) {
          value = value * 8 + Int(scalars[index].value - 0x30)
          index += 1
          digits += 1
        }
        text.unicodeScalars.append(Unicode.Scalar(UInt8(value)))
      case "1"..."9":
        var number = Int(escape.value - 0x30)
        if isOctal(index - 1), isOctal(index), isOctal(index + 1) {
          let value = (number * 8 + Int(scalars[index].value - 0x30)) * 8 + Int(scalars[index + 1].value - 0x30)
          guard value < 0o400 else { throw fail("octal escape outside of range 0-0o377") }
          text.unicodeScalars.append(Unicode.Scalar(UInt8(value)))
          index += 2
        } else {
          if isDigit(index) {
            number = number * 10 + Int(scalars[index].value - 0x30)
            index += 1
          }
          try take(group: number)
        }
      case "n": text += "\n"
      case "r": text.unicodeScalars.append("\r")
      case "t": text += "\t"
      case "a": text += "\u{07}"
      case "b": text += "\u{08}"
      case "f": text += "\u{0C}"
      case "v": text += "\u{0B}"
      case "\\": text += "\\"
      default:
        if escape.isASCII && escape.properties.isAlphabetic { throw fail("bad escape \\\(escape)") }
        text += "\\"
        text.unicodeScalars.append(escape)
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }
}

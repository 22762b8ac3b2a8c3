// Template text to tokens, with the white space rules of Jinja's lexer (jinja2/lexer.py, 3.1).

internal import Documents

struct Lexer {
  private let source: TemplateSource
  private let trimsBlocks: Bool
  private let stripsBlocks: Bool
  private var position = 0
  private var tokens: [Token] = []
  /// Whether the last tag ended with a line break, so that the text after it begins a line.
  private var isAtLineStart = true

  private init(_ source: TemplateSource, _ environment: TemplateEnvironment) {
    self.source = source
    trimsBlocks = environment.trimsBlocks
    stripsBlocks = environment.stripsBlocks
  }

  static func tokens(of source: TemplateSource, _ environment: TemplateEnvironment) throws -> [Token] {
    guard source.scalars.count <= TemplateSource.limit else {
      throw source.error(at: 0, .limit("the template has more than \(TemplateSource.limit) characters"))
    }
    var lexer = Lexer(source, environment)
    try lexer.run()
    return lexer.tokens
  }

  private enum Tag { case variable, block, comment }

  private mutating func run() throws {
    while let (start, tag) = nextTag(from: position) {
      var inside = start + 2
      let sign: UnicodeScalar? =
        inside < source.scalars.count && "-+".unicodeScalars.contains(source.scalars[inside]) ? source.scalars[inside] : nil
      if sign != nil { inside += 1 }
      appendText(position..<start, sign: sign, isVariable: tag == .variable)
      position = inside
      switch tag {
      case .comment: try skipComment(from: start)
      case .block:
        if let rawStart = rawBegin(at: inside) {
          position = rawStart
          try raw(from: start)
        } else {
          tokens.append(Token(kind: .blockBegin, position: start))
          try expression(endsBlock: true, from: start)
        }
      case .variable:
        tokens.append(Token(kind: .variableBegin, position: start))
        try expression(endsBlock: false, from: start)
      }
    }
    appendText(position..<source.scalars.count, sign: "+", isVariable: true)
    tokens.append(Token(kind: .end, position: source.scalars.count))
  }

  private func nextTag(from start: Int) -> (Int, Tag)? {
    var index = start
    let scalars = source.scalars
    while index + 1 < scalars.count {
      if scalars[index] == "{" {
        switch scalars[index + 1] {
        case "{": return (index, .variable)
        case "%": return (index, .block)
        case "#": return (index, .comment)
        default: break
        }
      }
      index += 1
    }
    return nil
  }

  /// Text before a tag: `-` strips all white space at its end, `lstrip_blocks` what stands between a line's start and the tag.
  private mutating func appendText(_ range: Range<Int>, sign: UnicodeScalar?, isVariable: Bool) {
    var end = range.upperBound
    if sign == "-" {
      while end > range.lowerBound, PythonText.isSpace(source.scalars[end - 1]) { end -= 1 }
    } else if sign != "+", stripsBlocks, !isVariable {
      let lineBreak = source.scalars[range].lastIndex(of: "\n")
      let lineStart = lineBreak.map { $0 + 1 } ?? range.lowerBound
      if lineBreak != nil || isAtLineStart, source.scalars[lineStart..<end].allSatisfy(PythonText.isSpace) { end = lineStart }
    }
    if end > range.lowerBound {
      tokens.append(Token(kind: .text(source.text(range.lowerBound..<end)), position: range.lowerBound))
    }
    isAtLineStart = false
  }

  /// Steps over the end of a tag at `position` with its `-`, `+` or trimmed line break, if one is there.
  private mutating func tagEnd(_ end: StaticString, trims: Bool, allowsPlus: Bool = true) -> Bool {
    if allowsPlus, position < source.scalars.count, source.scalars[position] == "+", source.has(end, at: position + 1) {
      position += 3
    } else if position < source.scalars.count, source.scalars[position] == "-", source.has(end, at: position + 1) {
      position = source.skippingSpace(from: position + 3)
    } else if source.has(end, at: position) {
      position += 2
      if trims, position < source.scalars.count, source.scalars[position] == "\n" { position += 1 }
    } else {
      return false
    }
    isAtLineStart = source.scalars[position - 1] == "\n"
    return true
  }

  private mutating func skipComment(from start: Int) throws {
    while position < source.scalars.count {
      if tagEnd("#}", trims: trimsBlocks) { return }
      position += 1
    }
    throw source.error(at: start, .syntax("the comment that begins here has no end, '#}'"))
  }

  private func rawBegin(at inside: Int) -> Int? {
    var index = source.skippingSpace(from: inside)
    guard source.has("raw", at: index) else { return nil }
    index = source.skippingSpace(from: index + 3)
    if source.has("-%}", at: index) { return source.skippingSpace(from: index + 3) }
    return source.has("%}", at: index) ? index + 2 : nil
  }

  private mutating func raw(from start: Int) throws {
    let textStart = position
    var index = position
    while index < source.scalars.count {
      if source.has("{%", at: index) {
        var inside = index + 2
        let sign = inside < source.scalars.count ? source.scalars[inside] : " "
        if sign == "-" || sign == "+" { inside += 1 }
        inside = source.skippingSpace(from: inside)
        if source.has("endraw", at: inside) {
          position = source.skippingSpace(from: inside + 6)
          let textRange = textStart..<index
          let mark = tokens.count
          appendText(textRange, sign: sign == "-" || sign == "+" ? sign : nil, isVariable: false)
          if tagEnd("%}", trims: trimsBlocks) { return }
          tokens.removeSubrange(mark...)
        }
      }
      index += 1
    }
    throw source.error(at: start, .syntax("the raw block that begins here has no {% endraw %}"))
  }

  /// The tokens inside a tag, up to its end; braces inside an expression are balanced first.
  private mutating func expression(endsBlock: Bool, from start: Int) throws {
    var open: [Token.Symbol] = []
    while position < source.scalars.count {
      let tokenStart = position
      if open.isEmpty {
        if endsBlock ? tagEnd("%}", trims: trimsBlocks) : tagEnd("}}", trims: false, allowsPlus: false) {
          tokens.append(Token(kind: endsBlock ? .blockEnd : .variableEnd, position: tokenStart))
          return
        }
      }
      let scalar = source.scalars[position]
      if PythonText.isSpace(scalar) {
        position += 1
      } else if ("0"..."9").contains(scalar) {
        try number()
      } else if PythonText.isWordCharacter(scalar) {
        while position < source.scalars.count, PythonText.isWordCharacter(source.scalars[position]) { position += 1 }
        tokens.append(Token(kind: .name(source.text(tokenStart..<position)), position: tokenStart))
      } else if scalar == "'" || scalar == "\"" {
        try string(quote: scalar)
      } else {
        try symbol(&open)
      }
    }
    throw source.error(at: start, .syntax("the tag that begins here has no end, '\(endsBlock ? "%}" : "}}")'"))
  }

  private mutating func symbol(_ open: inout [Token.Symbol]) throws {
    for length in [2, 1] where position + length <= source.scalars.count {
      guard let symbol = Token.Symbol(rawValue: source.text(position..<position + length)) else { continue }
      switch symbol {
      case .leftBrace: open.append(.rightBrace)
      case .leftParenthesis: open.append(.rightParenthesis)
      case .leftBracket: open.append(.rightBracket)
      case .rightBrace, .rightParenthesis, .rightBracket:
        guard let expected = open.popLast() else {
          throw source.error(at: position, .syntax("found '\(symbol.rawValue)' that nothing opened"))
        }
        if expected != symbol {
          throw source.error(at: position, .syntax("found '\(symbol.rawValue)', expected '\(expected.rawValue)'"))
        }
      default: break
      }
      tokens.append(Token(kind: .symbol(symbol), position: position))
      position += length
      return
    }
    throw source.error(at: position, .syntax("found \(quoted(source.text(position..<position + 1))), which no expression contains"))
  }
}

extension Lexer {
  /// Python's number literals: `1_000`, `0x1f`, `0b1`, `0o7`, `1.5`, `1e3`.
  private mutating func number() throws {
    let start = position
    let scalars = source.scalars
    func digits(from start: Int, _ isDigit: (UnicodeScalar) -> Bool = { ("0"..."9").contains($0) }) -> Int {
      var end = start
      while end < scalars.count, isDigit(scalars[end]) || (scalars[end] == "_" && end + 1 < scalars.count && isDigit(scalars[end + 1])) {
        end += 1
      }
      return end
    }
    func plain(_ range: Range<Int>) -> String { String(source.text(range).filter { $0 != "_" }) }
    if scalars[start] == "0", start + 2 < scalars.count, let radix = ["x": 16, "o": 8, "b": 2][String(scalars[start + 1]).lowercased()] {
      let end = digits(from: start + 2) { Int(String($0), radix: radix) != nil }
      if end > start + 2 {
        position = end
        return try appendInteger(Int(plain(start + 2..<end), radix: radix), from: start)
      }
    }
    var end = digits(from: start)
    var isFloat = false
    let isAfterDot = start > 0 && scalars[start - 1] == "."
    if !isAfterDot, end + 1 < scalars.count, scalars[end] == ".", ("0"..."9").contains(scalars[end + 1]) {
      end = digits(from: end + 1)
      isFloat = true
    }
    if !isAfterDot, end < scalars.count, scalars[end] == "e" || scalars[end] == "E" {
      let sign = end + 1 < scalars.count && (scalars[end + 1] == "+" || scalars[end + 1] == "-") ? 1 : 0
      let exponentEnd = digits(from: end + 1 + sign)
      if exponentEnd > end + 1 + sign {
        end = exponentEnd
        isFloat = true
      }
    }
    position = end
    guard isFloat else { return try appendInteger(Int(plain(start..<end)), from: start) }
    guard let value = Double(plain(start..<end)) else { throw source.error(at: start, .syntax("this number can't be read")) }
    tokens.append(Token(kind: .float(value), position: start))
  }

  private mutating func appendInteger(_ value: Int?, from start: Int) throws {
    guard let value else { throw source.error(at: start, .value("this integer does not fit 64 bits")) }
    tokens.append(Token(kind: .integer(value), position: start))
  }

  private mutating func string(quote: UnicodeScalar) throws {
    let start = position
    var end = position + 1
    while end < source.scalars.count, source.scalars[end] != quote { end += source.scalars[end] == "\\" ? 2 : 1 }
    guard end < source.scalars.count else { throw source.error(at: start, .syntax("the string that begins here has no end")) }
    guard let text = PythonLiteral.unescaped(source.scalars[(start + 1)..<end]) else {
      throw source.error(at: start, .syntax("the string has an escape that can't be read"))
    }
    tokens.append(Token(kind: .string(text), position: start))
    position = end + 1
  }
}

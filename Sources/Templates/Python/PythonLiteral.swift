// Python's literals as text: `repr` of a string, and `ast.literal_eval`, which task files use to make lists out of templates.

public import Documents
internal import OrderedCollections

/// Python literals: strings, numbers, `None`, `True`, `False`, lists, tuples and dictionaries.
public enum PythonLiteral {
  /// `repr` of a string: single quotes unless it holds one and no double quote; what can't be printed is escaped.
  public static func representation(_ text: String) -> String {
    var hasSingle = false
    var hasDouble = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "'") { hasSingle = true }
      if byte == UInt8(ascii: "\"") { hasDouble = true }
    }
    let quote: UnicodeScalar = hasSingle && !hasDouble ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case quote:
        result += "\\"
        result.unicodeScalars.append(quote)
      default:
        if isPrintable(scalar) { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
      }
    }
    result.unicodeScalars.append(quote)
    return result
  }

  /// `str` of a value: text as it is, anything else as a literal.
  ///
  /// - Throws: `TemplateError` where the value nests too deep.
  public static func text(of value: JSONValue) throws -> String {
    do {
      return try Value(value).text
    } catch {
      throw TemplateError(template: "value", line: 1, column: 1, problem: error.problem)
    }
  }

  private static func isPrintable(_ scalar: UnicodeScalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
    default: return true
    }
  }

  private static func escape(_ scalar: UnicodeScalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
  }

  /// A string literal's inside with its escapes resolved; nil if one can't be.
  static func unescaped(_ scalars: ArraySlice<UnicodeScalar>) -> String? {
    var text = ""
    var index = scalars.startIndex
    func number(_ start: Int, _ count: Int) -> UnicodeScalar? {
      guard start + count <= scalars.endIndex else { return nil }
      return UInt32(PythonText.text(of: scalars[start..<start + count]), radix: 16).flatMap(UnicodeScalar.init)
    }
    while index < scalars.endIndex {
      let scalar = scalars[index]
      index += 1
      guard scalar == "\\" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      guard index < scalars.endIndex else { return nil }
      let escape = scalars[index]
      index += 1
      switch escape {
      case "\n": break
      case "\\", "'", "\"": text.unicodeScalars.append(escape)
      case "n": text += "\n"
      case "t": text += "\t"
      case "r": text.unicodeScalars.append("\r")
      case "a": text += "\u{07}"
      case "b": text += "\u{08}"
      case "f": text += "\u{0C}"
      case "v": text += "\u{0B}"
      case "x", "u", "U":
        let width = escape == "x" ? 2 : escape == "u" ? 4 : 8
        guard let value = number(index, width) else { return nil }
        text.unicodeScalars.append(value)
        index += width
      case "0"..."7":
        var value = escape.value - 48
        var count = 1
        while count < 3, index < scalars.endIndex, ("0"..."7").contains(scalars[index]) {
          value = value * 8 + scalars[index].value - 48
          index += 1
          count += 1
        }
        guard let octal = UnicodeScalar(value) else { return nil }
        text.unicodeScalars.append(octal)
      case "N": return nil
      default:
        text += "\\"
        text.unicodeScalars.append(escape)
      }
    }
    return text
  }

  /// `ast.literal_eval`: the value of a literal, or nil if the text is none. Tuples become arrays; keys become text.
  public static func parse(_ text: String) -> JSONValue? {
    var reader = Reader(scalars: Array(text.unicodeScalars))
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipSpace()
    // No ternary with `nil` here: it would be JSON's null.
    guard reader.position == reader.scalars.count else { return nil }
    return value
  }

  private struct Reader {
    let scalars: [UnicodeScalar]
    var position = 0

    init(scalars: [UnicodeScalar]) { self.scalars = scalars }

    mutating func skipSpace() { while position < scalars.count, PythonText.isSpace(scalars[position]) { position += 1 } }

    mutating func skip(_ scalar: UnicodeScalar) -> Bool {
      skipSpace()
      guard position < scalars.count, scalars[position] == scalar else { return false }
      position += 1
      return true
    }

    mutating func value(depth: Int) -> JSONValue? {
      skipSpace()
      guard depth < 64, position < scalars.count else { return nil }
      switch scalars[position] {
      case "[":
        position += 1
        return elements(until: "]", depth: depth).map { .array($0.values) }
      case "(":
        position += 1
        guard let list = elements(until: ")", depth: depth) else { return nil }
        return list.values.count == 1 && !list.endsWithComma ? list.values[0] : .array(list.values)
      case "{":
        position += 1
        return dictionary(depth: depth)
      case "'", "\"", "u", "r", "U", "R": return string()
      case "-", "+":
        let isNegative = scalars[position] == "-"
        position += 1
        switch value(depth: depth + 1) {
        case .integer(let value): return .integer(isNegative ? 0 &- value : value)
        case .number(let value): return .number(isNegative ? -value : value)
        default: return nil
        }
      default: return word()
      }
    }

    mutating func elements(until end: UnicodeScalar, depth: Int) -> (values: [JSONValue], endsWithComma: Bool)? {
      var values: [JSONValue] = []
      var endsWithComma = false
      while !skip(end) {
        if !values.isEmpty && !endsWithComma { return nil }
        guard let value = value(depth: depth + 1) else { return nil }
        values.append(value)
        endsWithComma = skip(",")
      }
      return (values, endsWithComma)
    }

    mutating func dictionary(depth: Int) -> JSONValue? {
      var members: OrderedDictionary<String, JSONValue> = [:]
      var needsComma = false
      while !skip("}") {
        if needsComma { return nil }
        guard let key = value(depth: depth + 1), skip(":"), let member = value(depth: depth + 1) else { return nil }
        members[key.string ?? key.serialized()] = member
        needsComma = !skip(",")
      }
      return .object(members)
    }

    mutating func string() -> JSONValue? {
      var text = ""
      var count = 0
      while true {
        skipSpace()
        var isRaw = false
        var start = position
        if start < scalars.count, "uUrR".unicodeScalars.contains(scalars[start]) {
          isRaw = scalars[start] == "r" || scalars[start] == "R"
          start += 1
        }
        guard start < scalars.count, scalars[start] == "'" || scalars[start] == "\"" else {
          guard count > 0 else { return nil }
          return .string(text)
        }
        let quote = scalars[start]
        let isTriple = start + 2 < scalars.count && scalars[start + 1] == quote && scalars[start + 2] == quote
        start += isTriple ? 3 : 1
        var end = start
        func isEnd(_ index: Int) -> Bool {
          scalars[index] == quote
            && (!isTriple || (index + 2 < scalars.count && scalars[index + 1] == quote && scalars[index + 2] == quote))
        }
        while end < scalars.count, !isEnd(end) {
          if scalars[end] == "\n" && !isTriple { return nil }
          end += scalars[end] == "\\" ? 2 : 1
        }
        guard end < scalars.count else { return nil }
        guard let piece = isRaw ? PythonText.text(of: scalars[start..<end]) : PythonLiteral.unescaped(scalars[start..<end]) else {
          return nil
        }
        text += piece
        count += 1
        position = end + (isTriple ? 3 : 1)
      }
    }

    mutating func word() -> JSONValue? {
      let start = position
      while position < scalars.count {
        let scalar = scalars[position]
        let isSign = (scalar == "-" || scalar == "+") && position > start && (scalars[position - 1] == "e" || scalars[position - 1] == "E")
        guard PythonText.isWordCharacter(scalar) || scalar == "." || isSign else { break }
        position += 1
      }
      let word = PythonText.text(of: scalars[start..<position])
      switch word {
      case "None": return .null
      case "True": return .bool(true)
      case "False": return .bool(false)
      default:
        guard let first = word.unicodeScalars.first, ("0"..."9").contains(first) || first == "." else { return nil }
        let plain = word.filter { $0 != "_" }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where plain.lowercased().hasPrefix(prefix) {
          return Int(plain.dropFirst(2), radix: radix).map(JSONValue.integer)
        }
        if plain.allSatisfy({ $0.isASCII && $0.isNumber }) {
          if plain.count > 1, plain.first == "0", plain.contains(where: { $0 != "0" }) { return nil }
          return Int(plain).map(JSONValue.integer)
        }
        return Double(plain).map(JSONValue.number)
      }
    }
  }
}

// Filters that work on text.

internal import Documents

extension Interpreter {
  func applyText(_ filter: Filter, to value: Value, _ arguments: FilterArguments) throws -> Value {
    let text = try self.text(of: value)
    switch filter {
    case .upper: return .string(PythonText.upper(text))
    case .lower: return .string(PythonText.lower(text))
    case .capitalize: return .string(PythonText.capitalize(text))
    case .title: return .string(titled(text))
    case .string: return .string(text)
    case .safe: return .markup(text)
    case .trim: return .string(PythonText.strip(text, characters: try arguments.optionalText(0)))
    case .replace:
      guard arguments[0] != nil, arguments[1] != nil else { throw Fault.type("the filter 'replace' needs what to replace and with what") }
      var count = -1
      if let limit = arguments[2], !limit.isNone { count = try arguments.integer(2, -1) }
      return .string(try replaced(text, try arguments.text(0, ""), with: try arguments.text(1, ""), count: count))
    case .center:
      let width = try arguments.integer(0, 80)
      try allocate(max(0, width) &* 4)
      return .string(PythonText.padded(text, width: width, alignment: "^"))
    case .e, .escape, .forceescape: return .markup(try escaped(text))
    case .striptags: return .string(stripped(text))
    case .indent: return .string(try indented(text, arguments))
    case .truncate: return .string(try truncated(text, arguments))
    case .wordcount:
      return .integer(text.unicodeScalars.split { !PythonText.isWordCharacter($0) }.count)
    case .urlencode: return .string(try urlEncoded(value))
    default:
      let count = try arguments.integer(2, 0)
      guard let pattern = arguments[0]?.string, let replacement = arguments[1]?.string else {
        throw Fault.type("the filter 'regex_replace' needs a pattern and a replacement")
      }
      return .string(try replaced(text, pattern: pattern, with: replacement, count: count))
    }
  }

  /// `str.replace`, its result bounded before it is made.
  func replaced(_ text: String, _ part: String, with replacement: String, count: Int) throws -> String {
    let occurrences = count < 0 ? PythonText.count(text, part) : min(count, PythonText.count(text, part))
    let (added, overflows) = occurrences.multipliedReportingOverflow(by: replacement.utf8.count)
    try allocate(overflows ? .max : added + text.utf8.count)
    return PythonText.replace(text, part, with: replacement, count: count)
  }

  /// `separator.join(parts)`, bounded before it is made.
  func joined(_ parts: [String], separator: String) throws -> String {
    var size = 0
    for part in parts { size += part.utf8.count + separator.utf8.count }
    try allocate(size)
    return parts.joined(separator: separator)
  }

  /// Jinja's own title case: words begin after white space, hyphens and opening brackets only.
  private func titled(_ text: String) -> String {
    var pieces: [(isSeparator: Bool, text: String)] = []
    for scalar in text.unicodeScalars {
      let isSeparator = PythonText.isSpace(scalar) || "-({[<".unicodeScalars.contains(scalar)
      if pieces.last?.isSeparator == isSeparator {
        pieces[pieces.count - 1].text.unicodeScalars.append(scalar)
      } else {
        pieces.append((isSeparator, String(scalar)))
      }
    }
    return pieces.map { piece in
      guard !piece.isSeparator, let first = piece.text.unicodeScalars.first else { return piece.text }
      return PythonText.upper(String(first)) + PythonText.lower(String(piece.text.unicodeScalars.dropFirst()))
    }.joined()
  }

  func escaped(_ text: String) throws -> String {
    try allocate(text.utf8.count &* 6)
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "'": result += "&#39;"
      case "\"": result += "&#34;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text without tags and comments of HTML, white space collapsed.
  private func stripped(_ text: String) -> String {
    var result: [UnicodeScalar] = []
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      if scalars[index] == "<" {
        let isComment = scalars[index...].starts(with: Array("<!--".unicodeScalars))
        var end = index
        if isComment {
          while end + 2 < scalars.count, !(scalars[end] == "-" && scalars[end + 1] == "-" && scalars[end + 2] == ">") { end += 1 }
          end += 2
        } else {
          while end < scalars.count, scalars[end] != ">" { end += 1 }
        }
        if end < scalars.count {
          index = end + 1
          continue
        }
      }
      result.append(scalars[index])
      index += 1
    }
    return PythonText.words(PythonText.text(of: result)).joined(separator: " ")
  }

  private func indented(_ text: String, _ arguments: FilterArguments) throws -> String {
    var indention = ""
    if let width = arguments[0]?.string {
      indention = width
    } else {
      let width = try arguments.integer(0, 4)
      try allocate(max(0, width))
      indention = String(repeating: " ", count: max(0, width))
    }
    let first = try arguments.flag(1, false)
    let blank = try arguments.flag(2, false)
    // Jinja adds a line break first, so that the last one is kept.
    var lines = PythonText.lines(text + "\n")
    try allocate(lines.count &* indention.utf8.count)
    for index in lines.indices where index > 0 ? blank || !lines[index].isEmpty : first { lines[index] = indention + lines[index] }
    return try joined(lines, separator: "\n")
  }

  private func truncated(_ text: String, _ arguments: FilterArguments) throws -> String {
    let length = try arguments.integer(0, 255)
    let end = try arguments.text(2, "...")
    let leeway = try arguments.integer(3, 5)
    let endLength = PythonText.length(end)
    guard length >= endLength, leeway >= 0 else { throw Fault.value("expected length >= \(endLength), got \(length)") }
    let scalars = Array(text.unicodeScalars)
    if scalars.count <= length + leeway { return text }
    let kept = PythonText.text(of: scalars.prefix(length - endLength))
    if try arguments.flag(1, false) { return kept + end }
    return PythonText.split(kept, separator: " ", limit: 1, fromRight: true)[0] + end
  }

  private func urlEncoded(_ value: Value) throws -> String {
    func encoded(_ text: String, keepsSlash: Bool) throws -> String {
      try allocate(text.utf8.count &* 3)
      var result = ""
      for byte in text.utf8 {
        let scalar = UnicodeScalar(byte)
        let isPlain =
          byte < 0x80 && (PythonText.isWordCharacter(scalar) || "-.~".unicodeScalars.contains(scalar) || (keepsSlash && scalar == "/"))
        if isPlain {
          result.unicodeScalars.append(scalar)
        } else {
          result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
      }
      return result
    }
    guard case .dictionary(let dictionary) = value else { return try encoded(try text(of: value), keepsSlash: true) }
    return try dictionary.members.map { try encoded($0.key.text, keepsSlash: false) + "=" + encoded($0.value.text, keepsSlash: false) }
      .joined(separator: "&")
  }
}

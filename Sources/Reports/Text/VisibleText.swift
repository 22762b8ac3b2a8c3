// Model text made safe to show: nothing in it can move a cursor, hide, reverse, or end the document that holds it.

/// Untrusted text for people: what would act instead of being read is made visible.
package enum VisibleText {
  /// The text with control characters as control pictures (`␛`), and characters that reorder or hide text as `\u{202E}`.
  ///
  /// - Parameters:
  ///   - limit: how many Unicode scalars of the text are shown at most; a cut is marked with `…`.
  ///   - keepsLines: keep line breaks and tabs; otherwise they become `↵` and a space, so that the result is one line.
  package static func of(_ text: String, limit: Int, keepsLines: Bool = false) -> String {
    if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    var result = ""
    var marks = 0
    var index = text.unicodeScalars.startIndex
    var left = max(0, limit)
    while index < text.unicodeScalars.endIndex {
      if left == 0 { return result + "…" }
      left -= 1
      let scalar = text.unicodeScalars[index]
      index = text.unicodeScalars.index(after: index)
      // Hundreds of marks on one letter would climb over the lines above.
      marks = isMark(scalar) ? marks + 1 : 0
      if marks > 4 { continue }
      append(scalar, to: &result, keepsLines: keepsLines)
    }
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String, keepsLines: Bool) {
    switch scalar.value {
    case 0x0A: result += keepsLines ? "\n" : "↵"
    case 0x09: result += keepsLines ? "\t" : " "
    case 0x00...0x1F: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "␦")
    case 0x7F: result += "␡"
    case 0x200C, 0x200D: result.unicodeScalars.append(scalar)  // Joiners: Persian and emoji need them.
    case _ where mustBeNamed(scalar): result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default: result.unicodeScalars.append(scalar)
    }
  }

  static func mustBeNamed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: true
    default: false
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
  }
}

/// Keeps a text from being read as a command by a CI runner: `::error::` at the start of a line, `##[group]` and `##vso[...]` anywhere.
///
/// `::` at the start becomes `: :`, and `##` in front of a bracket becomes `# #`.
package func withoutCommands(_ text: String) -> String {
  guard mayHoldCommands(text) else { return text }
  let scalars = Array(text.unicodeScalars)
  // From the end: is this a bracket, or are there only letters and `#` in front of one: `[`, `vso[`, `teamcity[`?
  var leadsToBracket = [Bool](repeating: false, count: scalars.count + 1)
  for (index, scalar) in scalars.enumerated().reversed() {
    let isName = scalar == "#" || scalar.isASCII && scalar.properties.isAlphabetic
    leadsToBracket[index] = scalar == "[" || isName && leadsToBracket[index + 1]
  }
  var result = String.UnicodeScalarView()
  var isLineStart = true
  for (index, scalar) in scalars.enumerated() {
    let isRepeated = index + 1 < scalars.count && scalars[index + 1] == scalar
    result.append(scalar)
    if isRepeated, scalar == ":" && isLineStart || scalar == "#" && leadsToBracket[index + 1] { result.append(" ") }
    if isLineBreak(scalar) { isLineStart = true } else if !scalar.properties.isWhitespace { isLineStart = false }
  }
  return String(result)
}

/// Whether `::` or `##` is in the text at all.
private func mayHoldCommands(_ text: String) -> Bool {
  var previous: UInt8 = 0
  for byte in text.utf8 {
    if byte == previous, byte == UInt8(ascii: ":") || byte == UInt8(ascii: "#") { return true }
    previous = byte
  }
  return false
}

private func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
  default: false
  }
}

// Model text made safe to show: nothing in it can move a cursor, hide, reverse, or end the document that holds it.

/// Untrusted text for people: what would act instead of being read is made visible.
package enum VisibleText {
  /// The text with control characters as control pictures (`␛`), and characters that reorder or hide text as `\u{202E}`.
  ///
  /// - Parameters:
  ///   - limit: how many Unicode scalars of the text are shown at most; a cut is marked with `…`.
  ///   - keepsLines: keep line breaks and tabs; otherwise they become `↵` and a space, so that the result is one line.
  package static func of(_ text: String, limit: Int, keepsLines: Bool = false) -> String {
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

  private static func mustBeNamed(_ scalar: Unicode.Scalar) -> Bool {
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
  var result = ""
  var isLineStart = true
  var rest = Substring(text)
  while let character = rest.first {
    if isLineStart, rest.hasPrefix("::") {
      result += ": :"
      rest = rest.dropFirst(2)
      isLineStart = false
      continue
    }
    if rest.hasPrefix("##"), startsCommand(rest.dropFirst(2)) {
      result += "# #"
      rest = rest.dropFirst(2)
      isLineStart = false
      continue
    }
    result.append(character)
    if character.isNewline { isLineStart = true } else if !character.isWhitespace { isLineStart = false }
    rest = rest.dropFirst()
  }
  return result
}

/// Whether a bracket follows, behind letters at most: `[`, `vso[`, `teamcity[`.
private func startsCommand(_ text: Substring) -> Bool {
  text.drop { $0.isASCII && ($0.isLetter || $0 == "#") }.first == "["
}

// Foreign text in GitHub Flavored Markdown: shown as code, where nothing is a link, a mention, an image or markup.

/// Untrusted text for Markdown.
///
/// Foreign text stands in code only: CommonMark reads nothing inside it, and the services look for mentions, references, links and emoji
/// names outside of it. Sentences of ours that hold nothing but plain words stand as prose.
enum MarkdownText {
  /// Text as a code span; safe in a table's cell and in a line.
  ///
  /// `|` becomes `│`: cells are split before spans are read, and renderers disagree on what a backslash in front of it means.
  static func code(_ text: String, limit: Int) -> String {
    let visible = withoutCommands(VisibleText.of(text, limit: limit)).replacing("|", with: "│")
    if visible.allSatisfy({ $0 == " " }) { return visible.isEmpty ? "*empty*" : "*blank*" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: visible) + 1)
    // One space on each side is taken away again; without it a backtick at the end would lengthen the fence.
    let isBare = visible.first != "`" && visible.last != "`" && visible.first != " "
    return isBare ? fence + visible + fence : "\(fence) \(visible) \(fence)"
  }

  /// Text as a fenced block of its own lines, with a line break at its end.
  static func block(_ text: String, limit: Int) -> String {
    let visible = withoutCommands(VisibleText.of(text, limit: limit, keepsLines: true))
    if visible.isEmpty { return "*empty*\n" }
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: visible) + 1))
    return "\(fence)text\n\(visible)\n\(fence)\n"
  }

  /// A sentence: as prose if it is made of plain words, else as code.
  static func prose(_ text: String, limit: Int) -> String {
    let visible = withoutCommands(VisibleText.of(text, limit: limit))
    guard isPlain(visible) else { return code(text, limit: limit) }
    return visible.replacing("_", with: "\\_")
  }

  /// Text inside an HTML tag's content, where Markdown is not read.
  static func html(_ text: String, limit: Int) -> String {
    var result = ""
    for character in withoutCommands(VisibleText.of(text, limit: limit)) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return "<code>\(result)</code>"
  }

  /// Letters, digits and the punctuation of sentences, none of which is markup; no `www.`, no `GH-1`, and `:` only in front of a space.
  private static func isPlain(_ text: String) -> Bool {
    if text.contains("GH-") { return false }
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ",", ";", "%", "(", ")", "\"", "'", "-", "+", "=", "/", "_", "≤", "≥", "→", "–": break
      case ".": if previous == "w" || previous == "W" { return false }
      case ":": break
      default: return false
      }
      if previous == ":", scalar != " " { return false }
      previous = scalar
    }
    return true
  }

  private static func longestRun(of character: Unicode.Scalar, in text: String) -> Int {
    var longest = 0
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar == character ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}

// A line of terminal text: pieces with a style, laid out in columns, coloured only at the very end.

/// What a piece of text means; colour never is the only sign of it.
enum TerminalStyle {
  case plain
  case strong
  case faint
  case good
  case bad
  case doubtful

  /// Parameters of the escape sequence "select graphic rendition" (ECMA-48).
  fileprivate var parameters: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .good: "32"
    case .bad: "1;31"
    case .doubtful: "33"
    }
  }
}

struct TerminalLine {
  private var pieces: [(text: String, style: TerminalStyle)] = []

  init(_ text: String = "", _ style: TerminalStyle = .plain) { add(text, style) }

  mutating func add(_ text: String, _ style: TerminalStyle = .plain) {
    if !text.isEmpty { pieces.append((text, style)) }
  }

  /// In columns.
  var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

  /// The line's text, without spaces at its end.
  func render(color: Bool) -> String {
    var pieces = pieces
    while let last = pieces.popLast() {
      let text = String(last.text.reversed().drop { $0 == " " }.reversed())
      if text.isEmpty { continue }
      pieces.append((text, last.style))
      break
    }
    return pieces.map { text, style in
      guard color, let parameters = style.parameters else { return text }
      return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }.joined()
  }
}

/// Columns that are as wide as their widest cell, with two spaces between them.
struct TerminalTable {
  struct Cell {
    var text: String
    var style = TerminalStyle.plain
    var isNumber = false
  }

  private var rows: [(cells: [Cell], notes: [TerminalLine])] = []

  /// Adds a row, and the lines that stand below it.
  mutating func add(_ cells: [Cell], notes: [TerminalLine] = []) { rows.append((cells, notes)) }

  var isEmpty: Bool { rows.isEmpty }

  /// The rows with `indent` in front; the columns named by `flexible` give way, the widest first, until a row fits in `width` columns.
  func lines(width: Int, indent: String, flexible: [Int]) -> [TerminalLine] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.cells.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], DisplayWidth.of(cell.text))
      }
    }
    func excess() -> Int { indent.count + widths.reduce(0, +) + 2 * max(0, widths.count - 1) - width }
    while excess() > 0, let widest = flexible.filter({ $0 < widths.count && widths[$0] > 6 }).max(by: { widths[$0] < widths[$1] }) {
      widths[widest] -= 1
    }
    return rows.flatMap { row in
      var line = TerminalLine(indent)
      for (column, cell) in row.cells.enumerated() {
        if column > 0 { line.add("  ") }
        line.add(DisplayWidth.fit(cell.text, to: widths[column], alignedRight: cell.isNumber), cell.style)
      }
      return [line] + row.notes
    }
  }
}

/// Breaks a sentence into lines of at most `width` columns; a word that is longer is cut into pieces.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var used = 0
  for word in text.split(separator: " ") {
    var word = String(word)
    var wide = DisplayWidth.of(word)
    if used > 0, used + 1 + wide > width {
      lines.append(line)
      (line, used) = ("", 0)
    }
    while used == 0, wide > width {
      var piece = ""
      var columns = 0
      while let next = word.first, columns + DisplayWidth.of(next) <= max(2, width) {
        columns += DisplayWidth.of(next)
        piece.append(word.removeFirst())
      }
      lines.append(piece)
      wide = DisplayWidth.of(word)
    }
    if word.isEmpty { continue }
    line += used > 0 ? " " + word : word
    used += wide + (used > 0 ? 1 : 0)
  }
  if !line.isEmpty { lines.append(line) }
  // A break may have put a runner's command at the start of a line.
  return lines.map(withoutCommands)
}

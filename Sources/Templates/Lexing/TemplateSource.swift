// A template's text as Unicode scalars with line breaks made one kind, and its offsets as line and column.

struct TemplateSource: Sendable {
  /// The largest template that is compiled, in Unicode scalars.
  static let limit = 1 << 20

  let name: String
  let scalars: [UnicodeScalar]

  /// As Jinja's lexer: CR LF and CR become LF, and one line break at the end goes unless it is kept.
  init(_ text: String, name: String, keepsTrailingNewline: Bool) {
    self.name = name
    var scalars: [UnicodeScalar] = []
    scalars.reserveCapacity(text.utf8.count)
    var previousWasReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\r" {
        scalars.append("\n")
      } else if !(scalar == "\n" && previousWasReturn) {
        scalars.append(scalar)
      }
      previousWasReturn = scalar == "\r"
    }
    if !keepsTrailingNewline, scalars.last == "\n" { scalars.removeLast() }
    self.scalars = scalars
  }

  func error(at position: Int, _ problem: TemplateError.Problem) -> TemplateError {
    var line = 1
    var column = 1
    for scalar in scalars.prefix(position) {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return TemplateError(template: name, line: line, column: column, problem: problem)
  }

  func text(_ range: Range<Int>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars[range])
    return text
  }

  /// Whether the text has these scalars at a position.
  func has(_ text: StaticString, at position: Int) -> Bool {
    let expected = text.description.unicodeScalars
    guard position >= 0, position + expected.count <= scalars.count else { return false }
    var index = position
    for scalar in expected {
      if scalars[index] != scalar { return false }
      index += 1
    }
    return true
  }

  func skippingSpace(from position: Int) -> Int {
    var position = position
    while position < scalars.count, PythonText.isSpace(scalars[position]) { position += 1 }
    return position
  }
}

// Texts as XML can hold them, and what can go wrong in libxml2.

internal import Documents

/// Untrusted text for XML 1.0.
enum XMLText {
  /// One line for an attribute.
  static func line(_ text: String, limit: Int) -> String { allowed(withoutCommands(VisibleText.of(text, limit: limit))) }

  /// Lines for an element's content.
  static func lines(_ text: String, limit: Int) -> String { allowed(withoutCommands(VisibleText.of(text, limit: limit, keepsLines: true))) }

  /// Control characters are visible already; U+FFFE and U+FFFF, which XML can't hold, are unassigned and so named, too.
  /// What is left is checked against the production `Char` of XML 1.0, so that no table's gap makes a document that can't be read.
  private static func allowed(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x9, 0xA, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: result.append(scalar)
      default: result.append("\u{FFFD}")
      }
    }
    return String(result)
  }
}

/// libxml2 refused a step: it is out of memory.
struct XMLError: Diagnostic, Equatable {
  var step: String
  var severity: DiagnosticSeverity { .run }
  var description: String { "libxml2 could not \(step); it is out of memory" }
}

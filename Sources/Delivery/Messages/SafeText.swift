// Text of models, data and policies made safe for one service: nothing in it can call people, form a link, or grow past a limit.

internal import Reports

/// How a service's own signs are written as plain text.
struct SafeText: Sendable {
  /// What stands for a scalar; nil for itself.
  let escape: @Sendable (Unicode.Scalar) -> String?

  /// One line of at most `limit` UTF-16 units, which is how the strictest of the services count. A cut is marked with `…`.
  func callAsFunction(_ text: String, _ limit: Int) -> String {
    var result = ""
    var size = 0
    var shorter = ""
    for scalar in VisibleText.of(text, limit: limit).unicodeScalars {
      let piece = escape(scalar) ?? String(scalar)
      size += piece.utf16.count
      if size > limit { return limit > 0 ? shorter + "…" : "" }
      result += piece
      // Still short enough for the mark to follow.
      if size < limit { shorter = result }
    }
    return result
  }

  /// As it is: for programs, and for fields that are never interpreted.
  static let plain = SafeText { _ in nil }

  /// Slack's three signs. `<!here>`, links and mentions all begin with `<`.
  static let slack = SafeText { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "@": "@\u{200B}"
    // Nothing closes the backquotes that it may stand in.
    case "`": "ˋ"
    default: nil
    }
  }

  /// HTML's signs, as Google Chat's cards read them.
  static let html = SafeText { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    default: nil
    }
  }

  /// Markdown's signs with a backslash; a mention is broken by a space without width.
  static let markdown = SafeText { scalar in
    switch scalar {
    case "@": "@\u{200B}"
    // Mattermost turns Slack's `<!all>` into a mention before it reads Markdown, backslash or not.
    case "<": "\\<\u{200B}"
    case "\\", "`", "*", "_", "~", "|", ">", "[", "]", "(", ")", "#", ":", "!", "&", "+": "\\" + String(scalar)
    default: nil
    }
  }
}

extension String {
  /// The size that Slack and Discord count.
  var units: Int { utf16.count }
}

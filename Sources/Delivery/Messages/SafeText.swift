// Text of models, data and policies made safe for one service: nothing in it can call people, form a link, or grow past a limit.

internal import Reports

/// How a service's own signs are written as plain text.
struct SafeText: Sendable {
  /// What stands for a scalar; nil for itself.
  let escape: @Sendable (Unicode.Scalar) -> String?

  /// Whether `@name` is kept from calling anybody, by a space without width.
  var breaksMentions = true

  /// One line of at most `limit` UTF-16 units, which is how the strictest of the services count. A cut is marked with `…`.
  func callAsFunction(_ text: String, _ limit: Int) -> String {
    var result = ""
    var size = 0
    var shorter = ""
    var previous: Unicode.Scalar?
    let scalars = VisibleText.of(text, limit: limit).unicodeScalars
    for index in scalars.indices {
      let scalar = scalars[index]
      var piece = escape(scalar) ?? String(scalar)
      // Only `://` makes a link and only `:word:` a picture; a colon of a sentence stays as it is.
      if scalar == ":", scalars[index...].dropFirst().first.map(\.properties.isWhitespace) ?? true { piece = ":" }
      if scalar == "@", breaksMentions, Self.isMention(scalars[index...].dropFirst(), after: previous) { piece = "@\u{200B}" }
      previous = scalar
      size += piece.utf16.count
      if size > limit { return limit > 0 ? shorter + "…" : "" }
      result += piece
      // Still short enough for the mark to follow.
      if size < limit { shorter = result }
    }
    return result
  }

  /// Whether an `@` calls somebody: at the start of a word, or in front of a word that calls everybody. `org/model@v1` calls nobody.
  private static func isMention(_ rest: Substring.UnicodeScalarView, after previous: Unicode.Scalar?) -> Bool {
    guard let previous, previous.properties.isAlphabetic || previous.properties.numericType != nil else { return true }
    return ["here", "channel", "everyone", "all"].contains { rest.starts(with: $0.unicodeScalars) }
  }

  /// As it is: for programs, and for fields that are never interpreted.
  static let plain = SafeText(escape: { _ in nil }, breaksMentions: false)

  /// Slack's three signs. `<!here>`, links and mentions all begin with `<`.
  static let slack = SafeText { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
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

  /// Markdown's signs with a backslash.
  static let markdown = SafeText { scalar in
    switch scalar {
    // Mattermost turns Slack's `<!all>` into a mention before it reads Markdown, backslash or not.
    case "<": "\\<\u{200B}"
    case "\\", "`", "*", "_", "~", "|", ">", "[", "]", "#", ":", "&": "\\" + String(scalar)
    default: nil
    }
  }
}

extension String {
  /// The size that Slack and Discord count.
  var units: Int { utf16.count }
}

// Mattermost: an incoming webhook's message with one attachment.
// https://developers.mattermost.com/integrate/reference/message-attachments

internal import Documents
internal import Policies

/// A post holds 16,383 characters; text, attachment and fields stay below that together. What could call people is broken up.
struct MattermostMessage: MessageFormat {
  static let wholeLimit = 15_000

  func payload(_ briefing: Briefing) -> JSONValue {
    briefing.announcement.fitted(Self.wholeLimit, by: \.textSize) { announcement in
      let title = "\(announcement.occasion.sign) \(SafeText.markdown(announcement.title, 400))"
      return ["text": .string("**\(title)**"), "attachments": [Self.attachment(announcement)]]
    }
  }

  private static func attachment(_ announcement: Announcement) -> JSONValue {
    let text = SafeText.markdown
    var parts = [text(announcement.sentence, 1_500)]
    let tasks = announcement.tasks.map { "- **\(text($0.task, 100))**: \(text($0.movement, 240))" }
    parts += list("Tasks", tasks, announcement.tasksLeftOut(shown: tasks.count))
    let budgets = announcement.budgets.map { "- \($0.status.sign) **\(text($0.place, 160))**: \(text($0.reason, 400))" }
    parts += list("Budgets", budgets, announcement.budgetsLeftOut(shown: budgets.count))
    for item in announcement.items {
      let answers = item.answers.map { "- \($0.name): \(text($0.text, 300))" }
      parts.append((["**\(text(item.place, 200))**"] + answers).joined(separator: "\n"))
    }
    if let more = announcement.itemsLeftOut { parts.append("_\(more)_") }
    let sides: [JSONValue] = [("Baseline", announcement.baseline), ("Candidate", announcement.candidate)].map { name, model in
      ["short": true, "title": .string(name), "value": .string(text(model, 400))]
    }
    return .members([
      ("fallback", .string(text("\(announcement.title): \(announcement.sentence)", 800))),
      ("color", .string(hexadecimal(announcement.occasion.color))),
      ("title", announcement.link == nil ? .none : "Open the report"), ("title_link", announcement.link.map(JSONValue.string)),
      ("text", .string(parts.joined(separator: "\n\n"))), ("fields", .array(sides)), ("footer", .string(text(announcement.origin, 100))),
    ])
  }

  private static func list(_ title: String, _ lines: [String], _ leftOut: String?) -> [String] {
    if lines.isEmpty && leftOut == nil { return [] }
    return [(["**\(title)**"] + lines + (leftOut.map { ["_\($0)_"] } ?? [])).joined(separator: "\n")]
  }

  private static func hexadecimal(_ color: Int) -> String {
    let digits = String(color, radix: 16)
    return "#" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}

// Microsoft Teams: an Adaptive Card for a Workflows webhook ("When a Teams webhook request is received").
// https://adaptivecards.io/explorer · https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using

internal import Documents
internal import Policies

/// Version 1.4, which all of Teams' clients show; the whole under 21,000 bytes. Texts stand in runs, which know no Markdown.
struct TeamsMessage: MessageFormat {
  static let wholeLimit = 20_900

  func payload(_ briefing: Briefing) -> JSONValue {
    briefing.announcement.fitted(Self.wholeLimit, by: \.bodySize) { announcement in
      [
        "type": "message",
        "attachments": [
          ["contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null, "content": Self.card(announcement)]
        ],
      ]
    }
  }

  private static func card(_ announcement: Announcement) -> JSONValue {
    var body: [JSONValue] = [
      runs([title(announcement)]), runs([run(announcement.sentence, 1_000)]),
      runs([run("Baseline: ", 20, isSubtle: true), run(announcement.baseline, 400)]),
      runs([run("Candidate: ", 20, isSubtle: true), run(announcement.candidate, 400)]),
    ]
    let tasks = announcement.tasks.map { runs([run($0.task + ": ", 100, isStrong: true), run($0.movement, 200)]) }
    body += list("Tasks", tasks, announcement.tasksLeftOut(shown: tasks.count))
    let budgets = announcement.budgets.map {
      runs([run("\($0.status.sign) \($0.place): ", 200, isStrong: true), run($0.reason, 400)])
    }
    body += list("Budgets", budgets, announcement.budgetsLeftOut(shown: budgets.count))
    for item in announcement.items {
      let answers = item.answers.map { runs([run($0.name + ": ", 20, isSubtle: true), run($0.text, 300)]) }
      body.append([
        "type": "Container", "style": "emphasis", "spacing": "Medium",
        "items": .array([runs([run(item.place, 200, isStrong: true)])] + answers),
      ])
    }
    if let more = announcement.itemsLeftOut { body.append(runs([run(more, 100, isSubtle: true)])) }
    body.append(runs([run(announcement.origin, 100, isSubtle: true)]))
    let action = announcement.link.map { link -> JSONValue in
      [["type": "Action.OpenUrl", "title": "Open the report", "url": .string(link)]]
    }
    return .members([
      ("$schema", "http://adaptivecards.io/schemas/adaptive-card.json"), ("type", "AdaptiveCard"), ("version", "1.4"),
      ("fallbackText", .string(SafeText.plain(announcement.title, 300))), ("msteams", ["width": "Full"]), ("body", .array(body)),
      ("actions", action),
    ])
  }

  private static func list(_ title: String, _ lines: [JSONValue], _ leftOut: String?) -> [JSONValue] {
    if lines.isEmpty && leftOut == nil { return [] }
    return [runs([run(title, 20, isStrong: true)], spacing: "Medium")] + lines + (leftOut.map { [runs([run($0, 100, isSubtle: true)])] } ?? [])
  }

  private static func runs(_ runs: [JSONValue], spacing: String = "Small") -> JSONValue {
    ["type": "RichTextBlock", "spacing": .string(spacing), "inlines": .array(runs)]
  }

  private static func run(_ text: String, _ limit: Int, isStrong: Bool = false, isSubtle: Bool = false) -> JSONValue {
    .members([
      ("type", "TextRun"), ("text", .string(SafeText.plain(text, limit))), ("weight", isStrong ? "Bolder" : .none),
      ("isSubtle", isSubtle ? true : .none),
    ])
  }

  private static func title(_ announcement: Announcement) -> JSONValue {
    [
      "type": "TextRun", "text": .string(SafeText.plain("\(announcement.occasion.sign) \(announcement.title)", 300)), "size": "Large",
      "weight": "Bolder", "color": .string(color(announcement.occasion)),
    ]
  }

  private static func color(_ occasion: Notification.Occasion) -> String {
    switch occasion {
    case .passed: "Good"
    case .warned: "Warning"
    case .failed, .error: "Attention"
    case .undecided: "Accent"
    }
  }

  func explanation(status: Int, body: String) -> String? {
    status == 404 || status == 410 ? "the flow behind the webhook is gone or turned off; the old connectors of Teams have ended" : nil
  }
}

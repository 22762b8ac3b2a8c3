// Google Chat: a webhook's message with a card. https://developers.google.com/workspace/chat/api/reference/rest/v1/cards

internal import Documents
internal import Policies

/// A message holds 32,000 bytes. Cards read a little HTML, so `&`, `<` and `>` are escaped; `<users/all>` calls everybody only in `text`.
struct GoogleChatMessage: MessageFormat {
  static let wholeLimit = 28_000

  func payload(_ briefing: Briefing) -> JSONValue {
    briefing.announcement.fitted(Self.wholeLimit, by: \.bodySize) { announcement in
      let line = SafeText { $0 == "<" ? "‹" : $0 == ">" ? "›" : nil }
      return [
        "text": .string("\(announcement.occasion.sign) \(line(announcement.title, 400))"),
        "cardsV2": [["cardId": "flipgate", "card": Self.card(announcement)]],
      ]
    }
  }

  private static func card(_ announcement: Announcement) -> JSONValue {
    let text = SafeText.html
    var sections: [JSONValue] = [
      [
        "widgets": [
          paragraph(text(announcement.sentence, 2_000)), labelled("Baseline", text(announcement.baseline, 400)),
          labelled("Candidate", text(announcement.candidate, 400)),
        ]
      ]
    ]
    let tasks = announcement.tasks.map { "<b>\(text($0.task, 100))</b>: \(text($0.movement, 240))" }
    sections += section("Tasks", tasks, announcement.tasksLeftOut(shown: tasks.count))
    let budgets = announcement.budgets.map { "\($0.status.sign) <b>\(text($0.place, 160))</b>: \(text($0.reason, 400))" }
    sections += section("Budgets", budgets, announcement.budgetsLeftOut(shown: budgets.count))
    let items = announcement.items.map { item in
      (["<b>\(text(item.place, 200))</b>"] + item.answers.map { "\($0.name): \(text($0.text, 300))" }).joined(separator: "<br>")
    }
    sections += section("Items", items, announcement.itemsLeftOut)
    var last = [paragraph("<i>\(text(announcement.origin, 100))</i>")]
    if let link = announcement.link {
      last.append(["buttonList": ["buttons": [["text": "Open the report", "onClick": ["openLink": ["url": .string(link)]]]]]])
    }
    sections.append(["widgets": .array(last)])
    // A header is plain text.
    let title = "\(announcement.occasion.sign) \(announcement.occasion.title)"
    return [
      "header": ["title": .string(title), "subtitle": .string(SafeText.plain(announcement.policy, 200))], "sections": .array(sections),
    ]
  }

  private static func section(_ title: String, _ paragraphs: [String], _ leftOut: String?) -> [JSONValue] {
    let all = paragraphs + (leftOut.map { ["<i>\($0)</i>"] } ?? [])
    return all.isEmpty ? [] : [["header": .string(title), "widgets": .array(all.map(paragraph))]]
  }

  private static func paragraph(_ text: String) -> JSONValue { ["textParagraph": ["text": .string(text)]] }

  private static func labelled(_ label: String, _ text: String) -> JSONValue {
    ["decoratedText": ["topLabel": .string(label), "text": .string(text), "wrapText": true]]
  }
}

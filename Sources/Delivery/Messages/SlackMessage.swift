// Slack: an incoming webhook's message of Block Kit blocks.
// https://docs.slack.dev/reference/block-kit/blocks · https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

internal import Documents
internal import Policies

/// At most 50 blocks, a header of 150, sections of 3,000, 10 fields of 2,000 each, 8,000 in all; always a `text` for the notification.
///
/// The link to the report stands in the text: a button would ask the app for an interactivity that webhooks need not have.
struct SlackMessage: MessageFormat {
  static let wholeLimit = 7_900

  func payload(_ briefing: Briefing) -> JSONValue {
    briefing.announcement.fitted(Self.wholeLimit, by: \.textSize) { announcement in
      let text = "\(announcement.occasion.sign) \(SafeText.slack(announcement.title, 140)) – \(SafeText.slack(announcement.sentence, 600))"
      return ["text": .string(text), "blocks": .array(Self.blocks(announcement)), "unfurl_links": false, "unfurl_media": false]
    }
  }

  private static func blocks(_ announcement: Announcement) -> [JSONValue] {
    let header: JSONValue = [
      "type": "header",
      "text": [
        "type": "plain_text", "text": .string("\(announcement.occasion.sign) \(SafeText.plain(announcement.title, 140))"), "emoji": false,
      ],
    ]
    var blocks = [header, section(SafeText.slack(announcement.sentence, 1_000))]
    let sides = [("Baseline", announcement.baseline), ("Candidate", announcement.candidate)].map { name, model in
      words("*\(name)*\n`\(SafeText.slack(model, 200))`")
    }
    blocks.append(["type": "section", "fields": .array(sides)])
    let tasks = announcement.tasks.map { "• *\(SafeText.slack($0.task, 80))*: \(SafeText.slack($0.movement, 160))" }
    if let list = list("Tasks", tasks, announcement.tasksLeftOut(shown:)) { blocks.append(list) }
    let budgets = announcement.budgets.map {
      "\($0.status.sign) *\(SafeText.slack($0.place, 120))*: \(SafeText.slack($0.reason, 240))"
    }
    if let list = list("Budgets", budgets, announcement.budgetsLeftOut(shown:)) { blocks.append(list) }
    for item in announcement.items {
      // Between backquotes nothing is formatted.
      let answers = item.answers.map { "\($0.name): `\(SafeText.slack($0.text, 160))`" }
      blocks.append(section((["*\(SafeText.slack(item.place, 120))*"] + answers).joined(separator: "\n")))
    }
    var footer = [words(SafeText.slack(announcement.origin, 100))]
    if let more = announcement.itemsLeftOut { footer.insert(words(more), at: 0) }
    if let link = announcement.link { footer.insert(words("<\(SafeText.slack.link(link))|Open the report>"), at: 0) }
    blocks.append(["type": "context", "elements": .array(footer)])
    return blocks
  }

  private static func section(_ text: String) -> JSONValue { ["type": "section", "text": words(text)] }

  /// `verbatim`: names of channels and people in the text stay text.
  private static func words(_ text: String) -> JSONValue { ["type": "mrkdwn", "text": .string(text), "verbatim": true] }

  /// A titled list of as many lines as a section takes, nil where there is nothing in it.
  private static func list(_ title: String, _ lines: [String], _ leftOut: (Int) -> String?) -> JSONValue? {
    var text = "*\(title)*"
    var shown = 0
    // Room for what is left out.
    while shown < lines.count, text.units + lines[shown].units < 2_800 {
      text += "\n" + lines[shown]
      shown += 1
    }
    let rest = leftOut(shown)
    if lines.isEmpty && rest == nil { return Optional.none }
    return section(rest.map { "\(text)\n_\($0)_" } ?? text)
  }

  func explanation(status: Int, body: String) -> String? {
    switch body {
    case "invalid_payload": "Slack could not read the message: this is a fault of Flipgate"
    case "invalid_blocks", "invalid_blocks_format": "Slack refused the layout of the message: this is a fault of Flipgate"
    case "no_text", "missing_text_or_fallback_or_attachments": "Slack found no text in the message: is this the address of an incoming webhook?"
    case "channel_not_found": "the channel that the webhook posts to is gone; make a new webhook"
    case "channel_is_archived": "the channel that the webhook posts to is archived"
    case "no_service", "no_service_id", "invalid_token", "no_team": "the webhook is deactivated, or its address is not whole"
    case "no_active_hooks", "team_disabled": "the workspace's webhooks are disabled"
    case "action_prohibited", "posting_to_general_channel_denied": "the workspace's administrators do not let the webhook post there"
    case "user_not_found": "the person that the webhook writes to is gone"
    case "rollup_error", "rate_limited": "more messages than Slack takes; one a second is within its limit"
    default: nil
    }
  }
}

extension SafeText {
  /// An address between `<` and `|`: what ends it is percent-encoded.
  func link(_ address: String) -> String {
    address.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "|": text += "%7C"
      case "<": text += "%3C"
      case ">": text += "%3E"
      case "&": text += "&amp;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

// PagerDuty: an event of the Events API, version 2: an alert opens when the gate stops a candidate, and closes when it lets one through.
// https://developer.pagerduty.com/docs/events-api-v2-overview

internal import Digests
internal import Documents
internal import Policies

/// A `dedup_key` of 255, a summary of 1,024. The routing key is a secret and comes in when the event is sent.
struct PagerDutyEvent: MessageFormat {
  static let keyLimit = 255
  /// The interface takes 512 KB; people read less.
  static let wholeLimit = 20_000

  func payload(_ briefing: Briefing) -> JSONValue {
    let key = Self.key(briefing)
    if briefing.notification.resolves(on: briefing.announcement.occasion) {
      return ["event_action": "resolve", "dedup_key": .string(key)]
    }
    return briefing.announcement.fitted(Self.wholeLimit, by: \.bodySize) { announcement in
      let summary = "\(SafeText.plain(announcement.title, 300)) – \(SafeText.plain(announcement.sentence, 700))"
      let links = announcement.link.map { link -> JSONValue in [["href": .string(link), "text": "Open the report"]] }
      return .members([
        ("event_action", "trigger"), ("dedup_key", .string(key)), ("client", "Flipgate"), ("client_url", announcement.link.map(JSONValue.string)),
        ("links", links),
        (
          "payload",
          [
            "summary": .string(summary), "source": .string(SafeText.plain(announcement.candidate, 255)),
            "severity": .string(Self.severity(announcement.occasion)), "component": .string(SafeText.plain(announcement.policy, 255)),
            "group": "flipgate", "class": .string("gate " + announcement.occasion.rawValue), "custom_details": Self.details(announcement),
          ]
        ),
      ])
    }
  }

  /// The same for every run of one policy, so that a later pass closes what an earlier failure opened; a digest where it would be too long.
  private static func key(_ briefing: Briefing) -> String {
    let key = briefing.notification.alertKey ?? "flipgate/\(briefing.announcement.policy)/\(briefing.notification.id)"
    let shown = SafeText.plain(key, keyLimit)
    return shown == key ? key : "flipgate/" + SHA256Digest.of(key)
  }

  private static func severity(_ occasion: Notification.Occasion) -> String {
    switch occasion {
    case .failed, .error: "error"
    case .undecided, .warned: "warning"
    case .passed: "info"
    }
  }

  private static func details(_ announcement: Announcement) -> JSONValue {
    let text = SafeText.plain
    func texts(_ lines: [String], _ more: String?) -> JSONValue? {
      let all = lines + (more.map { [$0] } ?? [])
      return all.isEmpty ? .none : .array(all.map(JSONValue.string))
    }
    let items = announcement.items.map { item in
      "\(text(item.place, 200)): " + item.answers.map { "\($0.name.lowercased()): \(text($0.text, 300))" }.joined(separator: "; ")
    }
    return .members([
      ("verdict", .string(announcement.occasion.rawValue)), ("baseline", .string(text(announcement.baseline, 400))),
      ("candidate", .string(text(announcement.candidate, 400))), ("policy", announcement.policyDigest.map { .string(text($0, 80)) }),
      (
        "tasks",
        texts(
          announcement.tasks.map { "\(text($0.task, 100)): \(text($0.movement, 240))" }, announcement.tasksLeftOut(shown: announcement.tasks.count))
      ),
      (
        "budgets",
        texts(
          announcement.budgets.map { "\($0.status.rawValue): \(text($0.place, 200)): \(text($0.reason, 500))" },
          announcement.budgetsLeftOut(shown: announcement.budgets.count))
      ),
      ("items", announcement.items.isEmpty ? .none : texts(items, announcement.itemsLeftOut)),
    ])
  }

  func explanation(status: Int, body: String) -> String? {
    body.contains("routing_key") || body.contains("Invalid routing key") ? "the routing key is not that of an Events API v2 integration" : nil
  }
}

// Discord: a webhook's message with one embed. https://discord.com/developers/docs/resources/message#embed-object-embed-limits

internal import Documents
internal import Policies

/// Content of 2,000; an embed with a description of 4,096, 25 fields of 256 and 1,024, a footer of 2,048; 6,000 in all.
/// Nobody is mentioned, whatever a text says.
struct DiscordMessage: MessageFormat {
  static let wholeLimit = 5_900
  private static let valueLimit = 1_024

  func payload(_ briefing: Briefing) -> JSONValue {
    let announcement = briefing.announcement
    let embed = announcement.fitted(Self.wholeLimit, by: Self.size, Self.embed)
    return [
      "content": .string("\(announcement.occasion.sign) **\(SafeText.markdown(announcement.title, 400))**"), "embeds": [embed],
      "allowed_mentions": ["parse": []],
    ]
  }

  private static func embed(_ announcement: Announcement) -> JSONValue {
    let text = SafeText.markdown
    var fields = [
      field("Baseline", text(announcement.baseline, 200), isShort: true), field("Candidate", text(announcement.candidate, 200), isShort: true),
    ]
    let tasks = announcement.tasks.map { "**\(text($0.task, 80))**: \(text($0.movement, 200))" }
    if let value = lines(tasks, announcement.tasksLeftOut(shown:)) { fields.append(field("Tasks", value)) }
    let budgets = announcement.budgets.map { "\($0.status.sign) **\(text($0.place, 120))**: \(text($0.reason, 240))" }
    if let value = lines(budgets, announcement.budgetsLeftOut(shown:)) { fields.append(field("Budgets", value)) }
    for item in announcement.items {
      let answers = item.answers.map { "\($0.name): \(text($0.text, 250))" }
      fields.append(field(text(item.place, 200), answers.joined(separator: "\n")))
    }
    var footer = announcement.origin
    if let more = announcement.itemsLeftOut { footer = "\(more) · \(footer)" }
    return .members([
      ("title", announcement.link == nil ? .none : "Open the report"),
      ("description", .string(text(announcement.sentence, 1_500))), ("url", announcement.link.map(JSONValue.string)),
      ("color", .integer(announcement.occasion.color)), ("fields", .array(fields)),
      ("footer", ["text": .string(SafeText.plain(footer, 200))]),
    ])
  }

  private static func field(_ name: String, _ value: String, isShort: Bool = false) -> JSONValue {
    // An empty value is refused: a zero-width space stands for an empty answer.
    ["name": .string(name.isEmpty ? "\u{200B}" : name), "value": .string(value.isEmpty ? "\u{200B}" : value), "inline": .bool(isShort)]
  }

  /// As many lines as a field takes; nil where there is nothing.
  private static func lines(_ lines: [String], _ leftOut: (Int) -> String?) -> String? {
    var shown: [String] = []
    var size = 0
    // Room for what is left out.
    while shown.count < lines.count, size + lines[shown.count].units < valueLimit - 80 {
      size += lines[shown.count].units + 1
      shown.append(lines[shown.count])
    }
    if let rest = leftOut(shown.count) { shown.append(rest) }
    return shown.isEmpty ? nil : shown.joined(separator: "\n")
  }

  /// What counts towards the embed's 6,000.
  static func size(_ embed: JSONValue) -> Int {
    func units(_ value: JSONValue?) -> Int { value?.string?.units ?? 0 }
    let fields = (embed["fields"]?.array ?? []).reduce(0) { $0 + units($1["name"]) + units($1["value"]) }
    return units(embed["title"]) + units(embed["description"]) + units(embed["footer"]?["text"]) + fields
  }
}

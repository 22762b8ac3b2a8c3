// What messages say, and that no result, however large or hostile, takes one past its service's limits or lets it call anybody.

import Delivery
import Documents
import Foundation
import Policies
import Testing

@Suite struct MessageTests {
  static let created = 1_767_322_989  // 2026-01-02T03:03:09Z

  static func payload(_ news: GateNews, _ notification: Policies.Notification) -> JSONValue {
    notification.service.format.payload(Briefing(news, for: notification, created: created))
  }

  // MARK: Goldens, which fixtures/generate/messages.py holds against the services' own libraries

  static let samples: [(String, @Sendable () throws -> GateNews)] = [
    ("failed", { .judged(try SampleNews.failed()) }), ("passed", { .judged(try SampleNews.passed()) }), ("error", { SampleNews.failedRun }),
    ("large", { .judged(try SampleNews.hostile("<!here> @everyone [x](https://evil.example) `*_~|\u{202E}", count: 60)) }),
  ]

  @Test(arguments: Policies.Notification.Service.allCases, samples.map(\.0))
  func messagesAreAsTheyWereChecked(_ service: Policies.Notification.Service, _ sample: String) throws {
    let news = try #require(Self.samples.first { $0.0 == sample }).1()
    let payload = Self.payload(news, .sample(service, report: "https://ci.example.com/runs/7?a=1&b=2"))
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/delivery/\(service.rawValue)-\(sample).json")
      .standardized.path
    if ProcessInfo.processInfo.environment["FLIPGATE_RECORD"] != nil {
      try Files.write(payload.serialized(.indented) + "\n", to: path)
      Issue.record("recorded \(path): check it with fixtures/generate/messages.py and run again")
    }
    #expect(payload == (try JSONValue.parse(try Files.read(path), file: path)))
  }

  @Test func theSentenceNamesTheBudgetAndItsNumbers() throws {
    let text = Self.payload(.judged(try SampleNews.failed()), .sample(.slack))["text"]?.string
    #expect(
      text == "❌ Gate failed: assistant-prod – The budget \"hellaswag-flips\" on \"hellaswag\" is broken: 37 of 500 items went from right to wrong "
        + "(7.4%), more than the allowed 20.")
    let passed = Self.payload(.judged(try SampleNews.passed()), .sample(.slack))["text"]?.string
    #expect(passed == "✅ Gate passed: assistant-prod – The budget holds; 3 of 500 items went from right to wrong, 12 from wrong to right.")
  }

  // MARK: What leaves the house

  @Test(arguments: Policies.Notification.Service.allCases) func textOfModelsLeavesOnlyWhenAsked(_ service: Policies.Notification.Service) throws {
    let news = GateNews.judged(try SampleNews.failed())
    let all = Self.payload(news, .sample(service, detail: .items)).serialized()
    let budgets = Self.payload(news, .sample(service, detail: .budgets)).serialized()
    let summary = Self.payload(news, .sample(service, detail: .summary)).serialized()
    #expect(all.contains("flies to the") && !budgets.contains("flies to the") && !summary.contains("flies to the"))
    #expect(all.contains("7.4%") && budgets.contains("7.4%") && !summary.contains("7.4%"))
    // 38 flips of 540 items in both tasks.
    #expect(summary.contains("1 of 3 budgets is broken; 38 of 540 items went from right to wrong"))
    let run = Self.payload(SampleNews.failedRun, .sample(service, detail: .summary)).serialized()
    #expect(!run.contains("safetensors") && run.contains("ended before a verdict"))
  }

  // MARK: Limits

  static let hostileTexts: [String] = [
    "", "a", "<script>alert(1)</script>", "<!channel> <!here> <@U123> <users/all>", "@everyone @here @channel @all", "]]>", "\u{1B}[31m\u{7}",
    "::set-output name=x::y\n##[error]", "\u{202E}\u{2066}\u{200F}", "&&&&&&&&", "```*_~|>[](){}#+-.!", "\u{0}\u{1}\u{7F}\u{FFFD}",
    "👩‍👩‍👧‍👦 💥 é\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "\\\"\\\"", "日本語テキスト",
  ]

  static let longTexts: [String] =
    ["a", "&", "<", "\"", "\u{202E}", "\\", "👩‍👩‍👧‍👦", "日", "\n", "*", "`"].map { String(repeating: $0, count: 5_000) }
    + [String(repeating: "x ", count: 500_000)]

  /// All lists full, and with one entry each.
  @Test(arguments: hostileTexts, [1, 70]) func hostileTextsKeepTheLimits(_ text: String, _ count: Int) throws {
    let result = try SampleNews.hostile(text, count: count)
    for verdict in [Verdict.failed, .passed] {
      var result = result
      result.verdict = verdict
      try check(.judged(result))
    }
  }

  /// Twelve of everything are more than a chat shows; of a million characters one is enough.
  @Test(arguments: longTexts) func longTextsKeepTheLimits(_ text: String) throws {
    let result = try SampleNews.hostile(text, count: text.utf8.count > 500_000 ? 1 : 12)
    try check(.judged(result))
    try check(.failedRun(.init(policy: text, baseline: text, candidate: text, reason: text)))
  }

  private func check(_ news: GateNews) throws {
    let link = "https://ci.example.com/" + String(repeating: "x", count: 900)
    for service in Policies.Notification.Service.allCases {
      for detail in [Policies.Notification.Detail.summary, .items] {
        let payload = Self.payload(news, .sample(service, detail: detail, report: link))
        let bytes = payload.serialized()
        #expect(try JSONValue.parse(Array(bytes.utf8), file: "payload") == payload)
        for fault in MessageLimits.faults(payload, of: service) { Issue.record("\(service), \(news.occasion), \(detail): \(fault)") }
      }
    }
  }

  @Test func aLargeResultIsCutWithItsCount() throws {
    let result = try SampleNews.hostile("name", count: 70)
    let slack = Self.payload(.judged(result), .sample(.slack)).serialized()
    // 70 budgets, of which every fifth holds.
    #expect(slack.contains("14 budgets hold") && slack.contains("more tasks"))
    let event = Self.payload(.judged(result), .sample(.webhook))
    let shown = try #require(event["data"]?["tasks"]?.array?.count)
    #expect(event["data"]?["left_out"]?["tasks"]?.integer == 70 - shown)
    #expect(event["data"]?["counts"]?["budgets"]?["failed"] == 14)
  }

  /// Ten thousand flips are sorted once, for the few that a message shows.
  @Test(.timeLimit(.minutes(2))) func aHugeResultIsTold() throws {
    let result = try SampleNews.hostile("t", count: 10_000)
    for service in Policies.Notification.Service.allCases {
      #expect(MessageLimits.faults(Self.payload(.judged(result), .sample(service)), of: service) == [])
    }
  }

  // MARK: PagerDuty's alert opens and closes

  @Test func whatOpensAnAlertClosesIt() throws {
    let notification = Policies.Notification.sample(.pagerDuty, on: [.failed])
    let opened = Self.payload(.judged(try SampleNews.failed()), notification)
    let closed = Self.payload(.judged(try SampleNews.passed()), notification)
    #expect(opened["event_action"] == "trigger" && closed["event_action"] == "resolve")
    #expect(opened["dedup_key"] == "flipgate/assistant-prod/alerts" && closed["dedup_key"] == opened["dedup_key"])
    #expect(closed.members?.count == 2)
    #expect(notification.isDue(on: .passed) && notification.isDue(on: .warned) && !notification.isDue(on: .undecided))
    let warned = Policies.Notification.sample(.pagerDuty, on: [.warned])
    #expect(!warned.resolves(on: .warned) && warned.resolves(on: .passed))
    #expect(!Policies.Notification.sample(.slack, on: [.failed]).isDue(on: .passed))
  }

  @Test func aKeyThatIsTooLongIsADigest() throws {
    var notification = Policies.Notification.sample(.pagerDuty)
    notification.alertKey = String(repeating: "k", count: 256)
    let key = Self.payload(.judged(try SampleNews.failed()), notification)["dedup_key"]?.string
    #expect(key?.hasPrefix("flipgate/sha256:") == true)
    notification.alertKey = String(repeating: "k", count: 255)
    #expect(Self.payload(.judged(try SampleNews.failed()), notification)["dedup_key"]?.string == notification.alertKey)
  }
}

/// The services' documented limits, each counted here anew.
enum MessageLimits {
  static func faults(_ payload: JSONValue, of service: Policies.Notification.Service) -> [String] {
    holdsNull(payload) && service != .teams && service != .webhook ? ["null"] : limits(payload, of: service)
  }

  /// Services refuse it where an object is expected.
  private static func holdsNull(_ value: JSONValue) -> Bool {
    value == .null || (value.array ?? []).contains(where: holdsNull) || (value.members ?? []).contains { holdsNull($0.value) }
  }

  private static func limits(_ payload: JSONValue, of service: Policies.Notification.Service) -> [String] {
    switch service {
    case .slack: slack(payload)
    case .teams: payload.serialized().utf8.count >= 21_000 ? ["\(payload.serialized().utf8.count) bytes"] : []
    case .discord: discord(payload)
    case .mattermost: mattermost(payload)
    case .pagerDuty: pagerDuty(payload)
    case .googleChat: googleChat(payload)
    case .webhook: payload.serialized().utf8.count > 20_000 ? ["\(payload.serialized().utf8.count) bytes"] : []
    }
  }

  private static func size(_ value: JSONValue?) -> Int { value?.string?.utf16.count ?? 0 }

  private static func slack(_ payload: JSONValue) -> [String] {
    var faults: [String] = []
    func expect(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }
    expect(payload.serialized().utf16.count < 8_000, "whole \(payload.serialized().utf16.count)")
    expect(size(payload["text"]) > 0, "no text")
    let blocks = payload["blocks"]?.array ?? []
    expect((1...50).contains(blocks.count), "\(blocks.count) blocks")
    for block in blocks {
      expect(block["type"] != "header" || (1...150).contains(size(block["text"]?["text"])), "header")
      expect(block["type"] != "section" || block["fields"] != nil || (1...3_000).contains(size(block["text"]?["text"])), "section")
      let fields = block["fields"]?.array ?? []
      expect(fields.count <= 10 && fields.allSatisfy { size($0["text"]) <= 2_000 }, "fields")
      for words in fields + [block["text"]].compactMap({ $0 }) + (block["elements"]?.array ?? []) where words["type"] == "mrkdwn" {
        let text = words["text"]?.string ?? ""
        // All that may stand in angle brackets is our own link.
        let inside = text.components(separatedBy: "<").dropFirst()
        expect(inside.allSatisfy { $0.hasPrefix("https://ci.example.com/") }, "a sign of Slack's: \(text.prefix(80))")
        expect(words["verbatim"] == true && !text.contains("@here") && !text.contains("@channel") && !text.contains("@everyone"), "a mention")
      }
    }
    return faults
  }

  private static func discord(_ payload: JSONValue) -> [String] {
    var faults: [String] = []
    func expect(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }
    expect((1...2_000).contains(size(payload["content"])), "content")
    expect(payload["allowed_mentions"] == ["parse": []], "mentions")
    let embeds = payload["embeds"]?.array ?? []
    expect((1...10).contains(embeds.count), "embeds")
    var total = 0
    for embed in embeds {
      let fields = embed["fields"]?.array ?? []
      expect(size(embed["title"]) <= 256 && size(embed["description"]) <= 4_096 && fields.count <= 25, "embed")
      expect(fields.allSatisfy { (1...256).contains(size($0["name"])) && (1...1_024).contains(size($0["value"])) }, "field")
      expect(size(embed["footer"]?["text"]) <= 2_048, "footer")
      total += size(embed["title"]) + size(embed["description"]) + size(embed["footer"]?["text"])
      total += fields.reduce(0) { $0 + size($1["name"]) + size($1["value"]) }
    }
    expect(total <= 6_000, "total \(total)")
    return faults
  }

  private static func mattermost(_ payload: JSONValue) -> [String] {
    let text = payload.serialized()
    var faults: [String] = []
    if text.utf16.count > 16_383 { faults.append("\(text.utf16.count) characters") }
    for call in ["@all", "@here", "@channel", "@everyone", "<!"] where text.contains(call) { faults.append("calls \(call)") }
    return faults
  }

  private static func pagerDuty(_ payload: JSONValue) -> [String] {
    var faults: [String] = []
    func expect(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }
    expect((1...255).contains(size(payload["dedup_key"])), "key")
    expect(payload.serialized().utf8.count < 512_000, "whole")
    if payload["event_action"] == "trigger" {
      let event = payload["payload"]
      expect((1...1_024).contains(size(event?["summary"])), "summary")
      expect(event?["source"]?.string != nil, "source")
      expect(["critical", "error", "warning", "info"].contains(event?["severity"]?.string ?? ""), "severity")
    } else {
      expect(payload["event_action"] == "resolve", "action")
    }
    expect(payload["routing_key"] == nil, "a secret")
    return faults
  }

  private static func googleChat(_ payload: JSONValue) -> [String] {
    var faults: [String] = []
    if payload.serialized().utf8.count > 32_000 { faults.append("\(payload.serialized().utf8.count) bytes") }
    if size(payload["text"]) > 4_096 || payload["text"]?.string?.contains("<") == true { faults.append("text") }
    return faults
  }
}

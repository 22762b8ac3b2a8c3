// `notify` in a policy: what it may say, what it must not hold, and how it is explained.

import Documents
import Policies
import Testing

@Suite struct NotificationPolicyTests {
  static let budget = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 1}]"

  static func read(_ entries: String) throws -> [Notification] { try policy("notify:\n\(entries)\n\(budget)").notifications }

  @Test func entriesAreRead() throws {
    let read = try Self.read(
      """
        - {id: slack, type: slack, url_env: SLACK_WEBHOOK_URL, on: [failed, undecided], required: false}
        - {id: pager, type: pagerduty, secret_env: PD_KEY, on: [failed, error], dedup_key: my-gate, include: summary}
        - id: hook
          type: webhook
          url_env: _HOOK2
          secret_env: HOOK_SECRET
          headers_env: {Authorization: HOOK_TOKEN, X-Team: TEAM}
          on: [passed, warned]
          required: true
          allow_private: true
          include: items
          report_url: https://ci.example.com/runs/7?a=1
          ca_file: certificates/ca.pem
          client_certificate: /etc/gate.pem
          client_key: gate.key
          client_key_password_env: KEY_PASSWORD
      """)
    #expect(
      read == [
        Notification(id: "slack", service: .slack, addressVariable: "SLACK_WEBHOOK_URL"),
        Notification(
          id: "pager", service: .pagerDuty, addressVariable: nil, secretVariable: "PD_KEY", occasions: [.failed, .error], detail: .summary,
          alertKey: "my-gate"),
        Notification(
          id: "hook", service: .webhook, addressVariable: "_HOOK2", secretVariable: "HOOK_SECRET",
          headers: [.init(name: "Authorization", variable: "HOOK_TOKEN"), .init(name: "X-Team", variable: "TEAM")], occasions: [.passed, .warned],
          isRequired: true, allowsPrivate: true, detail: .items, reportAddress: "https://ci.example.com/runs/7?a=1",
          encryption: .init(
            authorities: "certificates/ca.pem", certificate: "/etc/gate.pem", key: "gate.key", keyPasswordVariable: "KEY_PASSWORD")),
      ])
  }

  static let faults: [(String, [String])] = [
    ("{id: a, url_env: X}", ["a notification has no \"type\"; add it"]), ("{type: slack, url_env: X}", ["a notification has no \"id\"; add it"]),
    (
      "{id: a, type: slakc, url_env: X}",
      ["\"type\" is \"slakc\"; expected slack, teams, discord, mattermost, pagerduty, google_chat, webhook (did you mean \"slack\"?)"]
    ),
    ("{id: a, type: slack}", ["the notification (it names the environment variable with the address) has no \"url_env\"; add it"]),
    (
      "{id: a, type: pagerduty}",
      ["the notification (it names the environment variable with PagerDuty's routing key) has no \"secret_env\"; add it"]
    ),
    (
      "{id: a, type: slack, url: https://hooks.example/T0/B0/secret}",
      [
        "the notification (it names the environment variable with the address) has no \"url_env\"; add it",
        "\"url\" is not supported by this version of flipgate; an address of a webhook is a secret: put it into an environment variable and name "
          + "that with url_env",
      ]
    ),
    (
      "{id: a, type: slack, url_env: https://hooks.example/T0/B0/secret}",
      ["\"url_env\" is no name; expected the name of an environment variable (letters, digits and _), which holds the value itself"]
    ), ("{id: a, type: slack, url_env: X, urlenv: Y}", ["unknown key \"urlenv\" in a notification; did you mean \"url_env\"?"]),
    (
      "{id: a, type: slack, url_env: X, on: [faild]}",
      ["\"on\" is \"faild\"; expected passed, warned, failed, undecided, error (did you mean \"failed\"?)"]
    ), ("{id: a, type: slack, url_env: X, on: []}", ["\"on\" is an empty list; expected a list of passed, warned, failed, undecided, error"]),
    (
      "{id: a, type: slack, url_env: X, secret_env: S}",
      ["\"secret_env\" does not apply to type: slack: its address is its only secret; remove it"]
    ),
    (
      "{id: a, type: teams, url_env: X, dedup_key: k}",
      ["\"dedup_key\" does not apply to type: teams: it tells PagerDuty's alerts apart; remove it"]
    ),
    (
      "{id: a, type: slack, url_env: X, report_url: 'javascript:alert(1)'}",
      ["\"report_url\" is \"javascript:alert(1)\"; expected an address such as https://ci.example.com/runs/7"]
    ), ("{id: a, type: slack, url_env: X, include: all}", ["\"include\" is \"all\"; expected summary, budgets, items"]),
    ("{id: a, type: slack, url_env: X, required: maybe}", ["\"required\" is \"maybe\"; expected true or false"]),
    (
      "{id: a, type: slack, url_env: X, client_key: k.pem}",
      ["the notification (a client shows a certificate and holds its key) has no \"client_certificate\"; add it"]
    ),
    (
      "{id: a, type: webhook, url_env: X, headers_env: {Content-Type: A, 'a b': B, webhook-id: C}}",
      ["Content-Type", "a b", "webhook-id"].map {
        "\"headers_env\" is \"\($0)\"; expected the name of a header field, such as Authorization, that Flipgate does not set itself"
      }
    ),
    (
      "{id: a, type: slack, url_env: X}, {id: a, type: teams, url_env: X}",
      ["the notification id \"a\" is already used at line 4; give each its own, it is what reports are compared by"]
    ),
  ]

  @Test(arguments: faults.indices) func faultsHaveTheirPlace(_ index: Int) {
    let (entry, sentences) = Self.faults[index]
    let error = #expect(throws: PolicyError.self) { try policy("notify: [\(entry)]\n\(Self.budget)") }
    #expect(error?.problems.map { $0.description.replacing(#/^p\.yaml:4:\d+: /#, with: "") }.sorted() == sentences.sorted())
    // A secret that was written by mistake is not repeated.
    #expect(error?.description.contains("/T0/B0/secret") == false)
  }

  @Test(arguments: [
    ("https://a.example/x", true), ("http://localhost:8080/x", true), ("http://127.0.0.1/x", true), ("http://a.example/x", false),
    ("http://localhost.evil.example/", false), ("https://", false), ("https:///x", false), ("https://u:p@a.example/", false),
    ("https://a.example/<x>", false), ("https://a.example/\u{202E}", false), ("HTTPS://a.example", false), ("", false),
    ("https://a.example/" + String(repeating: "x", count: 1000), false),
  ])
  func reportsAreOnTheWeb(_ text: String, _ isGood: Bool) { #expect(Notification.isReportAddress(text) == isGood) }

  /// The schema takes what the reader takes, and refuses what an editor can see.
  @Test(arguments: faults.indices) func theSchemaAgrees(_ index: Int) throws {
    let good =
      "notify: [{id: a, type: webhook, url_env: X, headers_env: {X-A: B}, on: [failed]}, {id: b, type: pagerduty, secret_env: S}]\n" + Self.budget
    #expect(ShippedPolicyTests.validator.faults(try YAMLNode.parse(policyText(good), file: "p").json) == [])
    let text = policyText("notify: [\(Self.faults[index].0)]\n\(Self.budget)")
    let faults = ShippedPolicyTests.validator.faults(try YAMLNode.parse(text, file: "p").json)
    // What ties keys together, and ids that are used twice, only the reader finds.
    let isSeen = ![10, 11, 15, 16, 17].contains(index)
    #expect(faults.isEmpty != isSeen, "\(index): \(faults)")
  }

  @Test func theExplanationSaysWhereMessagesGo() throws {
    let lines = try policy(
      """
      notify:
        - {id: slack, type: slack, url_env: SLACK_URL, on: [failed, undecided]}
        - {id: pager, type: pagerduty, secret_env: PD_KEY, on: [failed], include: summary, required: true}
        - {id: hook, type: webhook, url_env: HOOK, secret_env: S, on: [error], include: items, allow_private: true}
      \(Self.budget)
      """
    ).explanation()
    #expect(
      Array(lines.drop { $0 != "Messages" }) == [
        "Messages",
        "  slack: tells Slack (address in $SLACK_URL) of failed and undecided, with the budgets and no text of models; if it does not arrive, the "
          + "verdict stands.",
        "  pager: tells PagerDuty (its common address) of failed, and closes the alert when the gate passes or warns, with the counts alone; if it does "
          + "not arrive, the run has failed.",
        "  hook: tells webhook (address in $HOOK) of error, with the budgets and the worst items, text of models among them, signed with $S, also in a "
          + "private network; if it does not arrive, the verdict stands.",
      ])
  }

  /// A certificate's path is relative to the file that names it, and `on` adds up.
  @Test func aParentsEntryIsTakenOver() throws {
    let folder = try PolicyFolder([
      "team/base.yaml": policyText("notify: [{id: a, type: slack, url_env: X, on: [failed], ca_file: ca.pem}]\n\(Self.budget)"),
      "own.yaml": policyText(
        "extends: team/base.yaml\nnotify: [{id: a, on: [error], required: true, client_key: own.key, client_certificate: own.pem}]"),
    ])
    let read = try #require(try Policy.load(folder.path + "/own.yaml").notifications.first)
    #expect(read.occasions == [.failed, .error] && read.isRequired)
    #expect(read.encryption.authorities == folder.path + "/team/ca.pem" && read.encryption.key == folder.path + "/own.key")
  }

  @Test func noVerdictChanges() throws {
    let result = try judge("notify: [{id: slack, type: slack, url_env: X}]\n\(Self.budget)", SampleItem.flips(bothCorrect: 3))
    #expect(result.verdict == .passed && result.findings.isEmpty)
  }
}

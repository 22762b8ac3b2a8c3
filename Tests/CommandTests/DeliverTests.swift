// `check` and `deliver` against a receiver on this machine: what is sent, what is printed, what is kept, and the exit status.

import Documents
import Foundation
import LoopbackServer
import Synchronization
import Testing

@Suite struct DeliverTests {
  /// Two logs and a policy whose one budget holds or not, in a folder of its own.
  struct Case {
    let folder: TemporaryFolder
    var policy: String { folder.path("policy.yaml") }
    var report: String { folder.path("report") }

    /// Two of four items flip; `allowed` of them may.
    init(allowed: Int, notify: String) throws {
      folder = try TemporaryFolder()
      try folder.write(Self.record([1, 1, 1, 1]), to: "baseline.jsonl")
      try folder.write(Self.record([1, 1, 0, 0]), to: "candidate.jsonl")
      try folder.write(
        """
        apiVersion: flipgate/v1
        kind: Policy
        metadata: {name: deliver-test}
        notify: [\(notify)]
        budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: \(allowed)}]
        """, to: "policy.yaml")
    }

    func check(_ arguments: [String] = [], environment: [String: String]) throws -> ProgramRun {
      try Program.run(
        [
          "check", "--policy", policy, "--baseline", folder.path("baseline.jsonl"), "--candidate", folder.path("candidate.jsonl"), "--report-dir",
          report,
        ]
          + arguments, environment: environment)
    }

    private static func record(_ scores: [Int]) -> String {
      var lines = [
        """
        {"format":"flipgate.run","version":1,"created":"2026-01-02T03:04:05Z","model":{"name":"m","weights_sha256":"w","config_sha256":"c",\
        "adapter_sha256":null,"parameters":1,"architecture":"llama"},"tokenizer_sha256":"t","chat_template_sha256":null,"engine":{"name":"flipgate",\
        "version":"0","precision":"f32","matrix_library":"none","kernels":"none"},"tasks":[{"task":"quiz","task_sha256":"t","data_sha256":"d",\
        "num_fewshot":0,"items":4,"metrics":[{"name":"acc","higher_is_better":true}],"primary_metric":"acc"}],"shard":null}
        """
      ]
      for (index, score) in scores.enumerated() {
        lines.append(
          """
          {"task":"quiz","item":"item-\(index)","index":\(index),"slices":{},"cluster":null,"filter":"none","target":"yes","output":"x",\
          "prediction":"\(score == 1 ? "yes" : "no <secret>")","choices":null,"correct":\(score == 1),"scores":{"acc":\(score)},"unscored":null,\
          "error":null,"tokens":{"prompt":1,"output":1}}
          """)
      }
      return (lines + [#"{"end":true,"items":4}"#]).joined(separator: "\n") + "\n"
    }
  }

  /// Answers of a list, the last one again and again.
  static func server(_ statuses: [Int]) throws -> LoopbackServer {
    let next = Mutex(0)
    return try LoopbackServer { _ in
      next.withLock { index in
        defer { index += 1 }
        return ServedAnswer(statuses[min(index, statuses.count - 1)])
      }
    }
  }

  @Test func aVerdictIsTold() throws {
    let server = try Self.server([200])
    let sample = try Case(
      allowed: 1, notify: "{id: chat, type: slack, url_env: CHAT_URL}, {id: quiet, type: teams, url_env: NO_SUCH_VARIABLE, on: [passed]}")
    let run = try sample.check(["--report-url", "https://ci.example.com/7"], environment: ["CHAT_URL": server.origin + "/T0/token-of-chat"])
    #expect(run.status == 1 && !run.errors.contains("chat"), "\(run.errors)")
    let body = try JSONValue.parse(try #require(server.requests.first).body, file: "body").serialized()
    #expect(
      server.requests.count == 1 && body.contains("2 of 4 items") && body.contains("https://ci.example.com/7") && !body.contains("token-of-chat"))
    #expect(!Files.exists(sample.report + "/deliveries"))
    // The same from the saved result, and none at all where that is asked for.
    let again = try Program.run(
      ["deliver", sample.report + "/result.json", "--policy", sample.policy], environment: ["CHAT_URL": server.origin])
    #expect(again.status == 0 && again.output == "1 message sent\n" && server.requests.count == 2, "\(again.errors)")
    #expect(try sample.check(["--no-notify"], environment: [:]).status == 1 && server.requests.count == 2)
  }

  /// Exit status 1 is the verdict's; where the message is required, 4. What was kept is sent again with its id.
  @Test(arguments: [false, true]) func whatDoesNotArriveIsKept(_ isRequired: Bool) throws {
    let server = try Self.server([403, 200])
    let sample = try Case(allowed: 1, notify: "{id: chat, type: slack, url_env: CHAT_URL, required: \(isRequired)}")
    let environment = ["CHAT_URL": server.origin + "/T0/token-of-chat"]
    let run = try sample.check(environment: environment)
    #expect(run.status == (isRequired ? 4 : 1))
    let lines = run.errors.split(separator: "\n").filter { $0.contains("chat") }
    #expect(lines.count == 1, "\(run.errors)")
    let end = isRequired ? "it is required, so the run has failed" : "the verdict stands"
    #expect(
      lines.first?.hasPrefix("flipgate: the message \"chat\" to Slack did not arrive: \(server.origin): answered with status 403; \(end); kept in ")
        == true)
    #expect(!(run.errors + run.output).contains("token-of-chat"))
    let kept = try Files.list(sample.report + "/deliveries")
    #expect(kept.count == 1)
    #expect(try !Files.readText(sample.report + "/deliveries/" + (kept.first ?? "")).contains("T0"))
    let retry = try Program.run(["deliver", "--retry", sample.report], environment: environment)
    #expect(retry.status == 0 && retry.output == "1 message sent\n", "\(retry.errors)")
    #expect(try Files.list(sample.report + "/deliveries").isEmpty)
    #expect(server.requests.count == 2 && server.requests[0].headers["webhook-id"] == server.requests[1].headers["webhook-id"])
    #expect(server.requests[0].body == server.requests[1].body)
    #expect(try Program.run(["deliver", "--retry", sample.report]).output == "no message to send\n")
  }

  /// A dry run needs no address and shows no secret.
  @Test func aDryRunPrints() throws {
    let notify =
      "{id: page, type: pagerduty, secret_env: PD_KEY}, {id: hook, type: webhook, url_env: HOOK_URL, secret_env: HOOK_SECRET, include: items}"
    let sample = try Case(allowed: 1, notify: notify)
    let run = try sample.check(["--dry-run-notify", "--quiet"], environment: ["PD_KEY": "topsecret", "HOOK_SECRET": "whsec_topsecret"])
    #expect(run.status == 1 && run.output.contains("\"routing_key\": \"$PD_KEY\"") && run.output.contains("\"to\": \"$HOOK_URL\""), "\(run.errors)")
    #expect(run.output.contains("\"event_action\": \"trigger\"") && run.output.contains("no <secret>") && !run.output.contains("topsecret"))
    let dry = try Program.run(["deliver", sample.report + "/result.json", "--policy", sample.policy, "--dry-run"])
    #expect(dry.status == 0 && dry.output.contains("\"type\": \"flipgate.gate.failed\""), "\(dry.errors)")
    #expect(!Files.exists(sample.report + "/deliveries"))
  }

  /// A pass closes PagerDuty's alert and tells nobody else.
  @Test func aPassClosesTheAlert() throws {
    let sample = try Case(allowed: 2, notify: "{id: page, type: pagerduty, secret_env: PD_KEY}, {id: chat, type: slack, url_env: CHAT_URL}")
    let run = try sample.check(["--dry-run-notify", "--quiet"], environment: [:])
    #expect(run.status == 0 && run.output.contains("\"event_action\": \"resolve\"") && !run.output.contains("chat"), "\(run.errors)")
  }

  @Test func aRunWithoutAVerdictIsTold() throws {
    let server = try Self.server([200])
    let sample = try Case(allowed: 1, notify: "{id: chat, type: webhook, url_env: CHAT_URL, on: [error]}")
    try sample.folder.write("{", to: "candidate.jsonl")
    let run = try sample.check(environment: ["CHAT_URL": server.origin])
    #expect([2, 4].contains(run.status))
    let body = try JSONValue.parse(try #require(server.requests.first).body, file: "body")
    #expect(body["type"] == "flipgate.gate.error" && body["data"]?["verdict"] == nil)
    #expect(body["data"]?["summary"]?.string?.contains("candidate.jsonl") == true)
  }

  @Test(arguments: [
    ["deliver"], ["deliver", "result.json"], ["deliver", "--policy", "p.yaml"], ["deliver", "result.json", "--policy", "p", "--retry", "d"],
    ["deliver", "--retry", "d", "--report-url", "https://a.example"], ["check", "--no-notify", "--dry-run-notify"],
  ])
  func usageIsChecked(_ arguments: [String]) throws { #expect(try Program.run(arguments).status == 2) }

  @Test func brokenFilesAreSaid() throws {
    let folder = try TemporaryFolder()
    try Files.write("{}", to: folder.path("deliveries/x.json"))
    let run = try Program.run(["deliver", "--retry", folder.path])
    #expect(run.status == 4 && run.errors.contains("x.json: this is no kept message"))
  }
}

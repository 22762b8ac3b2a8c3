// Messages against a real server on this machine: what is tried again, what is not, where nothing is ever sent, and what is said of it.

import Delivery
import Digests
import Documents
import Foundation
import LoopbackServer
import Policies
import Synchronization
import Testing
import Transfers

@Suite struct CourierTests {
  /// A clock that goes by the pauses taken, so that no test waits.
  final class Time: Sendable {
    private let state = Mutex<(now: Double, pauses: [Double])>((0, []))
    var now: Double { state.withLock { $0.now } }
    var pauses: [Double] { state.withLock { $0.pauses } }
    func pass(_ seconds: Double) {
      state.withLock {
        $0.now += seconds
        $0.pauses.append(seconds)
      }
    }
  }

  static let secret = "whsec_" + base64Encoded(Array(1...32))
  static let path = "/services/T0SECRET/B0SECRET/verysecrettoken"

  static func courier(
    _ environment: [String: String], time: Time = Time(), jitter: Double = 1, tryTimeout: Double = 20
  ) -> Courier {
    var client = HTTPClient(userAgent: "flipgate-tests/1")
    client.proxy = ""
    var courier = Courier(
      client: client, environment: { environment[$0] }, now: { 1_767_322_989 + Int(time.now) }, clock: { time.now }, jitter: { jitter },
      sleep: { time.pass($0) })
    courier.tryTimeout = tryTimeout
    return courier
  }

  static func notice(_ notification: Policies.Notification) throws -> Notice {
    let notices = Notice.due(
      .judged(try SampleNews.failed()), by: [notification], created: 1_767_322_989, random: { 0x0123_4567_89AB_CDEF })
    return try #require(notices.first)
  }

  static func failure(_ notice: Notice, _ courier: Courier) async -> NoticeFailure? {
    do throws(NoticeFailure) {
      try await courier.send(notice)
      return nil
    } catch {
      return error
    }
  }

  // MARK: What arrives

  @Test(arguments: Policies.Notification.Service.allCases, [200, 202, 204]) func messagesArrive(
    _ service: Policies.Notification.Service, _ status: Int
  ) async throws {
    let server = try LoopbackServer { _ in ServedAnswer(status) }
    let notice = try Self.notice(.sample(service))
    let environment = ["HOOK_URL": server.origin + Self.path + "\n", "HOOK_SECRET": Self.secret, "PD_KEY": "0123456789abcdef0123456789abcdef"]
    #expect(await Self.failure(notice, Self.courier(environment)) == nil)
    let request = try #require(server.requests.first)
    #expect(server.requests.count == 1 && request.method == "POST" && request.target == Self.path)
    #expect(request.headers["content-type"] == "application/json" && request.headers["webhook-id"] == notice.id)
    var payload = notice.payload
    if service == .pagerDuty {
      payload = .object(of: [("routing_key", "0123456789abcdef0123456789abcdef")] + (payload.members ?? []).map { ($0.key, $0.value) })
    }
    #expect(try JSONValue.parse(request.body, file: "body") == payload)
  }

  /// Every try is signed for its own time; the id stays.
  @Test func eventsAreSigned() async throws {
    let server = try RetryServer([ServedAnswer(500), ServedAnswer(204)])
    let time = Time()
    var notification = Policies.Notification.sample(.webhook)
    notification.headers = [.init(name: "X-Team", variable: "TEAM")]
    let notice = try Self.notice(notification)
    let courier = Self.courier(["HOOK_URL": server.origin, "HOOK_SECRET": Self.secret, "TEAM": "ml"], time: time)
    #expect(await Self.failure(notice, courier) == nil)
    #expect(server.requests.count == 2 && time.pauses == [1])
    for (request, timestamp) in zip(server.requests, [1_767_322_989, 1_767_322_990]) {
      #expect(request.headers["webhook-id"] == notice.id && request.headers["webhook-timestamp"] == "\(timestamp)")
      #expect(request.headers["x-team"] == "ml")
      let signed = Array("\(notice.id).\(timestamp).".utf8) + request.body
      #expect(request.headers["webhook-signature"] == "v1," + base64Encoded(MessageAuthentication.code(of: signed, key: Array(1...32))))
    }
    let bare = try RetryServer([ServedAnswer(200)])
    notification.secretVariable = nil
    #expect(await Self.failure(try Self.notice(notification), Self.courier(["HOOK_URL": bare.origin, "TEAM": "ml"])) == nil)
    #expect(bare.requests.first?.headers["webhook-signature"] == nil)
  }

  /// By the reference library, from fixtures/generate/messages.py.
  @Test func signaturesAreTheReferences() async throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/delivery/signatures.json").standardized.path
    let cases = try #require(try JSONValue.parse(try Files.read(path), file: path).array)
    #expect(cases.count == 9)
    for example in cases {
      let (secret, body) = (try #require(example["secret"]?.string), try #require(example["body"]?.string))
      let key = try #require(base64Decoded(Array(secret.dropFirst(6).utf8)))
      let text = "\(try #require(example["id"]?.string)).\(try #require(example["timestamp"]?.integer)).\(body)"
      #expect("v1," + base64Encoded(MessageAuthentication.code(of: Array(text.utf8), key: key)) == example["signature"]?.string)
    }
  }

  // MARK: What is tried again

  @Test func whatMayPassIsTriedAgain() async throws {
    let server = try RetryServer([
      ServedAnswer(500), ServedAnswer(429, headers: [("Retry-After", "7")]), ServedAnswer(200).delivered(.resetAtOnce), ServedAnswer(425),
      ServedAnswer(200),
    ])
    let time = Time()
    let notice = try Self.notice(.sample(.slack))
    #expect(await Self.failure(notice, Self.courier(["HOOK_URL": server.origin], time: time)) == nil)
    // Full jitter of 1: 1 second, what the server asks, then 4 and 8.
    #expect(time.pauses == [1, 7, 4, 8])
    #expect(Set(server.requests.map { $0.headers["webhook-id"] }) == [notice.id] && server.requests.count == 5)
  }

  @Test(arguments: [408, 425, 429, 500, 501, 502, 503, 504, 599]) func fiveTriesAreEnough(_ status: Int) async throws {
    let server = try RetryServer([ServedAnswer(status)])
    let time = Time()
    let error = await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin], time: time, jitter: 0.5))
    #expect(error?.attempts == 5 && server.requests.count == 5)
    // Half of 1, 2, 4 and 8 seconds.
    #expect(time.pauses == [0.5, 1, 2, 4])
    #expect(
      error?.description
        == "the message \"alerts\" to Slack did not arrive after 5 tries: \(server.origin): answered with status \(status); the verdict stands")
  }

  @Test(arguments: [400, 401, 403, 404, 410, 413, 422]) func aRefusalIsTakenAtOnce(_ status: Int) async throws {
    let server = try RetryServer([.text(status, "no")])
    let time = Time()
    let error = await Self.failure(try Self.notice(.sample(.discord)), Self.courier(["HOOK_URL": server.origin], time: time))
    #expect(error?.attempts == 1 && server.requests.count == 1 && time.pauses.isEmpty)
  }

  /// 60 seconds are waited for once; a second time would lead past 90.
  @Test func patienceEndsAfterNinetySeconds() async throws {
    let server = try RetryServer([ServedAnswer(429, headers: [("Retry-After", "60")])])
    let time = Time()
    let error = await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin], time: time))
    #expect(error?.attempts == 2 && time.pauses == [60])
    let long = try RetryServer([ServedAnswer(429, headers: [("Retry-After", "3600")])])
    #expect(await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": long.origin], time: time))?.attempts == 1)
  }

  @Test func aServerThatHangsIsLeft() async throws {
    let server = try RetryServer([ServedAnswer(200).delivered(.hang)])
    let time = Time()
    let error = await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin], time: time, tryTimeout: 0.1))
    #expect(error?.attempts == 5)
    guard case .transfer(.timeout, _)? = error?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aBodyThatTricklesIsLeft() async throws {
    let body = [UInt8](repeating: 65, count: 50_000)
    let server = try RetryServer([ServedAnswer(200, body: body).delivered(.slowly(bytes: 1, seconds: 0.05))])
    let error = await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin], tryTimeout: 0.2))
    #expect(error?.attempts == 5)
  }

  /// A connection that is reset, and one that nobody takes.
  @Test func connectionsThatFailAreTriedAgain() async throws {
    let server = try RetryServer([ServedAnswer(200).delivered(.resetAtOnce)])
    #expect(await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin]))?.attempts == 5)
    let origin = try { try LoopbackServer { _ in ServedAnswer(200) }.origin }()
    #expect(await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": origin]))?.attempts == 5)
  }

  @Test(arguments: [301, 302, 303, 307, 308]) func redirectsAreNotFollowed(_ status: Int) async throws {
    let other = try LoopbackServer { _ in ServedAnswer(200) }
    let server = try RetryServer([.redirect(to: other.origin + "/elsewhere", status: status)])
    let error = await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin]))
    #expect(error?.reason == "\(server.origin): answered with status \(status); redirects are not followed")
    #expect(other.requests.isEmpty && server.requests.count == 1)
  }

  // MARK: What is said

  @Test func slacksWordsAreExplained() async throws {
    let server = try RetryServer([.text(400, "invalid_blocks")])
    let error = await Self.failure(try Self.notice(.sample(.slack, required: true)), Self.courier(["HOOK_URL": server.origin]))
    #expect(
      error?.description
        == "the message \"alerts\" to Slack did not arrive: \(server.origin): answered with status 400: \"invalid_blocks\" "
        + "(Slack refused the layout of the message: this is a fault of Flipgate); it is required, so the run has failed")
  }

  /// A server may repeat the path, the token or the key: none of it is shown, nor what would act on a terminal.
  @Test func secretsAreNeverShown() async throws {
    let server = try RetryServer([
      .text(
        404,
        "Cannot POST \(Self.path)\u{1B}[31m verysecrettoken T0SECRET hunter2hunter2 \(Self.secret)\n::error::x \u{202E}"
          + String(repeating: "x", count: 5_000))
    ])
    var notification = Policies.Notification.sample(.webhook)
    notification.headers = [.init(name: "Authorization", variable: "AUTH")]
    let environment = ["HOOK_URL": server.origin + Self.path, "HOOK_SECRET": Self.secret, "AUTH": "hunter2hunter2"]
    let error = try #require(await Self.failure(try Self.notice(notification), Self.courier(environment)))
    for text in [error.description, explanation(of: error), "\(error)"] {
      for secret in ["SECRET", "verysecret", "hunter2", "whsec_", "\u{1B}", "\u{202E}", "\n"] {
        #expect(!text.contains(secret), "\(secret) in \(text)")
      }
      #expect(text.contains("Cannot POST ***") && text.utf8.count < 1_000)
    }
  }

  @Test func aLargeAnswerIsNoFailure() async throws {
    let server = try RetryServer([ServedAnswer(200, body: [UInt8](repeating: 65, count: 200_000)), .text(200, "")])
    #expect(await Self.failure(try Self.notice(.sample(.slack)), Self.courier(["HOOK_URL": server.origin])) == nil)
    #expect(server.requests.count == 1)
  }

  static let faults: [(Policies.Notification.Service, [String: String], String)] = [
    (.slack, [:], "the environment variable HOOK_URL is not set"), (.slack, ["HOOK_URL": " \n"], "the environment variable HOOK_URL is not set"),
    (
      .slack, ["HOOK_URL": "http://hooks.example/secret"],
      "the environment variable HOOK_URL holds no address to send to: this is not a web address"
    ), (.slack, ["HOOK_URL": "hooks"], "the environment variable HOOK_URL holds no address to send to"),
    (.slack, ["HOOK_URL": "ftp://hooks.example/secret"], "the scheme \"ftp\" is not supported"),
    (.slack, ["HOOK_URL": "https://user:secret@hooks.example/"], "it holds a user name or password"),
    (
      .webhook, ["HOOK_URL": "https://127.0.0.1/", "HOOK_SECRET": "whsec_c2hvcnQ="],
      "the environment variable HOOK_SECRET holds no secret of Standard Webhooks"
    ),
    (.webhook, ["HOOK_URL": "https://127.0.0.1/"], "the environment variable HOOK_SECRET is not set"),
    (.pagerDuty, ["HOOK_URL": "https://127.0.0.1/", "PD_KEY": "a secret"], "the environment variable PD_KEY holds no routing key"),
  ]

  @Test(arguments: faults.indices) func whatTheEnvironmentLacksIsSaid(_ index: Int) async throws {
    let (service, environment, words) = Self.faults[index]
    let error = await Self.failure(try Self.notice(.sample(service)), Self.courier(environment))
    #expect(error?.attempts == 0)
    let reason = try #require(error?.reason)
    #expect(reason.contains(index == 2 ? "plain http to \"hooks.example\" would send everything in the open" : words), "\(reason)")
    #expect(!reason.contains("/secret") && !reason.contains("a secret") && !reason.contains("c2hvcnQ"))
  }

  // MARK: A round

  @Test func whatFailsIsKeptAndSentAgainWithItsID() async throws {
    let folder = try DeliveryTests.Folder()
    let server = try RetryServer([.text(403, "no_service"), ServedAnswer(200)])
    let good = try LoopbackServer { _ in ServedAnswer(200) }
    var first = Policies.Notification.sample(.slack, required: true)
    first.encryption.authorities = nil
    var second = Policies.Notification.sample(.discord)
    second.id = "other"
    second.addressVariable = "OTHER_URL"
    let random = Mutex<UInt64>(7)
    let notices = Notice.due(.judged(try SampleNews.failed()), by: [first, second], created: 1_767_322_989) {
      random.withLock { state in
        state &+= 0x9E37_79B9_7F4A_7C15
        return state
      }
    }
    let environment = ["HOOK_URL": server.origin + Self.path, "OTHER_URL": good.origin]
    let spool = Spool(reportDirectory: folder.path)
    let failures = await Self.courier(environment).deliver(notices, keepingFailures: spool)
    #expect(failures.map(\.notification) == ["alerts"] && failures.map(\.isRequired) == [true])
    let files = try spool.waiting()
    #expect(files == [folder.path + "/deliveries/" + notices[0].id + ".json"] && failures.first?.keptAt == files.first)
    let text = try Files.readText(files[0])
    #expect(!text.contains("verysecret") && text.contains("\"url_env\": \"HOOK_URL\"") && text.contains("no_service"))
    let kept = try Spool.read(files[0])
    #expect(kept.id == notices[0].id && kept.payload == notices[0].payload && kept.attempts == 1 && kept.notification.isRequired)
    // Again: the server takes it now.
    #expect(await Self.courier(environment).deliver([kept], keepingFailures: spool).isEmpty)
    #expect(try spool.waiting().isEmpty)
    #expect(server.requests.map { $0.headers["webhook-id"] } == [kept.id, kept.id])
    #expect(server.requests[0].body == server.requests[1].body)
  }

  @Test func aMessageThatCannotBeKeptIsTold() async throws {
    let folder = try DeliveryTests.Folder()
    try Files.write("a file", to: folder.path + "/deliveries")
    let failures = await Self.courier([:]).deliver([try Self.notice(.sample(.slack))], keepingFailures: Spool(reportDirectory: folder.path))
    #expect(failures.first?.keptAt == nil && failures.first?.keepingFailed != nil)
  }

  @Test(arguments: Policies.Notification.Service.allCases) func aKeptMessageReadsBack(_ service: Policies.Notification.Service) throws {
    let folder = try DeliveryTests.Folder()
    var notification = Policies.Notification.sample(service, on: Policies.Notification.usualOccasions, detail: .budgets, allowsPrivate: true)
    notification.headers = [.init(name: "X-A", variable: "A"), .init(name: "X-B", variable: "B")]
    notification.encryption = .init(authorities: "/ca.pem", certificate: "c.pem", key: "k.pem", keyPasswordVariable: "P")
    var notice = try Self.notice(notification)
    notice.attempts = 5
    notice.lastError = "no"
    let spool = Spool(reportDirectory: folder.path)
    try spool.keep(notice)
    #expect(try Spool.read(spool.path(of: notice)) == notice)
  }

  static let brokenFiles: [(String, String)] = [
    ("{}", "this is no kept message"), ("[]", "this is no kept message"), (#"{"format":"flipgate.delivery","version":2}"#, "newer than 1"),
    (#"{"format":"flipgate.delivery","version":1,"webhook_id":"../x"}"#, "\"webhook_id\" is missing or wrong"),
    (#"{"format":"flipgate.delivery","version":1,"webhook_id":"msg_0123456789abcdefghijklmn"}"#, "\"notification\" is missing or wrong"),
    (
      #"{"format":"flipgate.delivery","version":1,"webhook_id":"msg_0123456789abcdefghijklmn","notification":{"id":"a","type":"slack"},"payload":{}}"#,
      "\"notification.url_env\" is missing or wrong"
    ),
  ]

  @Test(arguments: brokenFiles.indices) func brokenFilesSayWhy(_ index: Int) throws {
    let folder = try DeliveryTests.Folder()
    let path = folder.path + "/x.json"
    try Files.write(Self.brokenFiles[index].0, to: path)
    let error = #expect(throws: SpoolError.self) { try Spool.read(path) }
    #expect(error?.description.contains(Self.brokenFiles[index].1) == true)
  }
}

/// Answers of a list, the last one again and again.
final class RetryServer: Sendable {
  private let server: LoopbackServer
  var origin: String { server.origin }
  var requests: [ServedRequest] { server.requests }

  init(_ answers: [ServedAnswer]) throws {
    let next = Mutex(0)
    server = try LoopbackServer { _ in
      next.withLock { index in
        defer { index += 1 }
        return answers[min(index, answers.count - 1)]
      }
    }
  }
}

// When a request is made again, and after how long.

import LoopbackServer
import Synchronization
import Testing
import Transfers

@Suite struct RetryTests {
  /// Pauses are kept, not taken.
  final class Pauses: Sendable {
    private let kept = Mutex<[Double]>([])
    var all: [Double] { kept.withLock { $0 } }
    func policy(attempts: Int = 5) -> RetryPolicy {
      // A jitter of 0.5 is the middle: pauses of 1, 2, 4, ... seconds.
      RetryPolicy(attempts: attempts, jitter: { 0.5 }, sleep: { seconds in self.kept.withLock { $0.append(seconds) } })
    }
  }

  static func get(_ server: LoopbackServer, _ policy: RetryPolicy) async throws(TransferError) -> HTTPResponse {
    let request = HTTPRequest(.get, try WebAddress(server.origin))
    return try await policy.run { () async throws(TransferError) in try await TransferTests.client().send(request).requireSuccess() }
  }

  /// Answers of a list, the last one again and again.
  static func server(_ answers: [ServedAnswer]) throws -> LoopbackServer {
    let next = Mutex(0)
    return try LoopbackServer { _ in
      next.withLock { index in
        defer { index += 1 }
        return answers[min(index, answers.count - 1)]
      }
    }
  }

  @Test func errorsOfTheServerPass() async throws {
    let pauses = Pauses()
    let server = try Self.server([ServedAnswer(500), ServedAnswer(503), ServedAnswer(200).delivered(.resetAtOnce), .text(200, "there")])
    #expect(try await Self.get(server, pauses.policy()).body == Array("there".utf8))
    #expect(pauses.all == [1, 2, 4])
  }

  @Test func theServerSaysWhen() async throws {
    let pauses = Pauses()
    // 08:49:37 to 08:50:07 are 30 seconds.
    let server = try Self.server([
      ServedAnswer(429, headers: [("Retry-After", "7")]),
      ServedAnswer(503, headers: [("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")]),
      ServedAnswer(429, headers: [("Retry-After", "soon")]), .text(200, "there"),
    ])
    #expect(try await Self.get(server, pauses.policy()).status == 200)
    #expect(pauses.all == [7, 30, 4])
  }

  @Test func someFailuresStay() async throws {
    for answer in [ServedAnswer(404), ServedAnswer(401), ServedAnswer(501), ServedAnswer(429, headers: [("Retry-After", "3600")])] {
      let pauses = Pauses()
      let server = try Self.server([answer])
      let error = await TransferTests.failure { () throws(TransferError) in try await Self.get(server, pauses.policy()) }
      if case .status(_, answer.status, _, _)? = error {} else { Issue.record("\(String(describing: error))") }
      #expect(pauses.all.isEmpty && server.requests.count == 1)
    }
  }

  @Test func patienceEnds() async throws {
    let pauses = Pauses()
    let server = try Self.server([ServedAnswer(502)])
    let error = await TransferTests.failure { () throws(TransferError) in try await Self.get(server, pauses.policy(attempts: 3)) }
    #expect(error?.isTransient == true && server.requests.count == 3 && pauses.all == [1, 2])
  }

  @Test func aRunThatEndsDoesNotWait() async throws {
    let server = try Self.server([ServedAnswer(502)])
    let policy = RetryPolicy(jitter: { 0 }, sleep: { _ in throw CancellationError() })
    let error = await TransferTests.failure { () throws(TransferError) in try await Self.get(server, policy) }
    if case .cancelled? = error {} else { Issue.record("\(String(describing: error))") }
  }

  /// Full jitter spreads pauses over all of their length; a limit of the whole lets no pause lead past it.
  @Test func pausesMayBeSpreadAndLimited() async throws {
    var policy = RetryPolicy(attempts: 9, jitter: { 0.25 }, sleep: { _ in })
    policy.spread = .full
    let error = TransferError.status("https://a.example", code: 500, message: nil, retryAfter: nil)
    // A quarter of 1, 2, 4 and 60 seconds.
    #expect([1, 2, 3, 8].map { policy.pause(after: error, failures: $0) } == [0.25, 0.5, 1, 15])
    policy.jitter = { 7 }
    #expect(policy.pause(after: error, failures: 1) == 1)

    let pauses = Pauses()
    let server = try Self.server([ServedAnswer(502)])
    policy = pauses.policy(attempts: 100)
    // The clock goes by the pauses: 1 and 2 are 3 seconds, 4 more would be 7.
    policy.timeLimit = RetryPolicy.TimeLimit(seconds: 7, clock: { pauses.all.reduce(0, +) })
    _ = await TransferTests.failure { () throws(TransferError) in try await Self.get(server, policy) }
    #expect(pauses.all == [1, 2])
  }

  @Test func whatMayPassIsTheCallersToSay() async throws {
    let pauses = Pauses()
    var policy = pauses.policy(attempts: 2)
    policy.mayPass = { if case .status(_, 501, _, _) = $0 { true } else { false } }
    let server = try Self.server([ServedAnswer(501)])
    _ = await TransferTests.failure { () throws(TransferError) in try await Self.get(server, policy) }
    #expect(pauses.all == [1] && server.requests.count == 2)
  }
}

// Requests against a real server on this machine: answers, redirects, limits, and everything that a connection can do wrong.

import Documents
import LoopbackServer
import Synchronization
import Testing
import Transfers

@Suite struct TransferTests {
  static func client(stall: Double = 30, isCancelled: @escaping @Sendable () -> Bool = { false }) -> HTTPClient {
    var client = HTTPClient(userAgent: "flipgate-tests/1", isCancelled: isCancelled)
    client.stallTimeout = stall
    client.connectTimeout = 30
    return client
  }

  static func failure(_ body: () async throws(TransferError) -> HTTPResponse) async -> TransferError? {
    do throws(TransferError) {
      _ = try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test func anAnswerComesWhole() async throws {
    let server = try LoopbackServer { request in
      .text(200, "\(request.method) \(request.target) \(request.headers["x-a"] ?? "-")", headers: [("X-B", " two "), ("x-b", "three")])
    }
    let address = try WebAddress(server.origin + "/a/b?c=d")
    let response = try await Self.client().send(HTTPRequest(.get, address, headers: ["X-A": "1"]))
    #expect(response.status == 200 && response.body == Array("GET /a/b?c=d 1".utf8))
    // Names without regard to case, spaces around values dropped, the first of two fields.
    #expect(response.headers["x-B"] == "two")
    #expect(response.redirections.isEmpty)
    #expect(server.requests.first?.headers["user-agent"] == "flipgate-tests/1")
  }

  @Test func bodiesAreSent() async throws {
    let server = try LoopbackServer { request in ServedAnswer(201, body: request.body.reversed()) }
    let address = try WebAddress(server.origin)
    // Over one megabyte libcurl would ask first (`Expect: 100-continue`), which this server does not answer.
    let body = [UInt8](repeating: 7, count: 1_500_000) + [1, 0, 2]
    var request = HTTPRequest(.post, address, headers: ["Content-Type": "application/octet-stream", "X-Empty": ""], body: body)
    request.bodyLimit = 2_000_000
    let response = try await Self.client().send(request)
    #expect(response.status == 201 && response.body == body.reversed())
    #expect(server.requests[0].method == "POST" && server.requests[0].headers["content-type"] == "application/octet-stream")
    #expect(server.requests[0].headers["x-empty"] == "")
    let put = try await Self.client().send(HTTPRequest(.put, address))
    #expect(put.status == 201 && put.body.isEmpty && server.requests[1].method == "PUT")
    let head = try await Self.client().send(HTTPRequest(.head, address))
    #expect(head.body.isEmpty && server.requests[2].method == "HEAD")
  }

  @Test func aReceiverTakesTheBodyInPieces() async throws {
    let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let server = try LoopbackServer { request in request.path == "/ok" ? .bytes(bytes, for: request) : .text(404, "not here") }
    let got = Mutex<(heads: [Int], bytes: [UInt8])>(([], []))
    let receiver = BodyReceiver(
      begin: { head, _ in got.withLock { $0.heads.append(head.status) } }, receive: { piece in got.withLock { $0.bytes += piece } })
    let response = try await Self.client().send(HTTPRequest(.get, try WebAddress(server.origin + "/ok")), to: receiver)
    #expect(response.body.isEmpty)
    #expect(got.withLock { $0.heads == [200] && $0.bytes == bytes })
    // A failure's body is not the file: it stays with the answer.
    let missing = try await Self.client().send(HTTPRequest(.get, try WebAddress(server.origin + "/no")), to: receiver)
    #expect(missing.status == 404 && missing.body == Array("not here".utf8))
    #expect(got.withLock { $0.heads == [200] })
  }

  @Test func aReceiverMayFail() async throws {
    let server = try LoopbackServer { request in .bytes([1, 2, 3], for: request) }
    let receiver = BodyReceiver(begin: { _, _ in }, receive: { _ in throw FileError(path: "/full", problem: .notWritable("no space")) })
    let request = HTTPRequest(.get, try WebAddress(server.origin))
    let error = await Self.failure { () throws(TransferError) in try await Self.client().send(request, to: receiver) }
    #expect(error.map(explanation)?.contains("/full: can't be written: no space") == true)
  }

  @Test func memoryIsBounded() async throws {
    let server = try LoopbackServer { request in
      ServedAnswer(request.path == "/error" ? 500 : 200, body: [UInt8](repeating: 65, count: 100_000))
    }
    var request = HTTPRequest(.get, try WebAddress(server.origin + "/"))
    request.bodyLimit = 1000
    let large = request
    let error = await Self.failure { () throws(TransferError) in try await Self.client().send(large) }
    guard case .tooLarge(_, limit: 1000)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    request.address = try WebAddress(server.origin + "/error")
    let response = try await Self.client().send(request)
    #expect(response.status == 500 && response.body.count == 1000)
  }

  @Test func aHeadIsBounded() async throws {
    let line = String(repeating: "a", count: 4000)
    let server = try LoopbackServer { _ in ServedAnswer(200, headers: (0..<100).map { ("X-\($0)", line) }) }
    let request = HTTPRequest(.get, try WebAddress(server.origin))
    let error = await Self.failure { () throws(TransferError) in try await Self.client().send(request) }
    guard case .malformed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  // MARK: redirects

  @Test func secretsStayWithTheirServer() async throws {
    let other = try LoopbackServer { request in .text(200, request.headers["authorization"] ?? "none") }
    let elsewhere = other.origin + "/file?signature=s3cret"
    let server = try LoopbackServer { request in
      switch request.path {
      case "/here": .redirect(to: "/there", status: 307)
      case "/there": .text(200, request.headers["authorization"] ?? "none")
      default: .redirect(to: elsewhere, headers: [("X-Linked-Etag", "\"abc\"")])
      }
    }
    func request(_ path: String, _ policy: RedirectPolicy) throws -> HTTPRequest {
      var request = HTTPRequest(.get, try WebAddress(server.origin + path), headers: ["Authorization": "Bearer t", "Cookie": "c"])
      request.redirects = policy
      return request
    }
    let here = try await Self.client().send(try request("/here", .sameOrigin))
    #expect(here.body == Array("Bearer t".utf8) && here.redirections.map(\.status) == [307])
    let away = try await Self.client().send(try request("/away", .anywhere))
    #expect(away.body == Array("none".utf8) && away.redirections.first?.headers["x-linked-etag"] == "\"abc\"")
    #expect(other.requests.allSatisfy { $0.headers["cookie"] == nil })
    let stays = try await Self.client().send(try request("/away", .sameOrigin))
    #expect(stays.status == 302 && other.requests.count == 1)
    let none = try await Self.client().send(try request("/here", .none))
    #expect(none.status == 307)
  }

  @Test func redirectsAreBoundedAndChecked() async throws {
    let server = try LoopbackServer { request in
      switch request.path {
      case "/loop": .redirect(to: "/loop")
      case "/open": .redirect(to: "http://192.0.2.1/open")
      case "/file": .redirect(to: "file:///etc/passwd")
      case "/user": .redirect(to: "http://name:word@127.0.0.1/")
      case "/form": .redirect(to: "/seen", status: 303)
      default: .text(200, request.method)
      }
    }
    func error(_ path: String) async throws -> TransferError? {
      var request = HTTPRequest(.get, try WebAddress(server.origin + path))
      request.redirects = .anywhere
      let sent = request
      return await Self.failure { () throws(TransferError) in try await Self.client().send(sent) }
    }
    if case .tooManyRedirects(_, limit: 10)? = try await error("/loop") {} else { Issue.record("a loop is followed") }
    #expect(server.requests.count == 11)
    for path in ["/open", "/file", "/user"] {
      if case .address(server.origin, _)? = try await error(path) {} else { Issue.record("\(path) is followed") }
    }
    var form = HTTPRequest(.post, try WebAddress(server.origin + "/form"), body: [1])
    form.redirects = .anywhere
    #expect(try await Self.client().send(form).body == Array("GET".utf8))
  }

  // MARK: failures

  @Test func aBrokenConnectionIsTold() async throws {
    let server = try LoopbackServer { request in
      let answer = ServedAnswer(200, body: [UInt8](repeating: 1, count: 5000))
      return switch request.path {
      case "/reset": answer.delivered(.reset(after: 100))
      case "/close": answer.delivered(.close(after: 100))
      case "/short": answer.stating(length: 6000)
      default: answer.delivered(.resetAtOnce)
      }
    }
    for path in ["/reset", "/close", "/short"] {
      let request = HTTPRequest(.get, try WebAddress(server.origin + path))
      let error = await Self.failure { () throws(TransferError) in try await Self.client().send(request) }
      if case .truncated? = error {} else { Issue.record("\(path): \(String(describing: error))") }
      #expect(error?.isTransient == true)
    }
    let request = HTTPRequest(.get, try WebAddress(server.origin + "/at-once"))
    let error = await Self.failure { () throws(TransferError) in try await Self.client().send(request) }
    if case .connection(_, _, isTransient: true)? = error {} else { Issue.record("\(String(describing: error))") }
  }

  @Test func nobodyListens() async throws {
    // The port of a server that has gone.
    let origin = try LoopbackServer { _ in ServedAnswer(200) }.origin
    let request = HTTPRequest(.get, try WebAddress(origin + "/secret?token=t"))
    let error = try #require(await Self.failure { () throws(TransferError) in try await Self.client().send(request) })
    #expect(error.isTransient && error.severity == .run)
    #expect("\(error)".hasPrefix(origin) && !"\(error)".contains("secret") && !"\(error)".contains("token"))
  }

  @Test func waitingEnds() async throws {
    let server = try LoopbackServer { request in
      request.path == "/hang"
        ? ServedAnswer(200).delivered(.hang)
        : ServedAnswer(200, body: [UInt8](repeating: 1, count: 100)).delivered(.slowly(bytes: 1, seconds: 0.2))
    }
    var hang = HTTPRequest(.get, try WebAddress(server.origin + "/hang"))
    hang.timeout = 0.3
    let timed = hang
    let error = await Self.failure { () throws(TransferError) in try await Self.client().send(timed) }
    if case .timeout(_, seconds: 0.3)? = error {} else { Issue.record("\(String(describing: error))") }
    // 5 bytes a second are fewer than 1024, for longer than a second.
    let slow = HTTPRequest(.get, try WebAddress(server.origin + "/slow"))
    let stalled = await Self.failure { () throws(TransferError) in try await Self.client(stall: 1).send(slow) }
    if case .stalled(_, seconds: 1)? = stalled {} else { Issue.record("\(String(describing: stalled))") }
  }

  @Test func aRequestCanBeStopped() async throws {
    let server = try LoopbackServer { _ in ServedAnswer(200).delivered(.hang) }
    let request = HTTPRequest(.get, try WebAddress(server.origin))
    async let error = Self.failure { () throws(TransferError) in
      try await Self.client(stall: 60, isCancelled: { !server.requests.isEmpty }).send(request)
    }
    if case .cancelled? = await error {} else { Issue.record("\(String(describing: await error))") }
    let task = Task { await Self.failure { () throws(TransferError) in try await Self.client(stall: 60).send(request) } }
    while server.requests.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    if case .cancelled? = await task.value {} else { Issue.record("a cancelled task goes on") }
  }

  @Test func addressesAreAskedFor() async throws {
    let server = try LoopbackServer { _ in ServedAnswer(200) }
    var request = HTTPRequest(.get, try WebAddress(server.origin))
    let asked = Mutex<[NetworkAddress]>([])
    request.permits = { address in
      asked.withLock { $0.append(address) }
      return address.isPublic
    }
    let refused = request
    let error = await Self.failure { () throws(TransferError) in try await Self.client().send(refused) }
    if case .addressRefused? = error {} else { Issue.record("\(String(describing: error))") }
    #expect(asked.withLock { $0 } == [NetworkAddress("127.0.0.1")] && server.requests.isEmpty)
  }

  @Test func headersCantBeSplit() async throws {
    let server = try LoopbackServer { _ in ServedAnswer(200) }
    for headers: HTTPHeaders in [["X-A": "a\r\nX-B: b"], ["X A": "a"], ["": "a"], ["X-A:": "b"], ["X-A": "a\u{0}"]] {
      let request = HTTPRequest(.get, try WebAddress(server.origin), headers: headers)
      let error = await Self.failure { () throws(TransferError) in try await Self.client().send(request) }
      if case .header? = error {} else { Issue.record("\(headers) is sent") }
    }
    #expect(server.requests.isEmpty)
  }
}

// What a server, a network or a person can do to a download, and what is left of it.

import Documents
import Foundation
import LoopbackServer
import ModelHub
import Synchronization
import Testing
import Transfers

@Suite struct InterruptedDownloadTests {
  static let weights = Sample.large

  static func incomplete(_ folder: Folder) -> String { "\(folder.path)/\(Sample.repository)/blobs/\(weights.tag).incomplete" }

  /// Counts the requests to the store, so that each can be answered in its own way.
  static func server(_ answer: @escaping @Sendable (Int, ServedRequest, ServedAnswer) -> ServedAnswer?) throws -> HubServer {
    let count = Mutex(0)
    return try DownloadTests.server { part, request, usual in
      guard part == .store else { return nil }
      let index = count.withLock { count in
        defer { count += 1 }
        return count
      }
      return answer(index, request, usual)
    }
  }

  @Test func aBrokenTransferGoesOn() async throws {
    let server = try Self.server { index, _, usual in
      index < 2 ? usual.delivered(index == 0 ? .reset(after: 1_000_000) : .close(after: 500_000)) : nil
    }
    let (folder, fetching) = (try Folder(), Fetching())
    let location = try await fetching.hub(server, folder).locate("org/name")
    #expect(try Files.read(location.path + "/model.safetensors") == Sample.weights)
    // Each try begins where the one before ended, and one that brought something is a first failure again.
    let ranges = server.store.requests.map(\.rangeStart)
    #expect(ranges.count == 3 && ranges[0] == nil && (ranges[1] ?? 0) > 0 && (ranges[2] ?? 0) > (ranges[1] ?? 0), "\(ranges)")
    #expect(fetching.pauses == [1, 1])
    #expect(fetching.progress.last?.bytesDone == fetching.progress.last?.bytesTotal)
    #expect(!Files.exists(Self.incomplete(folder)))
  }

  @Test func aServerThatIgnoresRangesStartsAnew() async throws {
    let server = try Self.server { index, _, usual in
      index == 0 ? usual.delivered(.close(after: 1_000_000)) : ServedAnswer(200, body: Sample.weights)
    }
    let location = try await Fetching().hub(server, try Folder()).locate("org/name")
    #expect(try Files.read(location.path + "/model.safetensors") == Sample.weights)
  }

  @Test func anotherRangeIsRefused() async throws {
    let server = try Self.server { index, _, usual in
      index == 0
        ? usual.delivered(.close(after: 1_000_000))
        : ServedAnswer(206, headers: [("Content-Range", "bytes 5-2999999/3000000")], body: Array(Sample.weights[5...]))
    }
    #expect(await Sample.failure(Fetching().hub(server, try Folder()), "org/name").contains("bytes 5-2999999/3000000"))
  }

  @Test func whatAnEarlierRunLeftIsUsed() async throws {
    let (folder, server, fetching) = (try Folder(), try Self.server { _, _, _ in nil }, Fetching())
    try Files.write(Array(Sample.weights.prefix(2_000_000)), to: Self.incomplete(folder))
    let location = try await fetching.hub(server, folder).locate("org/name")
    #expect(try Files.read(location.path + "/model.safetensors") == Sample.weights)
    #expect(server.store.requests.map(\.rangeStart) == [2_000_000])
    #expect((fetching.progress.last?.bytesFetched ?? 0) < 1_100_000)
  }

  @Test func whatAnEarlierRunLeftMayBeWrong() async throws {
    // Other bytes, more bytes than the file has, and the whole file but for one bit.
    var bent = Sample.weights
    bent[1_234_567] ^= 1
    for left in [[UInt8](repeating: 9, count: 1_000_000), [UInt8](repeating: 9, count: 4_000_000), bent] {
      let (folder, server) = (try Folder(), try Self.server { _, _, _ in nil })
      try Files.write(left, to: Self.incomplete(folder))
      let location = try await Fetching().hub(server, folder).locate("org/name")
      #expect(try Files.read(location.path + "/model.safetensors") == Sample.weights)
    }
  }

  @Test func wrongContentsAreThrownAway() async throws {
    var bent = Sample.weights
    bent[2_999_999] ^= 128
    let contents = bent
    let server = try Self.server { _, request, _ in .bytes(contents, for: request) }
    let folder = try Folder()
    let error = await Sample.failure(Fetching().hub(server, folder), "org/name")
    #expect(error.contains("\"model.safetensors\": the contents have the checksum") && error.contains(Self.weights.sha256), "\(error)")
    #expect(!Files.exists(Self.incomplete(folder)) && !Files.exists("\(folder.path)/\(Sample.repository)/blobs/\(Self.weights.tag)"))
    // A small file has git's checksum.
    let small = try DownloadTests.server { part, request, usual in
      part == .hub && request.path.hasSuffix("tokenizer.json") && request.method == "GET" ? .text(200, "{\"b\":1}", headers: usual.headers) : nil
    }
    let git = await Sample.failure(Fetching().hub(small, try Folder()), "org/name")
    #expect(git.contains("\"tokenizer.json\": the contents have the checksum"), "\(git)")
  }

  @Test func lengthsMustAgree() async throws {
    // Longer and shorter than the hub says, and a body that ends before the length it states.
    for (answer, text) in [
      (ServedAnswer(200, body: Sample.weights + [0]), "the hub says 3000000 bytes, and its server 3000001"),
      (ServedAnswer(200, body: Array(Sample.weights.dropLast())), "the hub says 3000000 bytes, and its server 2999999"),
      (ServedAnswer(200, body: [1, 2, 3]).stating(length: 3_000_000), "ended in the middle"),
    ] {
      let server = try Self.server { _, _, _ in answer }
      let error = await Sample.failure(Fetching().hub(server, try Folder()), "org/name")
      #expect(error.contains(text), "\(error)")
    }
  }

  @Test func aBusyHubIsAskedAgain() async throws {
    let count = Mutex(0)
    let server = try DownloadTests.server { _, _, _ in
      let index = count.withLock { count in
        defer { count += 1 }
        return count
      }
      return switch index {
      case 0: ServedAnswer(429, headers: [("Retry-After", "17")])
      case 1: ServedAnswer(503)
      case 2: ServedAnswer(200).delivered(.resetAtOnce)
      default: nil
      }
    }
    let fetching = Fetching()
    _ = try await fetching.hub(server, try Folder()).locate("org/name")
    #expect(fetching.pauses == [17, 2, 4])
  }

  @Test func aHubThatIsDownIsTold() async throws {
    let folder = try Folder()
    let up = try DownloadTests.server()
    _ = try await Fetching().hub(up, folder).locate("org/name")
    let down = try DownloadTests.server { _, _, _ in ServedAnswer(502) }
    let fetching = Fetching()
    let error = await Sample.failure(fetching.hub(down, folder), "org/name")
    #expect(error.contains("could not be fetched from \(down.origin)") && error.contains("answered with status 502"), "\(error)")
    // Never in silence the older commit; but it is said that it is there.
    #expect(error.contains("without --download the cache's commit 0123456789ab would be used") && fetching.pauses == [1, 2, 4])
  }

  @Test func refusalsAreExplained() async throws {
    for (answer, token, text) in [
      (HubServer.refusal(401, code: "RepoNotFound", message: "Repository not found"), nil, "set HF_TOKEN if it is private"),
      (HubServer.refusal(401, code: nil, message: "Invalid username or password."), "x", "with this token"),
      (HubServer.refusal(403, code: "GatedRepo", message: "Access to model org/name is restricted."), nil, "Access to model org/name is restricted."),
      (HubServer.refusal(401, code: "GatedRepo", message: "Ask for access."), "x", "with the account of this token"),
      (HubServer.refusal(404, code: "RevisionNotFound", message: "Invalid rev id"), nil, "has no branch, tag or commit \"main\""),
      (HubServer.refusal(404, code: nil, message: "no"), nil, "the hub has no model \"org/name\""),
      (ServedAnswer(400, body: Array("{\"error\":\"bad \\u001b[31mrequest\"}".utf8)), nil, "status 400: \"bad \\u{1b}[31mrequest\""),
    ] as [(ServedAnswer, String?, String)] {
      let server = try DownloadTests.server { _, _, _ in answer }
      let fetching = Fetching()
      let error = await Sample.failure(fetching.hub(server, try Folder(), token.map { ["HF_TOKEN": $0] } ?? [:]), "org/name")
      #expect(error.contains(text), "\(error)")
      #expect(fetching.pauses.isEmpty && server.hub.requests.count == 1)
    }
  }

  @Test func hostileAnswersAreRefused() async throws {
    for (path, answer, text) in [
      ("/revision/", ServedAnswer.text(200, "{\"sha\":\"../../x\"}"), "found \"\\\"../../x"),
      ("/revision/", .text(200, "{"), "the answer of http://127.0.0.1"),
      ("/tree/", .text(200, "[{\"type\":\"file\",\"path\":\"../../../x\",\"size\":1,\"oid\":\"a\"}]"), "../../../x"),
      ("/tree/", .text(200, "[{\"type\":\"file\",\"path\":\"/etc/x\",\"size\":1,\"oid\":\"a\"}]"), "/etc/x"),
      ("/resolve/", ServedAnswer(200, body: [1]), "gives no ETag"),
      ("/resolve/", ServedAnswer(200, headers: [("ETag", "\"../../x\"")], body: [1]), "gives no ETag"),
      ("/resolve/", .redirect(to: "http://192.0.2.1/x", headers: [("X-Linked-Etag", "\"\(Self.weights.sha256)\"")]), "plain http"),
      (
        "/resolve/", .redirect(to: "file:///etc/passwd", headers: [("X-Linked-Etag", "\"\(Self.weights.sha256)\"")]),
        "points to an address that can't be used"
      ),
    ] {
      let server = try DownloadTests.server { part, request, _ in
        part == .hub && request.path.contains(path) && (path != "/resolve/" || request.path.hasSuffix("model.safetensors")) ? answer : nil
      }
      let folder = try Folder()
      let error = await Sample.failure(Fetching().hub(server, folder), "org/name")
      #expect(error.contains("could not be fetched") && error.contains(text), "\(error)")
    }
  }

  @Test func aTagThatChangesIsTold() async throws {
    let server = try DownloadTests.server { part, request, usual in
      guard part == .hub, request.method == "GET", request.path.hasSuffix("model.safetensors") else { return nil }
      let other = String(repeating: "0", count: 64)
      var answer = usual
      answer.headers = usual.headers.map { $0.0 == "X-Linked-Etag" ? ($0.0, "\"\(other)\"") : $0 }
      return answer
    }
    #expect(await Sample.failure(Fetching().hub(server, try Folder()), "org/name").contains("changed while it was fetched"))
  }

  @Test func aSilentServerIsLeft() async throws {
    let server = try Self.server { index, _, usual in index == 0 ? usual.delivered(.hang) : nil }
    let fetching = Fetching()
    _ = try await fetching.hub(server, try Folder(), stall: 1).locate("org/name")
    #expect(fetching.pauses.first == 1)
  }

  @Test func aStoppedRunCanGoOn() async throws {
    let server = try Self.server { index, _, usual in index == 0 ? usual.delivered(.slowly(bytes: 200_000, seconds: 0.1)) : nil }
    let (folder, fetching) = (try Folder(), Fetching())
    let error = await Sample.failure(fetching.hub(server, folder, stoppingAfter: 400_000), "org/name")
    #expect(error.contains("stopped by request") && error.contains("the same command goes on from there"), "\(error)")
    let left = try #require(Files.size(Self.incomplete(folder)))
    // The small files count too; together they have fewer than a thousand bytes.
    #expect(left >= 399_000 && left < 3_000_000)
    // Without the network it is said what is missing, and the next download takes the rest alone.
    let missing = await Sample.failure(ModelHub(settings: Sample.settings(folder)), "org/name")
    #expect(missing.contains("model.safetensors") && missing.contains("--download"), "\(missing)")
    _ = try await Fetching().hub(server, folder).locate("org/name")
    #expect(server.store.requests.last?.rangeStart == left)
  }

  @Test func twoRunsFetchOnce() async throws {
    let server = try Self.server { _, _, usual in usual.delivered(.slowly(bytes: 1_000_000, seconds: 0.1)) }
    let folder = try Folder()
    async let first = Fetching().hub(server, folder).locate("org/name")
    async let second = Fetching().hub(server, folder).locate("org/name")
    #expect(try await first == second)
    #expect(server.store.requests.count == 1)
  }
}

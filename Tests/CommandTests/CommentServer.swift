// The part of the pull requests' API that a comment needs, on loopback: list, create, update, and refusals.

import Foundation
import LoopbackServer
import Synchronization

final class CommentServer: Sendable {
  struct Comment: Sendable {
    var id: Int
    var author: String
    var body: String
  }

  private let state: Mutex<[Comment]>
  private let server: Mutex<LoopbackServer?> = Mutex(nil)

  /// - Parameter refusal: the status of every request that would write, nil to take it.
  init(_ comments: [Comment] = [], refusal: Int? = nil) throws {
    state = Mutex(comments)
    let started = try LoopbackServer { [weak self] request in self?.answer(request, refusal: refusal) ?? .text(500, "gone") }
    server.withLock { $0 = started }
  }

  var comments: [Comment] { state.withLock { $0 } }
  var origin: String { server.withLock { $0?.origin ?? "" } }
  var requests: [ServedRequest] { server.withLock { $0?.requests ?? [] } }

  private func answer(_ request: ServedRequest, refusal: Int?) -> ServedAnswer {
    guard request.headers["authorization"] == "Bearer ghs_0123456789abcdef" else { return .text(401, #"{"message":"Bad credentials"}"#) }
    let list = "/repos/acme/assistant/issues/12/comments"
    if request.method == "GET", request.path == list {
      let page = request.target.split(separator: "page=").last.flatMap { Int($0) } ?? 1
      let all = comments.map { ["id": $0.id, "body": $0.body, "user": ["login": $0.author]] as [String: Any] }
      return Self.json(200, Array(all.dropFirst((page - 1) * 100).prefix(100)))
    }
    if let refusal { return .text(refusal, #"{"message":"Resource not accessible by integration\n::error::no"}"#) }
    // What is no JSON object with a body is answered as the API answers it.
    guard let sent = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any], let body = sent["body"] as? String,
      body.unicodeScalars.count <= 65_536
    else { return .text(422, #"{"message":"Validation Failed"}"#) }
    if request.method == "POST", request.path == list {
      let id = state.withLock { comments in
        comments.append(Comment(id: 1000 + comments.count, author: "github-actions[bot]", body: body))
        return 999 + comments.count
      }
      return Self.json(201, ["id": id, "html_url": "https://github.example/acme/assistant/pull/12#issuecomment-\(id)"])
    }
    if request.method == "PATCH", let id = request.path.split(separator: "/").last.flatMap({ Int($0) }) {
      let isThere = state.withLock { comments in
        guard let place = comments.firstIndex(where: { $0.id == id }) else { return false }
        comments[place].body = body
        return true
      }
      if isThere { return Self.json(200, ["id": id, "html_url": "https://github.example/acme/assistant/pull/12#issuecomment-\(id)"]) }
    }
    return .text(404, #"{"message":"Not Found"}"#)
  }

  private static func json(_ status: Int, _ value: Any) -> ServedAnswer {
    // What is handed in above is always JSON.
    let body = (try? JSONSerialization.data(withJSONObject: value)).map(Array.init) ?? []
    return ServedAnswer(status, headers: [("Content-Type", "application/json")], body: body)
  }
}

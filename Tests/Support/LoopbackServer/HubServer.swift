// A model hub on this machine, with a second server as the store of its large files, as the public one has.

internal import Crypto
internal import Foundation
internal import Synchronization

/// One repository behind the hub's interface; what it answers can be replaced request by request.
public final class HubServer: Sendable {
  /// A file of the repository.
  public struct File: Sendable {
    public var path: String
    public var contents: [UInt8]
    /// Whether the hub keeps it in the store (git LFS).
    public var isLarge: Bool

    public init(_ path: String, _ contents: [UInt8], isLarge: Bool = false) {
      self.path = path
      self.contents = contents
      self.isLarge = isLarge
    }

    public init(_ path: String, _ text: String) { self.init(path, Array(text.utf8)) }

    /// Git's SHA-1 of a blob with these contents.
    public var blobID: String { Self.hexadecimal(Insecure.SHA1.hash(data: Array("blob \(contents.count)\u{0}".utf8) + contents)) }
    public var sha256: String { Self.hexadecimal(SHA256.hash(data: contents)) }
    /// The name of the contents in a cache.
    public var tag: String { isLarge ? sha256 : blobID }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String { digest.map { String(format: "%02x", $0) }.joined() }
  }

  /// Which server is asked.
  public enum Part: Sendable { case hub, store }
  /// An answer in place of the usual one, nil for that.
  public typealias Interference = @Sendable (Part, ServedRequest, _ usual: ServedAnswer) -> ServedAnswer?

  public let hub: LoopbackServer
  public let store: LoopbackServer

  /// - Parameters:
  ///   - commits: 40 digits each, with the files at that commit.
  ///   - revisions: branches and tags to commits; `main` is asked for by default.
  public init(
    _ repository: String, commits: [String: [File]], revisions: [String: String], interference: @escaping Interference = { _, _, _ in nil }
  ) throws {
    let files = commits.values.flatMap { $0 }
    let store = try LoopbackServer { request in
      let file = files.first { request.path == "/store/" + $0.sha256 }
      let usual = file.map { ServedAnswer.bytes($0.contents, for: request, headers: [("ETag", "\"the-store-has-its-own\"")]) } ?? ServedAnswer(403)
      return interference(.store, request, usual) ?? usual
    }
    let storeOrigin = store.origin
    hub = try LoopbackServer { request in
      let usual = Self.answer(request, repository: repository, commits: commits, revisions: revisions, store: storeOrigin)
      return interference(.hub, request, usual) ?? usual
    }
    self.store = store
  }

  /// One commit at `main`.
  public convenience init(
    _ repository: String, commit: String, _ files: [File], interference: @escaping Interference = { _, _, _ in nil }
  ) throws {
    try self.init(repository, commits: [commit: files], revisions: ["main": commit], interference: interference)
  }

  public var origin: String { hub.origin }

  public static func refusal(_ status: Int, code: String?, message: String) -> ServedAnswer {
    ServedAnswer(
      status, headers: (code.map { [("X-Error-Code", $0)] } ?? []) + [("X-Error-Message", message)], body: Array("{\"error\":\"\(message)\"}".utf8))
  }

  private static func answer(
    _ request: ServedRequest, repository: String, commits: [String: [File]], revisions: [String: String], store: String
  ) -> ServedAnswer {
    func rest(behind prefix: String) -> String? { request.path.hasPrefix(prefix) ? String(request.path.dropFirst(prefix.count)) : nil }
    if let revision = rest(behind: "/api/models/\(repository)/revision/") {
      guard let commit = revisions[revision] ?? (commits[revision] == nil ? nil : revision), let files = commits[commit] else {
        return refusal(404, code: "RevisionNotFound", message: "Invalid rev id: \(revision)")
      }
      return json(["id": repository, "sha": commit, "siblings": files.map { ["rfilename": $0.path] }] as [String: Any])
    }
    if let commit = rest(behind: "/api/models/\(repository)/tree/") {
      guard let files = commits[commit] else { return refusal(404, code: "RevisionNotFound", message: "Invalid rev id: \(commit)") }
      let folders = Set(files.filter { $0.path.contains("/") }.map { ($0.path as NSString).deletingLastPathComponent })
      let entries: [[String: Any]] =
        folders.sorted().map { ["type": "directory", "oid": "", "size": 0, "path": $0] }
        + files.map { file in
          var entry: [String: Any] = ["type": "file", "oid": file.blobID, "size": file.contents.count, "path": file.path]
          if file.isLarge { entry["lfs"] = ["oid": file.sha256, "size": file.contents.count, "pointerSize": 134] as [String: Any] }
          return entry
        }
      return json(entries)
    }
    if let path = rest(behind: "/\(repository)/resolve/"), let slash = path.firstIndex(of: "/") {
      let commit = String(path[..<slash])
      let headers = [("X-Repo-Commit", commit)]
      guard let file = commits[commit]?.first(where: { $0.path == path[path.index(after: slash)...] }) else {
        return refusal(404, code: "EntryNotFound", message: "Entry not found")
      }
      if !file.isLarge { return .bytes(file.contents, for: request, headers: headers + [("ETag", "\"\(file.blobID)\"")]) }
      return .redirect(
        to: "\(store)/store/\(file.sha256)?signature=s3cret",
        headers: headers + [("X-Linked-Etag", "\"\(file.sha256)\""), ("X-Linked-Size", "\(file.contents.count)")])
    }
    return refusal(401, code: "RepoNotFound", message: "Repository not found")
  }

  private static func json(_ value: Any) -> ServedAnswer {
    // What tests hand in is always JSON.
    let body = (try? JSONSerialization.data(withJSONObject: value)).map(Array.init) ?? []
    return ServedAnswer(200, headers: [("Content-Type", "application/json")], body: body)
  }
}

// What is asked of the hub: which commit a revision is, which files it has, under which checksum each is kept.

internal import Documents
internal import OrderedCollections
internal import Transfers

/// The hub's answers, with refusals turned into errors that say what to do.
///
/// Source: https://huggingface.co/docs/hub/api and huggingface_hub 2.4 `hf_api.py`, `file_download.py`.
struct HubAPI: Sendable {
  private static let listingLimit = 64 << 20
  private static let pageLimit = 100

  let endpoint: WebAddress
  let token: String?
  let client: HTTPClient
  let retries: RetryPolicy

  /// The commit of a revision, and the names of its files.
  func commit(of revision: Revision, in repository: RepositoryName) async throws -> (commit: Commit, files: [RepositoryPath]) {
    let address = try address(["api", "models"], repository, ["revision", revision.text])
    let answer = try await json(HTTPRequest(.get, address), repository, revision: revision)
    guard let sha = answer["sha"]?.string, let commit = Commit(sha) else {
      throw HubError.answer("answer on \(repository.text)", found: answer["sha"].map { quoted($0.serialized()) } ?? "no commit")
    }
    if let asked = revision.commit, asked != commit { throw HubError.otherCommit(asked: asked, found: commit) }
    let files = try (answer["siblings"]?.array ?? []).map { try path($0["rfilename"]) }
    return (commit, files)
  }

  /// The files of a commit with sizes and checksums; nil where this hub has no such list.
  func listing(of commit: Commit, in repository: RepositoryName) async throws -> TreeListing? {
    var next: WebAddress? = try address(["api", "models"], repository, ["tree", commit.text], query: "recursive=true")
    var listing = TreeListing(files: [])
    var pages = 0
    while let address = next {
      let response = try await send(HTTPRequest(.get, address))
      if pages == 0 && response.status == 404 { return nil }
      try check(response, repository, revision: nil, file: nil)
      let page = try parse(response)
      guard let entries = page.array else { throw HubError.answer("list of files", found: page.kindName) }
      for entry in entries where entry["type"]?.string == "file" {
        let large = entry["lfs"]
        listing.files.append(
          HubFile(
            path: try path(entry["path"]), size: (large?["size"] ?? entry["size"])?.integer.flatMap { $0 >= 0 ? $0 : nil },
            blobID: entry["oid"]?.string, sha256: (large?["oid"] ?? large?["sha256"])?.string, xetHash: entry["xetHash"]?.string))
      }
      pages += 1
      next = try Self.next(response)
      // Further pages come from the hub itself: the token goes with the request.
      if let next, !next.isSameOrigin(as: endpoint) || pages > Self.pageLimit {
        throw HubError.answer("list of files", found: "a next page at \(next)")
      }
    }
    return listing
  }

  /// What the hub says of a file before it is fetched.
  struct Metadata: Sendable {
    /// The name of its contents: SHA-256 of a large file, git's SHA-1 of others.
    var entityTag: EntityTag
    var size: Int?
  }

  func metadata(of file: RepositoryPath, at commit: Commit, in repository: RepositoryName) async throws -> Metadata {
    var request = try fileRequest(.head, file, at: commit, in: repository)
    // The answer that carries the tag is the hub's own, not that of the store it points to.
    request.redirects = .sameOrigin
    let response = try await send(request)
    if !response.head.isRedirect { try check(response, repository, revision: nil, file: file) }
    guard let tag = EntityTag(of: response.head) else { throw HubError.noEntityTag(file: file.text) }
    if let found = response.headers["X-Repo-Commit"].flatMap({ Commit($0) }), found != commit {
      throw HubError.otherCommit(asked: commit, found: found)
    }
    let size = response.headers["X-Linked-Size"] ?? (response.head.isRedirect ? nil : response.headers["Content-Length"])
    return Metadata(entityTag: tag, size: size.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil })
  }

  /// The request for a file's contents, uncompressed.
  func fileRequest(_ method: HTTPMethod, _ file: RepositoryPath, at commit: Commit, in repository: RepositoryName) throws -> HTTPRequest {
    let parts = file.text.split(separator: "/").map(String.init)
    var request = HTTPRequest(method, try address([], repository, ["resolve", commit.text] + parts), headers: headers)
    request.headers["Accept-Encoding"] = "identity"
    return request
  }

  /// Turns what is no success into an error.
  func check(_ response: HTTPResponse, _ repository: RepositoryName, revision: Revision?, file: RepositoryPath?) throws {
    if response.head.isSuccess { return }
    let message = response.headers["X-Error-Message"] ?? Self.message(in: response)
    switch (response.headers["X-Error-Code"], response.status) {
    case ("GatedRepo", _), (nil, 403): throw HubError.gated(repository, message: message, hasToken: token != nil)
    case ("RevisionNotFound", _): throw HubError.revisionNotFound(repository, revision ?? .main)
    case ("EntryNotFound", _): throw HubError.fileNotFound(repository, file: file?.text ?? "", known: [])
    // The hub tells nobody without the right to see it that a private repository is there: 401 for both.
    case ("RepoNotFound", _), (nil, 401): throw HubError.repositoryNotFound(repository, hasToken: token != nil)
    case (nil, 404) where file != nil: throw HubError.fileNotFound(repository, file: file?.text ?? "", known: [])
    case (nil, 404) where revision.map { $0 != .main } == true: throw HubError.revisionNotFound(repository, revision ?? .main)
    case (nil, 404): throw HubError.repositoryNotFound(repository, hasToken: token != nil)
    default: _ = try response.requireSuccess(message: message)
    }
  }

  // MARK: requests

  private var headers: HTTPHeaders {
    var headers: HTTPHeaders = [:]
    if let token { headers["Authorization"] = "Bearer " + token }
    return headers
  }

  private func address(_ before: [String], _ repository: RepositoryName, _ after: [String], query: String? = nil) throws -> WebAddress {
    try endpoint.appending(path: before + repository.text.split(separator: "/").map(String.init) + after, query: query)
  }

  private func json(_ request: HTTPRequest, _ repository: RepositoryName, revision: Revision?) async throws -> JSONValue {
    let response = try await send(request)
    try check(response, repository, revision: revision, file: nil)
    return try parse(response)
  }

  /// Sends with the token, again where a failure may pass. Redirects stay on the hub: a renamed repository is one.
  private func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
    var request = request
    for field in headers.fields { request.headers[field.name] = field.value }
    request.redirects = .sameOrigin
    request.bodyLimit = Self.listingLimit
    request.timeout = 120
    let sent = request
    return try await retries.run { () async throws(TransferError) in
      let response = try await client.send(sent)
      let failure = TransferError.status(response.head.address.origin, code: response.status, message: nil, retryAfter: response.head.retryAfter)
      if !response.head.isSuccess, !response.head.isRedirect, failure.isTransient { throw failure }
      return response
    }
  }

  private func parse(_ response: HTTPResponse) throws -> JSONValue {
    try JSONValue.parse(response.body, file: "the answer of \(response.head.address)")
  }

  private func path(_ value: JSONValue?) throws -> RepositoryPath {
    guard let text = value?.string, let path = RepositoryPath(text) else {
      throw HubError.answer("list of files", found: value.map { quoted($0.serialized()) } ?? "a file without a name")
    }
    return path
  }

  /// `{"error": "…"}`, the hub's explanation of a refusal.
  private static func message(in response: HTTPResponse) -> String? {
    // A body that is no JSON explains nothing that could be quoted.
    (try? JSONValue.parse(response.body, file: "error"))?["error"]?.string
  }

  /// `Link: <address>; rel="next"`
  private static func next(_ response: HTTPResponse) throws(TransferError) -> WebAddress? {
    guard let link = response.headers["Link"], link.contains("rel=\"next\""), let start = link.firstIndex(of: "<"),
      let end = link.firstIndex(of: ">"), start < end
    else { return nil }
    return try response.head.address.resolving(String(link[link.index(after: start)..<end]))
  }
}

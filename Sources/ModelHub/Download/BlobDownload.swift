// One file's contents into the cache: `blobs/<tag>.incomplete` grows, is checked, and is renamed.

internal import Documents
internal import Transfers

/// Fetches the contents of one file, going on where an earlier run was stopped.
struct BlobDownload: Sendable {
  let api: HubAPI
  let repository: RepositoryName
  let commit: Commit
  let file: RepositoryPath
  let metadata: HubAPI.Metadata
  /// `blobs/<tag>`
  let blob: String
  let lock: WaitingLock
  let counter: DownloadCounter

  private var incomplete: String { blob + ".incomplete" }

  /// Whether a blob is there, of the size that it should have.
  static func isThere(_ blob: String, size: Int?) -> Bool { Files.isRegularFile(blob) && (size == nil || Files.size(blob) == size) }

  /// Fetches the contents unless they are there, and links them. One process does it at a time; another waits and finds them.
  func run(thenLinkAt link: String, to target: String) async throws {
    try await lock.hold {
      try await fetchWhatIsMissing()
      try Files.makeLink(at: link, to: target)
    }
  }

  private func fetchWhatIsMissing() async throws {
    if Self.isThere(blob, size: metadata.size) {
      let size = Files.size(blob) ?? 0
      counter.update { $0.bytesDone += size }
      return
    }
    // A second time only where what an earlier run left turns out to be wrong.
    if try await fetch(startsAnew: false) { return }
    _ = try await fetch(startsAnew: true)
  }

  /// - Returns: false where the contents are wrong and a part of them was not fetched in this run.
  private func fetch(startsAnew: Bool) async throws -> Bool {
    if startsAnew { Files.remove(incomplete) }
    let sink = try BlobSink(incomplete, metadata: metadata, counter: counter)
    let hadBefore = sink.count
    var failures = 0
    while !sink.isComplete {
      let before = sink.count
      do throws(TransferError) {
        try await attempt(sink)
        break
      } catch {
        if case .receiver(_, let cause) = error { throw cause }
        failures = sink.count > before ? 1 : failures + 1
        guard let pause = api.retries.pause(after: error, failures: failures) else { throw error }
        counter.update { $0.phase = .retrying(seconds: pause, reason: "\(error)") }
        do { try await api.retries.sleep(pause) } catch { throw TransferError.cancelled }
        counter.update { $0.phase = .fetching }
      }
    }
    if let size = metadata.size, sink.count != size { throw HubError.wrongSize(file: file.text, expected: size, found: sink.count) }
    if let found = try sink.checksum(), found != metadata.entityTag.text {
      Files.remove(incomplete)
      let counted = sink.count
      counter.update { $0.bytesDone -= counted }
      if hadBefore > 0 { return false }
      throw HubError.wrongContents(file: file.text, expected: metadata.entityTag.text, found: found)
    }
    try sink.synchronize()
    try Files.rename(incomplete, to: blob)
    return true
  }

  /// One request for what is not there yet.
  private func attempt(_ sink: BlobSink) async throws(TransferError) {
    var request: HTTPRequest
    do { request = try api.fileRequest(.get, file, at: commit, in: repository) } catch { throw .receiver(api.endpoint.origin, error) }
    if sink.count > 0 { request.headers["Range"] = "bytes=\(sink.count)-" }
    request.redirects = .anywhere
    request.bodyLimit = 1 << 16
    let receiver = BodyReceiver(
      begin: { head, redirections in
        try checkTag(head, redirections)
        try sink.begin(head, file: file.text)
      },
      receive: { try sink.append($0) })
    let response = try await api.client.send(request, to: receiver)
    if response.status == 416 {
      // What is there is not the beginning of this file.
      do { try sink.restart() } catch { throw .receiver(api.endpoint.origin, error) }
      throw .truncated(response.head.address.origin)
    }
    if response.head.isSuccess { return }
    // A store's refusal is not the hub's: it knows no repositories.
    guard response.head.address.isSameOrigin(as: api.endpoint) else {
      _ = try response.requireSuccess()
      return
    }
    do { try api.check(response, repository, revision: nil, file: file) } catch {
      throw error as? TransferError ?? .receiver(response.head.address.origin, error)
    }
  }

  /// The commit is fixed and so are its files: a tag that differs is not the file that was announced.
  private func checkTag(_ head: HTTPHead, _ redirections: [HTTPHead]) throws {
    let own = (redirections + [head]).filter { $0.address.isSameOrigin(as: api.endpoint) }
    let linked = own.last { $0.headers["X-Linked-Etag"] != nil }
    guard let answer = linked ?? (head.address.isSameOrigin(as: api.endpoint) ? head : nil), let tag = EntityTag(of: answer) else { return }
    if tag != metadata.entityTag { throw HubError.changed(file: file.text, expected: metadata.entityTag.text, found: tag.text) }
  }
}

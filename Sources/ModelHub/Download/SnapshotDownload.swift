// A model into the cache: which commit, which files, several at a time, links from the snapshot, then the ref.

internal import Documents
internal import Transfers

/// Fetches what a name needs and the cache lacks, leaving the cache as huggingface_hub leaves it.
struct SnapshotDownload: Sendable {
  let name: ModelName
  let cache: HubCache
  let api: HubAPI
  let parallel: Int
  let counter: DownloadCounter

  private var repository: RepositoryName { name.repository }

  /// - Returns: the commit whose snapshot is now whole.
  func run() async throws -> Commit {
    counter.update { $0.phase = .listing }
    let (commit, names) = try await api.commit(of: name.revision, in: repository)
    try Files.makeDirectory(cache.blobs(of: repository))
    tagCache()
    let listing = try await listing(of: commit, names: names)
    // A revision that is new here is known from now on, so that an unfinished download can be told; one that is known
    // keeps leading to what is whole until the new commit is.
    let reference = cache.reference(name.revision, of: repository)
    let writesReference = name.revision.commit == nil
    if writesReference && !Files.exists(reference) { try await write(commit.text, to: reference) }

    let files = try await choose(from: listing, at: commit)
    try await fetch(files, at: commit)
    if writesReference { try await write(commit.text, to: reference) }
    counter.update { $0.phase = .finished }
    return commit
  }

  /// The commit's files: from the cache, else from the hub and into the cache, else the bare names.
  private func listing(of commit: Commit, names: [RepositoryPath]) async throws -> TreeListing {
    let path = cache.tree(commit, of: repository)
    if let known = TreeListing.read(path) { return known }
    guard let listing = try await api.listing(of: commit, in: repository) else { return TreeListing(files: names.map { HubFile(path: $0) }) }
    if let text = listing.text { try await write(text, to: path) }
    return listing
  }

  /// The files to fetch: the one that was named, or descriptions and one form of the weights.
  private func choose(from listing: TreeListing, at commit: Commit) async throws -> [HubFile] {
    let files = Dictionary(listing.files.map { ($0.path.text, $0) }, uniquingKeysWith: { first, _ in first })
    if let asked = name.file {
      guard let file = files[asked.text] else {
        throw HubError.fileNotFound(repository, file: asked.text, known: files.keys.filter { $0.hasSuffix(".gguf") }.sorted())
      }
      return [file]
    }
    var chosen = Set(files.keys.filter(UsableFiles.isDescription))
    switch UsableFiles.Weights(in: files.keys) {
    case .file(let file): chosen.insert(file)
    case .sharded(let index):
      chosen.insert(index)
      // The index says which files belong together: some repositories hold the same weights in other files beside them.
      if let file = files[index] { try await fetch([file], at: commit) }
      for shard in try WeightIndex.files(cache.snapshot(commit, of: repository) + "/" + index) {
        guard files[shard] != nil else { throw HubError.fileNotFound(repository, file: shard, known: files.keys.sorted()) }
        chosen.insert(shard)
      }
    case .gguf(let gguf): throw HubError.chooseFile(name, files: gguf)
    case .none: throw HubError.nothingUsable(repository, found: files.keys.sorted())
    }
    return chosen.sorted().compactMap { files[$0] }
  }

  /// Fetches files, several at a time, and links each into the snapshot when it is there.
  private func fetch(_ files: [HubFile], at commit: Commit) async throws {
    let snapshot = cache.snapshot(commit, of: repository)
    let lacking = files.filter { !BlobDownload.isThere(snapshot + "/" + $0.path.text, size: $0.size) }
    counter.update { progress in
      progress.phase = .fetching
      progress.filesDone = files.count - lacking.count
      progress.filesTotal = files.count
      (progress.bytesDone, progress.bytesTotal) = (0, lacking.reduce(0) { $0.addingSaturated($1.size ?? 0) })
    }
    try checkRoom(for: lacking)
    try await withThrowingTaskGroup(of: Void.self) { group in
      var rest = lacking[...]
      func startNext() {
        guard let file = rest.popFirst() else { return }
        group.addTask { try await fetch(file, at: commit, into: snapshot) }
      }
      for _ in 0..<max(1, parallel) { startNext() }
      while try await group.next() != nil { startNext() }
    }
  }

  private func fetch(_ file: HubFile, at commit: Commit, into snapshot: String) async throws {
    var metadata = try await api.metadata(of: file.path, at: commit, in: repository)
    if let listed = file.sha256, metadata.entityTag.checksum == .sha256, listed != metadata.entityTag.text {
      throw HubError.changed(file: file.path.text, expected: listed, found: metadata.entityTag.text)
    }
    if let listed = file.size, let found = metadata.size, listed != found {
      throw HubError.wrongSize(file: file.path.text, expected: listed, found: found)
    }
    metadata.size = metadata.size ?? file.size
    // Without a list of sizes, each file's room is asked for by itself.
    if file.size == nil { try checkRoom(metadata.size ?? 0) }
    let tag = metadata.entityTag.text
    let download = BlobDownload(
      api: api, repository: repository, commit: commit, file: file.path, metadata: metadata,
      blob: cache.blobs(of: repository) + "/" + tag, lock: lock(tag), counter: counter)
    // As huggingface_hub links: relative, so that the cache can be moved.
    let upwards = String(repeating: "../", count: 2 + file.path.depth)
    try await download.run(thenLinkAt: snapshot + "/" + file.path.text, to: upwards + "blobs/" + tag)
    counter.update { progress in
      progress.filesDone += 1
      if file.size == nil { progress.bytesTotal = progress.bytesTotal.addingSaturated(metadata.size ?? 0) }
    }
  }

  /// Before the first byte: is there room for all? What an earlier run left counts.
  private func checkRoom(for files: [HubFile]) throws {
    let blobs = cache.blobs(of: repository)
    var needed = 0
    for file in files {
      let tag = file.sha256 ?? file.blobID ?? ""
      let part = EntityTag(tag).flatMap { Files.size(blobs + "/" + $0.text + ".incomplete") } ?? 0
      if BlobDownload.isThere(blobs + "/" + tag, size: file.size) { continue }
      needed = needed.addingSaturated(max(0, (file.size ?? 0) - part))
    }
    try checkRoom(needed)
  }

  private func checkRoom(_ needed: Int) throws {
    guard let free = Files.freeBytes(at: cache.blobs(of: repository)), needed > free else { return }
    throw HubError.noRoom(folder: cache.folder, needed: needed, free: free)
  }

  private func lock(_ name: String) -> WaitingLock {
    WaitingLock(path: "\(cache.folder)/.locks/\(repository.folder)/\(name).lock", retries: api.retries, counter: counter)
  }

  /// Writes a small file. Processes in two containers may have the same number, and so the same temporary name: one writes at a time.
  private func write(_ text: String, to path: String) async throws {
    try await lock("refs").hold { try Files.write(text, to: path) }
  }

  /// Marks the folder for backup programs, which leave out what can be fetched again: https://bford.info/cachedir/
  private func tagCache() {
    let path = Files.path("CACHEDIR.TAG", relativeTo: cache.folder)
    if Files.exists(path) { return }
    // A courtesy: a cache without it is as good.
    try? Files.write("Signature: 8a477f597d28d172789f06886806bc55\n# Models here can be fetched again: https://bford.info/cachedir/\n", to: path)
  }
}

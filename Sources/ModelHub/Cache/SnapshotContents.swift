// The files of one snapshot: which are there, which a model needs beside them, and that none leads out of the cache.

internal import Documents

struct SnapshotContents {
  /// The most files of a snapshot; real ones have a few hundred.
  private static let limit = 20_000

  let folder: String
  /// Files that are there with their contents.
  private(set) var present: Set<String> = []
  /// Links whose contents are not there.
  private(set) var dangling: Set<String> = []
  /// All files of the commit, where the cache knows them.
  private let listing: [String]?

  /// - Throws: ``HubError/leadsOut(path:target:)`` for a file outside `cache` and `repositoryFolder`.
  init(_ folder: String, cache: String, repositoryFolder: String, listing: [String]?) throws {
    self.folder = folder
    self.listing = listing
    // The user may have put the cache, or one repository of it, on another disk by a link: that link is theirs.
    let roots = [cache, repositoryFolder].compactMap { Files.resolved($0) }.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    var pending = [(path: "", depth: 0)]
    while let (prefix, depth) = pending.popLast() {
      for name in try Files.list(prefix.isEmpty ? folder : folder + "/" + prefix) {
        let relative = prefix.isEmpty ? name : prefix + "/" + name
        let path = folder + "/" + relative
        guard let resolved = Files.resolved(path) else {
          dangling.insert(relative)
          continue
        }
        guard roots.contains(where: { resolved.hasPrefix($0) }) else { throw HubError.leadsOut(path: path, target: resolved) }
        if Files.isDirectory(path) {
          // A folder that is a link could lead back to itself; huggingface_hub makes none.
          if depth < 16 && Files.linkTarget(of: path) == nil { pending.append((relative, depth + 1)) }
        } else {
          present.insert(relative)
        }
        if present.count + dangling.count > Self.limit { throw HubError.tooManyFiles(folder: folder, limit: Self.limit) }
      }
    }
  }

  /// All files that the snapshot should have, as far as that is known.
  var expected: Set<String> { Set(listing ?? []).union(present).union(dangling) }

  /// The files that Flipgate needs and that are not there, sorted.
  ///
  /// Where the commit's listing is in the cache, that is exact. Otherwise the configuration, the weights and the files of an index are needed.
  func missing() throws -> [String] {
    var needed = expected.filter(UsableFiles.isDescription)
    switch UsableFiles.Weights(in: expected) {
    case .file(let file): needed.insert(file)
    case .sharded(let index):
      needed.insert(index)
      if present.contains(index) { needed.formUnion(try WeightIndex.files(folder + "/" + index)) }
    // One of them is chosen by name; whether it is there shows then.
    case .gguf: return []
    case .none: needed.insert(UsableFiles.safetensors)
    }
    if !needed.contains("adapter_config.json") { needed.insert("config.json") }
    return needed.subtracting(present).sorted()
  }
}

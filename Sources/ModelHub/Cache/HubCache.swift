// The cache folder that all of Hugging Face's libraries share: `models--org--name` with `refs`, `blobs`, `snapshots` and `trees`.

internal import Documents

/// What is in a cache; only read here.
///
/// Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
struct HubCache: Sendable {
  /// The most names that a folder is searched for.
  private static let limit = 100_000

  let folder: String

  func path(of repository: RepositoryName) -> String { Files.path(repository.folder, relativeTo: folder) }
  func blobs(of repository: RepositoryName) -> String { path(of: repository) + "/blobs" }
  func snapshot(_ commit: Commit, of repository: RepositoryName) -> String { path(of: repository) + "/snapshots/" + commit.text }
  func reference(_ revision: Revision, of repository: RepositoryName) -> String { path(of: repository) + "/refs/" + revision.text }
  func tree(_ commit: Commit, of repository: RepositoryName) -> String { path(of: repository) + "/trees/\(commit.text).json" }

  /// All repositories of the cache.
  var repositories: [RepositoryName] { names(in: folder).compactMap { RepositoryName(folder: $0) } }

  /// All commits of which there is a folder.
  func commits(of repository: RepositoryName) -> [Commit] { names(in: path(of: repository) + "/snapshots").compactMap { Commit($0) } }

  /// All branches and tags that are known here, sorted.
  func revisions(of repository: RepositoryName) -> [String] {
    var found: [String] = []
    func visit(_ folder: String, prefix: String, depth: Int) {
      for name in names(in: folder) where found.count < Self.limit {
        let path = folder + "/" + name
        if !Files.isDirectory(path) { found.append(prefix + name) } else if depth < 8 { visit(path, prefix: prefix + name + "/", depth: depth + 1) }
      }
    }
    visit(path(of: repository) + "/refs", prefix: "", depth: 0)
    return found.sorted()
  }

  /// The commit that a revision stands for, nil where the cache does not know it.
  ///
  /// - Throws: ``HubError`` for a ref that holds no commit, and for the beginning of several commits.
  func commit(of revision: Revision, in repository: RepositoryName) throws(HubError) -> Commit? {
    if let commit = revision.commit { return commit }
    let reference = reference(revision, of: repository)
    if Files.isRegularFile(reference) {
      // A file that can't be read holds no commit either: both are told by its path and what was found.
      let text = (try? Files.readText(reference, limit: 4096)) ?? ""
      guard let commit = Commit(text.trimmingWhitespace) else { throw .brokenReference(path: reference, found: text) }
      return commit
    }
    guard let short = revision.shortCommit else { return nil }
    let matches = commits(of: repository).filter { $0.text.hasPrefix(short) }
    if matches.count > 1 { throw .ambiguousCommit(repository, short: short, matches: matches) }
    return matches.first
  }

  /// The names in a folder; none where there is no folder.
  private func names(in folder: String) -> [String] {
    // A cache that is not there holds nothing: the caller says where it was looked for.
    Array(((try? Files.list(folder)) ?? []).prefix(Self.limit))
  }
}

extension String {
  var trimmingWhitespace: String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}

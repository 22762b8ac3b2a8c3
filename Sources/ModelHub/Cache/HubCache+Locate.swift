// From a name to a folder or file of the cache, whole, and with no way out of the cache.

internal import Documents

extension HubCache {
  /// A model as it lies in the cache.
  struct Found {
    var path: String
    var commit: Commit
  }

  /// The checkpoint folder or the GGUF file of a name.
  ///
  /// - Throws: ``HubError`` that says what of it is there and what is not.
  func locate(_ name: ModelName) throws -> Found {
    guard Files.isDirectory(path(of: name.repository)) else {
      let known = repositories.map(\.text)
      throw HubError.notCached(name, cache: folder, nearest: nearestName(to: name.repository.text, among: known), known: known)
    }
    guard let commit = try commit(of: name.revision, in: name.repository), Files.isDirectory(snapshot(commit, of: name.repository)) else {
      throw HubError.revisionNotCached(
        name, folder: path(of: name.repository), revisions: revisions(of: name.repository), commits: commits(of: name.repository))
    }
    return try locate(name, at: commit)
  }

  /// The same, at a commit whose snapshot is there.
  func locate(_ name: ModelName, at commit: Commit) throws -> Found {
    let contents = try SnapshotContents(
      snapshot(commit, of: name.repository), cache: folder, repositoryFolder: path(of: name.repository),
      listing: TreeListing.read(tree(commit, of: name.repository))?.files.map(\.path.text))
    if let file = name.file {
      guard contents.present.contains(file.text) else {
        throw HubError.fileNotCached(name, snapshot: contents.folder, present: contents.present.filter { $0.hasSuffix(".gguf") }.sorted())
      }
      return Found(path: contents.folder + "/" + file.text, commit: commit)
    }
    let missing = try contents.missing()
    if !missing.isEmpty { throw HubError.incomplete(name, snapshot: contents.folder, missing: missing) }
    if case .gguf(let files) = UsableFiles.Weights(in: contents.expected) { throw HubError.chooseFile(name, files: files) }
    return Found(path: contents.folder, commit: commit)
  }
}

// Why a model can't be had by its name: where it was looked for, what is there, and what would help.

public import Documents
internal import Transfers

public indirect enum HubError: Diagnostic {
  // The argument.
  /// Neither a file or folder, nor a name.
  case noSuchModel(String, any Error)
  // The cache.
  case notCached(ModelName, cache: String, nearest: String?, known: [String])
  case revisionNotCached(ModelName, folder: String, revisions: [String], commits: [Commit])
  case ambiguousCommit(RepositoryName, short: String, matches: [Commit])
  case brokenReference(path: String, found: String)
  case incomplete(ModelName, snapshot: String, missing: [String])
  case fileNotCached(ModelName, snapshot: String, present: [String])
  /// The weights are GGUF files: one has to be named.
  case chooseFile(ModelName, files: [String])
  case leadsOut(path: String, target: String)
  case tooManyFiles(folder: String, limit: Int)
  case index(path: String, found: String)
  // The way to the hub.
  /// What the cache lacks, and that fetching it was not asked for, or that the environment forbids it.
  case notFetched(HubError, isForbidden: Bool)
  /// `cached` is the commit that is used without `--download`.
  case fetch(ModelName, endpoint: String, cached: Commit?, any Error)
  // What the hub answers.
  case repositoryNotFound(RepositoryName, hasToken: Bool)
  case gated(RepositoryName, message: String?, hasToken: Bool)
  case revisionNotFound(RepositoryName, Revision)
  case fileNotFound(RepositoryName, file: String, known: [String])
  case nothingUsable(RepositoryName, found: [String])
  case answer(String, found: String)
  case otherCommit(asked: Commit, found: Commit)
  // The files.
  case noEntityTag(file: String)
  case changed(file: String, expected: String, found: String)
  case wrongSize(file: String, expected: Int, found: Int)
  case wrongContents(file: String, expected: String, found: String)
  case noRoom(folder: String, needed: Int, free: Int)

  /// Whether fetching the model would help.
  var isRepairable: Bool {
    switch self {
    case .notCached, .revisionNotCached, .brokenReference, .incomplete, .fileNotCached: true
    default: false
    }
  }

  public var cause: (any Error)? {
    switch self {
    case .noSuchModel(_, let error), .fetch(_, _, _, let error): error
    default: nil
    }
  }

  public var severity: DiagnosticSeverity {
    switch self {
    case .fetch(_, _, _, let error), .noSuchModel(_, let error): (error as? any Diagnostic)?.severity ?? .run
    case .notFetched(let error, _): error.severity
    case .answer, .otherCommit, .noEntityTag, .changed, .wrongSize, .wrongContents, .noRoom: .run
    default: .configuration
    }
  }
}

extension HubError {
  public var description: String {
    switch self {
    case .noSuchModel(let text, _): "\(visible(text)): there is no such file or folder, and it is not the name of a model, such as org/name"
    case .notCached(let name, let cache, let nearest, let known):
      "\(name): there is no such file or folder, and the Hugging Face cache \(visible(cache)) holds no model of this name"
        + (nearest.map { "; did you mean \(quoted($0))?" } ?? (known.isEmpty ? "; it holds no models" : "; it holds \(list(known))"))
    case .revisionNotCached(let name, let folder, let revisions, let commits):
      "\(name.repository.text): \(visible(folder)) does not hold the revision \(quoted(name.revision.text)); "
        + (revisions.isEmpty && commits.isEmpty
          ? "it holds none"
          : "it holds " + list(revisions) + (revisions.isEmpty ? "" : " and ") + "the commits " + list(commits.map(\.short)))
    case .ambiguousCommit(let repository, let short, let matches):
      "\(repository.text): several commits in the cache begin with \(short): \(list(matches.map(\.text))); write more digits"
    case .brokenReference(let path, let found):
      "\(visible(path)): holds \(quoted(found)), expected the 40 hexadecimal digits of a commit; remove the file and fetch the model again"
    case .incomplete(let name, let snapshot, let missing):
      "\(name): \(visible(snapshot)) is incomplete: it lacks \(list(missing))"
    case .fileNotCached(let name, let snapshot, let present):
      "\(name): \(visible(snapshot)) has no such file" + (present.isEmpty ? "; it has no GGUF file" : "; it has \(list(present))")
    case .chooseFile(let name, let files):
      "\(name): the weights are GGUF files; name one of them: "
        + list(files.map { "\(name.repository.text)\(name.revision == .main ? "" : "@" + name.revision.text):\($0)" })
    case .leadsOut(let path, let target):
      "\(visible(path)): leads out of the cache, to \(visible(target)); a model's files must lie in the cache"
    case .tooManyFiles(let folder, let limit): "\(visible(folder)): holds more than \(limit) files, which no model has"
    case .index(let path, let found): "\(visible(path)): found \(found), expected a weight_map from tensors to names of files"
    case .notFetched(let error, let isForbidden):
      "\(error); " + (isForbidden ? "HF_HUB_OFFLINE is set, so it is not fetched" : "--download would fetch it from the hub")
    case .fetch(let name, let endpoint, let cached, let error):
      "\(name): could not be fetched from \(endpoint)"
        + ((error as? TransferError)?.leavesSomething == true ? "; what has come is kept, and the same command goes on from there" : "")
        + (cached.map { "; without --download the cache's commit \($0.short) would be used" } ?? "")
    case .repositoryNotFound(let repository, let hasToken):
      "the hub has no model \(quoted(repository.text)) that may be seen "
        + (hasToken
          ? "with this token; check its spelling, and that the token may read it"
          : "without a token; check its spelling, or set HF_TOKEN if it is private")
    case .gated(let repository, let message, let hasToken):
      "\(repository.text) is open to those alone whom its authors let in" + (message.map { ": \(quoted($0))" } ?? "")
        + (hasToken ? "; ask for access on its page, with the account of this token" : "; ask for access on its page and set HF_TOKEN")
    case .revisionNotFound(let repository, let revision): "\(repository.text) has no branch, tag or commit \(quoted(revision.text))"
    case .fileNotFound(let repository, let file, let known):
      "\(repository.text) has no file \(quoted(file))"
        + (nearestName(to: file, among: known).map { "; did you mean \(quoted($0))?" } ?? (known.isEmpty ? "" : "; it has \(list(known))"))
    case .nothingUsable(let repository, let found):
      "\(repository.text) has no weights that can be read: expected safetensors, PyTorch or GGUF files, found \(list(found))"
    case .answer(let what, let found): "the hub's \(what) can't be used: found \(found)"
    case .otherCommit(let asked, let found): "the hub was asked for the commit \(asked.text) and answered with \(found.text)"
    case .noEntityTag(let file): "\(quoted(file)): the hub gives no ETag, so that the file's contents can't be told from others"
    case .changed(let file, let expected, let found):
      "\(quoted(file)): changed while it was fetched: its ETag was \(quoted(expected)) and is now \(quoted(found))"
    case .wrongSize(let file, let expected, let found): "\(quoted(file)): the hub says \(expected) bytes, and its server \(found)"
    case .wrongContents(let file, let expected, let found):
      "\(quoted(file)): the contents have the checksum \(found), expected \(expected); they were thrown away"
    case .noRoom(let folder, let needed, let free):
      "\(visible(folder)): \(Self.size(needed)) are needed and \(Self.size(free)) are free; make room, or set HF_HUB_CACHE to a folder on another disk"
    }
  }

  /// Up to eight names, and how many more there are.
  private func list(_ names: [String]) -> String {
    names.isEmpty
      ? "nothing" : names.prefix(8).map { visible($0) }.joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }

  /// `13.5 GB`, in powers of ten.
  public static func size(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(bytes) bytes" : "\((value * 10).rounded() / 10) \(units[unit])"
  }
}

extension TransferError {
  /// Whether the part of a file that came before this error is still good.
  fileprivate var leavesSomething: Bool { if case .cancelled = self { true } else { isTransient } }
}

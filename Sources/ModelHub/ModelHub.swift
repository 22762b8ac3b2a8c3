// From what is typed for a model to the file or folder it means: a path, the cache, or the hub.

internal import Documents
public import Transfers

/// Finds models by path or name.
public struct ModelHub: Sendable {
  /// How models are fetched.
  public struct Downloads: Sendable {
    public var client: HTTPClient
    public var retries: RetryPolicy
    /// The most files that are fetched at a time.
    public var parallel: Int
    public var report: @Sendable (DownloadProgress) -> Void

    public init(
      client: HTTPClient, retries: RetryPolicy, parallel: Int = 4, report: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
    ) {
      self.client = client
      self.retries = retries
      self.parallel = parallel
      self.report = report
    }
  }

  private let settings: HubSettings
  private let downloads: Downloads?

  /// - Parameter downloads: nil to stay off the network, whatever is missing.
  public init(settings: HubSettings, downloads: Downloads? = nil) {
    self.settings = settings
    self.downloads = downloads
  }

  /// The file or folder of a model.
  ///
  /// A path that is there wins. A name (``ModelName``) is looked up in the cache. With downloads, the hub is first asked which
  /// commit the revision is, and what the cache lacks of it is fetched; a full commit that is whole in the cache needs no network.
  ///
  /// - Throws: ``HubError``, ``ModelNameError`` as its cause, or ``FileError``.
  public func locate(_ text: String) async throws -> ModelLocation {
    if Files.exists(text) { return ModelLocation(path: text, name: Files.name(of: text), commit: nil) }
    let name: ModelName
    do throws(ModelNameError) { name = try ModelName(text) } catch { throw HubError.noSuchModel(text, error) }
    // A single word that ends like a file is a misspelt path, not a repository.
    if name.repository.isLegacy, name.file == nil, Self.fileEndings.contains(where: { text.hasSuffix($0) }) {
      throw FileError(path: text, problem: .notFound)
    }
    let cache = HubCache(folder: settings.cacheFolder)
    guard let downloads, !settings.isOffline else {
      do {
        return location(of: name, try cache.locate(name))
      } catch let error as HubError where error.isRepairable {
        throw HubError.notFetched(error, isForbidden: settings.isOffline)
      }
    }
    // Whatever keeps a commit from being used as it lies in the cache, fetching either repairs it or says it again.
    if let commit = name.revision.commit, let found = try? cache.locate(name, at: commit) { return location(of: name, found) }
    let found: HubCache.Found
    do {
      found = try cache.locate(name, at: try await fetch(name, into: cache, downloads))
    } catch {
      // Only whether there is one matters: it is what the error can offer.
      let cached = try? cache.locate(name).commit
      throw HubError.fetch(name, endpoint: shownEndpoint, cached: cached, error)
    }
    return location(of: name, found)
  }

  private static let fileEndings = [".gguf", ".safetensors", ".json", ".jsonl", ".gz", ".bin", ".yaml", ".yml"]

  private func fetch(_ name: ModelName, into cache: HubCache, _ downloads: Downloads) async throws -> Commit {
    let api = HubAPI(
      endpoint: try WebAddress(settings.endpoint), token: try settings.token(), client: downloads.client, retries: downloads.retries)
    let counter = DownloadCounter(name, report: downloads.report)
    return try await SnapshotDownload(name: name, cache: cache, api: api, parallel: downloads.parallel, counter: counter).run()
  }

  /// Scheme and host; the variable's name where its text is no address.
  private var shownEndpoint: String { (try? WebAddress(settings.endpoint).origin) ?? "HF_ENDPOINT" }

  private func location(of name: ModelName, _ found: HubCache.Found) -> ModelLocation {
    let shown = "\(name.repository.text)@\(found.commit.short)" + (name.file.map { ":" + $0.text } ?? "")
    return ModelLocation(path: found.path, name: shown, commit: found.commit)
  }
}

/// Where a model lies, and what it is called.
public struct ModelLocation: Sendable, Equatable {
  /// A checkpoint folder or a file.
  public var path: String
  /// The last part of a path; `org/name@0123456789ab` for a model of the hub, with the commit that was used.
  public var name: String
  /// Nil for a path.
  public var commit: Commit?

  public init(path: String, name: String, commit: Commit?) {
    self.path = path
    self.name = name
    self.commit = commit
  }
}

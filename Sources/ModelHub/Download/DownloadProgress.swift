// How far a download is.

internal import Synchronization

/// What is told while a model is fetched.
public struct DownloadProgress: Sendable, Equatable {
  public enum Phase: Sendable, Equatable {
    /// The hub is asked which files there are.
    case listing
    case fetching
    /// Another process fetches a file that is needed.
    case waiting
    /// A pause before the next try.
    case retrying(seconds: Double, reason: String)
    case finished
  }

  /// The model as it was named.
  public var name: String
  public var phase: Phase
  public var filesDone: Int
  public var filesTotal: Int
  /// Bytes of all files that were not in the cache, those that an earlier run left included.
  public var bytesDone: Int
  public var bytesTotal: Int
  /// Bytes that came over the network in this run.
  public var bytesFetched: Int
}

/// Counts for all files of a download, and tells.
final class DownloadCounter: Sendable {
  private let progress: Mutex<DownloadProgress>
  private let report: @Sendable (DownloadProgress) -> Void

  init(_ name: ModelName, report: @escaping @Sendable (DownloadProgress) -> Void) {
    progress = Mutex(
      DownloadProgress(
        name: name.description, phase: .listing, filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, bytesFetched: 0))
    self.report = report
  }

  /// Changes the counts and tells them; one call at a time, so that they only grow.
  func update(_ change: (inout DownloadProgress) -> Void) {
    progress.withLock { progress in
      change(&progress)
      report(progress)
    }
  }
}

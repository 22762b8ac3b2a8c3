// One process at a time: the others wait, and say so.

internal import Documents
internal import Transfers

/// A lock in the cache's `.locks`, where huggingface_hub has its own.
struct WaitingLock: Sendable {
  let path: String
  let retries: RetryPolicy
  let counter: DownloadCounter

  /// Waits for the lock and holds it while `body` runs.
  ///
  /// - Throws: ``TransferError/cancelled`` when the run is to end before the lock is free, ``FileError``, and what `body` throws.
  func hold(_ body: () async throws -> Void) async throws {
    var lock = try FileLock.attempt(path)
    while lock == nil {
      counter.update { $0.phase = .waiting }
      do { try await retries.sleep(0.2) } catch { throw TransferError.cancelled }
      lock = try FileLock.attempt(path)
    }
    defer { withExtendedLifetime(lock) {} }
    try await body()
  }
}

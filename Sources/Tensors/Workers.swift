// Work on several threads: numbered pieces, each done once, by whichever worker is free.

internal import Dispatch
internal import Synchronization

/// Runs `body` for every index below `count`, on at most `threads` threads; returns when all are done.
///
/// - Parameter body: gets the worker's number, below `threads`, and the piece's index. Pieces start in order.
/// - Throws: the first error in the order of time; no new pieces start after it.
public func withWorkers<Failure: Error>(
  _ threads: Int, count: Int, _ body: @Sendable (_ worker: Int, _ index: Int) throws(Failure) -> Void
) throws(Failure) {
  let next = Atomic<Int>(0)
  let failure = Mutex<Failure?>(nil)
  let workers = max(1, min(threads, count))
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    while failure.withLock({ $0 == nil }) {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { return }
      do throws(Failure) {
        try body(worker, index)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}

// Threads that work on one product together: woken in a microsecond, because a generated token has hundreds of products.

internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A fixed number of threads, the caller's among them; used by one caller at a time.
///
/// Between two jobs the others look for work for some tens of microseconds, then they sleep.
public final class ThreadTeam: Sendable {
  /// The threads there are: as many as asked for, fewer where the system gives no more.
  public let count: Int
  private let members: [Member]

  public init(_ count: Int) {
    var members: [Member] = []
    while members.count + 1 < count, let member = Member(index: members.count + 1) { members.append(member) }
    self.members = members
    self.count = members.count + 1
  }

  deinit { for member in members { member.dismiss() } }

  /// Runs `body` once for each thread and returns when all are done.
  ///
  /// - Parameter body: gets the thread's number, below ``count``.
  public func run(_ body: @escaping @Sendable (_ thread: Int) -> Void) {
    for member in members { member.begin(body) }
    body(0)
    for member in members { member.wait() }
  }

  /// Fewer values are computed before another thread has begun.
  private static let leastShared = 1 << 14

  /// Calls `body` with parts of some rows, each on a thread if there is enough to do; no part writes the rows of another in a ``Matrix``.
  ///
  /// - Parameter width: the values of a row that are computed.
  public func share(_ rows: Int, width: Int, _ body: @escaping @Sendable (_ part: Range<Int>) -> Void) {
    if count == 1 || rows * width < Self.leastShared { return body(0..<rows) }
    run { thread in
      let part = self.part(of: rows, thread: thread)
      if !part.isEmpty { body(part) }
    }
  }

  /// A thread's even share of `count` things; the same for all work on as many things, so that it finds in its cache what it wrote before.
  ///
  /// - Parameter step: parts begin at multiples of this; with 16 no part writes the rows of another in a ``Matrix``.
  public func part(of count: Int, thread: Int, step: Int = 16) -> Range<Int> {
    let blocks = (count + step - 1) / step
    return min(count, thread * blocks / self.count * step)..<min(count, (thread + 1) * blocks / self.count * step)
  }

  /// One thread of a team beside the caller's.
  private final class Member: Sendable {
    /// Looks for work, or for its end, so many times before the thread gives way.
    private static let patience = 20_000

    private struct Job: Sendable {
      var body: (@Sendable (Int) -> Void)?
      var isLast = false
    }

    private let job = Mutex(Job())
    /// Jobs begun, and jobs done.
    private let begun = Atomic(0)
    private let done = Atomic(0)
    private let isAsleep = Atomic(false)
    private let alarm = DispatchSemaphore(value: 0)

    /// Nil if the system starts no further thread. Each member has a thread of its own: a queue's pool has at most 255, and a team waits for all of its own.
    init?(index: Int) {
      let started = startThread { [self] in
        var seen = 0
        while true {
          var looks = 0
          while begun.load(ordering: .acquiring) == seen {
            looks += 1
            if looks < Self.patience { continue }
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            if begun.load(ordering: .sequentiallyConsistent) == seen { alarm.wait() }
            isAsleep.store(false, ordering: .sequentiallyConsistent)
          }
          seen += 1
          if perform(index) { return }
          done.store(seen, ordering: .releasing)
        }
      }
      if !started { return nil }
    }

    /// Does what was published and keeps nothing of it: a job may hold the team that holds this member.
    ///
    /// - Returns: whether it was the last.
    private func perform(_ index: Int) -> Bool {
      let next = job.withLock { job in
        defer { job.body = nil }
        return job
      }
      next.body?(index)
      return next.isLast
    }

    func begin(_ body: @escaping @Sendable (Int) -> Void) { publish(Job(body: body)) }

    func dismiss() { publish(Job(isLast: true)) }

    private func publish(_ next: Job) {
      job.withLock { $0 = next }
      begun.add(1, ordering: .sequentiallyConsistent)
      if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { alarm.signal() }
    }

    func wait() {
      let expected = begun.load(ordering: .relaxed)
      var looks = 0
      while done.load(ordering: .acquiring) != expected {
        looks += 1
        if looks % Self.patience == 0 { sched_yield() }
      }
    }
  }
}

/// What a new thread does, on its way there.
private final class ThreadBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs `body` on a thread of its own.
///
/// - Returns: false if the system starts none.
private func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  let argument = unsafe Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let status = unsafe pthread_create(
    &thread, nil,
    { argument in
      if let argument = unsafe argument { unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    }, argument.toOpaque())
  guard status == 0 else {
    unsafe argument.release()
    return false
  }
  pthread_detach(thread)
  return true
}

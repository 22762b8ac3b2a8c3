// Ctrl-C and termination: the first asks the run to stop between two passes, the second ends it at once.

internal import Dispatch
internal import Foundation
internal import Synchronization

enum Interruption {
  private static let requests = Atomic<Int>(0)
  /// Kept alive for the life of the process; made once, never changed.
  nonisolated(unsafe) private static let sources = [SIGINT, SIGTERM].map(source)

  /// Whether the user or the system has asked to stop.
  static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Starts to listen for SIGINT and SIGTERM; a closed pipe is told by a failing write, not by SIGPIPE.
  static func listen() {
    _ = signal(SIGPIPE, SIG_IGN)
    // A file that reaches a limit is told by the failing write, too.
    _ = signal(SIGXFSZ, SIG_IGN)
    _ = unsafe sources.count
  }

  /// Waits, in short steps: the first Ctrl-C is to end the wait.
  static func sleep(_ seconds: Double) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if isRequested { throw CancellationError() }
      try await Task.sleep(for: min(.milliseconds(200), end - ContinuousClock.now))
    }
  }

  private static func source(_ number: Int32) -> any DispatchSourceSignal {
    _ = signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
    source.setEventHandler {
      if requests.add(1, ordering: .relaxed).oldValue > 0 { Foundation.exit(4) }
      Console.status("\nflipgate: stopping; what is computed is kept (once more to stop at once)\n")
    }
    source.resume()
    return source
  }
}

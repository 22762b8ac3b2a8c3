// Asking again after a failure that may pass: how often, and after how long.

/// How failures that may pass are met; clock and chance are handed in.
public struct RetryPolicy: Sendable {
  /// The most tries in a row that bring nothing.
  public var attempts: Int
  /// Seconds before the second try; each further pause is twice as long.
  public var firstPause: Double
  /// No pause is longer than so many seconds; a server that asks for more is not waited for.
  public var longestPause: Double
  /// How far apart the pauses of many clients lie.
  public enum Spread: Sendable {
    /// Between three quarters and five quarters of the pause.
    case narrow
    /// Between nothing and the whole pause: "full jitter".
    case full
  }

  /// An end to all tries together.
  public struct TimeLimit: Sendable {
    public var seconds: Double
    /// Seconds that only grow.
    public var clock: @Sendable () -> Double

    public init(seconds: Double, clock: @escaping @Sendable () -> Double) {
      self.seconds = seconds
      self.clock = clock
    }
  }

  public var spread = Spread.narrow
  /// No pause leads past it; nil for none.
  public var timeLimit: TimeLimit?
  /// Which failures may pass.
  public var mayPass: @Sendable (TransferError) -> Bool = { $0.isTransient }
  /// From 0 to 1, spreads the pauses of many clients.
  public var jitter: @Sendable () -> Double
  /// Waits; throws when the run is to end.
  public var sleep: @Sendable (_ seconds: Double) async throws -> Void

  public init(
    attempts: Int = 5, firstPause: Double = 1, longestPause: Double = 60, jitter: @escaping @Sendable () -> Double,
    sleep: @escaping @Sendable (_ seconds: Double) async throws -> Void
  ) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
    self.jitter = jitter
    self.sleep = sleep
  }

  /// The pause after a failure, nil where trying again is of no use.
  ///
  /// - Parameter failures: how many tries in a row have brought nothing, this one included.
  public func pause(after error: TransferError, failures: Int) -> Double? {
    guard mayPass(error), failures < attempts else { return nil }
    if let asked = error.retryAfter { return asked <= longestPause ? asked : nil }
    let doubled = firstPause * Double(1 << min(max(0, failures - 1), 20))
    let chance = min(1, max(0, jitter()))
    return switch spread {
    case .narrow: min(longestPause, doubled * (0.75 + 0.5 * chance))
    case .full: min(longestPause, doubled) * chance
    }
  }

  /// Calls `body` until it succeeds, fails for good, has failed too often, or the time is over.
  public func run<Value: Sendable>(_ body: () async throws(TransferError) -> Value) async throws(TransferError) -> Value {
    var failures = 0
    let start = timeLimit?.clock()
    while true {
      do throws(TransferError) {
        return try await body()
      } catch {
        failures += 1
        guard let pause = pause(after: error, failures: failures) else { throw error }
        if let timeLimit, let start, timeLimit.clock() - start + pause >= timeLimit.seconds { throw error }
        do { try await sleep(pause) } catch { throw .cancelled }
      }
    }
  }
}

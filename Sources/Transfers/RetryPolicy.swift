// Asking again after a failure that may pass: how often, and after how long.

/// How failures that may pass are met; clock and chance are handed in.
public struct RetryPolicy: Sendable {
  /// The most tries in a row that bring nothing.
  public var attempts: Int
  /// Seconds before the second try; each further pause is twice as long.
  public var firstPause: Double
  /// No pause is longer than so many seconds; a server that asks for more is not waited for.
  public var longestPause: Double
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
    guard error.isTransient, failures < attempts else { return nil }
    if let asked = error.retryAfter { return asked <= longestPause ? asked : nil }
    let doubled = firstPause * Double(1 << min(max(0, failures - 1), 20))
    return min(longestPause, doubled * (0.75 + 0.5 * min(1, max(0, jitter()))))
  }

  /// Calls `body` until it succeeds, fails for good, or has failed too often.
  public func run<Value: Sendable>(_ body: () async throws(TransferError) -> Value) async throws(TransferError) -> Value {
    var failures = 0
    while true {
      do throws(TransferError) {
        return try await body()
      } catch {
        failures += 1
        guard let pause = pause(after: error, failures: failures) else { throw error }
        do { try await sleep(pause) } catch { throw .cancelled }
      }
    }
  }
}

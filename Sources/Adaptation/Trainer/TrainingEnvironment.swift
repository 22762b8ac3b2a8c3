// What training is handed of the world around it, and what it says while it goes on.

/// How far a run is.
public struct TrainingProgress: Sendable, Hashable {
  public var step: Int
  public var totalSteps: Int
  public var epoch: Double
  /// Of the last step.
  public var loss: Double
  /// Of the last validation.
  public var validationLoss: Double?
  public var learningRate: Double
  public var tokensPerSecond: Double
  public var isFinished: Bool
}

/// Clock, interruption and messages: libraries take nothing of the kind from the process themselves.
public struct TrainingEnvironment: Sendable {
  /// Seconds that only grow.
  public var clock: @Sendable () -> Double
  public var isCancelled: @Sendable () -> Bool
  public var report: @Sendable (TrainingProgress) -> Void
  /// Seconds between two states on disk.
  public var checkpointInterval: Double

  public init(
    clock: @escaping @Sendable () -> Double, isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (TrainingProgress) -> Void = { _ in }, checkpointInterval: Double = 120
  ) {
    self.clock = clock
    self.isCancelled = isCancelled
    self.report = report
    self.checkpointInterval = checkpointInterval
  }
}

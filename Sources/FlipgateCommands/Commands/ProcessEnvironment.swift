// What evaluate and run have in common: settings from options, and the process's clock, memory and signals.

internal import Evaluation
internal import Foundation
internal import Gate
internal import Logging
internal import Records

extension ComputeOptions {
  func settings(_ tasks: TaskOptions, shard: RecordHeader.Shard?) -> EvaluationSettings {
    EvaluationSettings(
      limit: tasks.limit?.value, shard: shard, truncation: tasks.truncation, prompting: tasks.prompting.prompting, seed: tasks.prompting.seed,
      threads: threadCount)
  }
}

extension GateEnvironment {
  /// The process that the command runs in.
  static func process(_ messages: OutputOptions) -> GateEnvironment {
    let display = messages.progress
    let logger = messages.logger
    let start = ContinuousClock.now
    let training = TrainingDisplay(style: ProgressDisplay.style(isQuiet: messages.quiet, hasProgress: !messages.noProgress))
    var environment = GateEnvironment(
      now: { Int(Date().timeIntervalSince1970) },
      clock: {
        let passed = (ContinuousClock.now - start).components
        return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
      },
      peakMemory: { ProcessMemory.peak }, isCancelled: { Interruption.isRequested }, progress: { display.show($0) },
      warn: { logger.warning("\($0)") })
    environment.trainingProgress = { training.show($0) }
    return environment
  }
}

/// What the system says of the process's memory.
enum ProcessMemory {
  /// The most bytes that were resident at any time.
  static var peak: Int {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  }
}

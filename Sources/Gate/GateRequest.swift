// What the gate is asked, and what it is handed of the world around it.

public import Adaptation
public import Evaluation
public import LanguageModels
public import ModelHub
public import Records

/// One gate run: a policy and two sides.
public struct GateRequest: Sendable {
  public var policy: String
  /// A checkpoint by path or name, or a run record.
  public var baseline: String
  /// A checkpoint by path or name, or a run record.
  public var candidate: String
  /// Finds the sides.
  public var hub: ModelHub
  /// Folders of LoRA adapters, applied to the sides.
  public var baselineAdapter: String?
  public var candidateAdapter: String?
  /// Task files, folders or built-in names, beside those of the policy.
  public var tasks: [String]
  /// Data of built-in tasks: name to file.
  public var data: [String: String]
  public var settings: EvaluationSettings
  public var model: LanguageModel.Options
  public var cache: OutcomeStore?
  /// Where result, reports and run records are written.
  public var reportDirectory: String
  /// Go on with the records of an interrupted run.
  public var resumes: Bool
  /// Train the policy's remedy whatever the verdict is.
  public var remediates = false
  /// Training data in place of the policy's.
  public var training: [String] = []
  /// Axes of the remedy's sweep in place of the policy's, each `name=value,value`.
  public var sweep: [String] = []
  /// What kind of log a side is that is no model; nil to tell it from the contents.
  public var logFormat: LogFormat?

  public init(
    policy: String, baseline: String, candidate: String, baselineAdapter: String? = nil, candidateAdapter: String? = nil, hub: ModelHub,
    tasks: [String], data: [String: String], settings: EvaluationSettings, model: LanguageModel.Options, cache: OutcomeStore?,
    reportDirectory: String, resumes: Bool
  ) {
    self.baselineAdapter = baselineAdapter
    self.candidateAdapter = candidateAdapter
    self.policy = policy
    self.baseline = baseline
    self.candidate = candidate
    self.hub = hub
    self.tasks = tasks
    self.data = data
    self.settings = settings
    self.model = model
    self.cache = cache
    self.reportDirectory = reportDirectory
    self.resumes = resumes
  }
}

/// Clock, memory, interruption and messages: libraries take nothing of the kind from the process themselves.
public struct GateEnvironment: Sendable {
  /// The Unix time in seconds.
  public var now: @Sendable () -> Int
  /// Seconds that only grow.
  public var clock: @Sendable () -> Double
  /// The most memory that the process has held, in bytes.
  public var peakMemory: @Sendable () -> Int
  public var isCancelled: @Sendable () -> Bool
  public var progress: @Sendable (EvaluationProgress) -> Void
  public var warn: @Sendable (String) -> Void
  public var trainingProgress: @Sendable (TrainingProgress) -> Void = { _ in }

  public init(
    now: @escaping @Sendable () -> Int, clock: @escaping @Sendable () -> Double, peakMemory: @escaping @Sendable () -> Int,
    isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (EvaluationProgress) -> Void,
    warn: @escaping @Sendable (String) -> Void
  ) {
    self.now = now
    self.clock = clock
    self.peakMemory = peakMemory
    self.isCancelled = isCancelled
    self.progress = progress
    self.warn = warn
  }
}

// One side of the gate to its run record: a record as it lies on disk, or a checkpoint that is asked.

internal import Documents
public import Evaluation
public import LanguageModels
public import ModelHub
internal import Policies
public import Records
public import Tasks

/// Gets the outcomes of a model or record.
public struct OutcomeSource: Sendable {
  let settings: EvaluationSettings
  let model: LanguageModel.Options
  let cache: OutcomeStore?
  let resumes: Bool
  let environment: GateEnvironment

  public init(
    settings: EvaluationSettings, model: LanguageModel.Options, cache: OutcomeStore?, resumes: Bool, environment: GateEnvironment
  ) {
    self.settings = settings
    self.model = model
    self.cache = cache
    self.resumes = resumes
    self.environment = environment
  }

  /// Now, as records write it.
  public var timestamp: String { Timestamp.rfc3339(environment.now()) }

  /// What kind of log a side is that is no model; nil to tell it from the contents.
  public var logFormat: LogFormat?

  /// Whether a side is a run record or another tool's log, and needs no model.
  public static func isRecord(_ path: String) -> Bool { LogFormat.isLog(path) }

  /// One side, opened as far as its digests: nothing is computed yet.
  public enum Side: Sendable {
    case record(RecordedRun)
    case model(EmbeddedEngine)
  }

  /// Opens one side; two of them may be opened at once, for the digest of large weights takes a second a gigabyte.
  ///
  /// - Parameter adapter: the folder of a LoRA adapter; a record has none but what it was made with.
  @concurrent
  public func open(_ location: ModelLocation, adapter: String? = nil) async throws -> Side {
    if Self.isRecord(location.path) {
      if let adapter { throw GateError.adapterOfRecord(record: location.path, adapter: adapter) }
      return .record(try RecordedRun(path: location.path, format: logFormat))
    }
    return .model(
      try EmbeddedEngine(path: location.path, name: location.name, adapter: adapter, options: model, version: FlipgateVersion.engine))
  }

  /// The outcomes of one side.
  ///
  /// - Parameter recordPath: where the record of an evaluated side is written.
  public func outcomes(of side: Side, on tasks: [EvaluationTask], recordPath: String?) async throws -> RecordedRun {
    switch side {
    case .record(let record): return record
    case .model(let engine): return RecordedRun(try evaluate(engine, on: tasks, recordPath: recordPath))
    }
  }

  /// The record of a model's answers.
  ///
  /// - Parameter recordPath: where the record is written.
  public func evaluate(_ engine: EmbeddedEngine, on tasks: [EvaluationTask], recordPath: String?) throws -> RunRecord {
    let evaluator = Evaluator(
      engine, settings: settings, keeping: OutcomeKeeping(store: cache, recordPath: recordPath, resumes: resumes), clock: environment.clock,
      peakMemory: environment.peakMemory, isCancelled: environment.isCancelled, report: environment.progress, warn: environment.warn)
    defer { engine.unload() }
    return try evaluator.evaluate(tasks, created: timestamp)
  }
}

// One side of the gate to its run record: a record as it lies on disk, or a checkpoint that is asked.

internal import Documents
internal import Evaluation
internal import LanguageModels
public import Records
public import Tasks

/// Gets the outcomes of a model or record.
public struct OutcomeSource: Sendable {
  let settings: EvaluationSettings
  let model: LanguageModel.Options
  let cache: OutcomeStore?
  let resumes: Bool
  let environment: GateEnvironment

  public init(_ request: GateRequest, environment: GateEnvironment) {
    settings = request.settings
    model = request.model
    cache = request.cache
    resumes = request.resumes
    self.environment = environment
  }

  /// Whether a side is a run record and needs no model.
  public static func isRecord(_ path: String) -> Bool { RecordReader.isRecord(path) }

  /// The outcomes of one side.
  ///
  /// - Parameter recordPath: where the record of an evaluated side is written.
  public func outcomes(of path: String, on tasks: [EvaluationTask], recordPath: String?) async throws -> RunRecord {
    if Self.isRecord(path) { return try RecordReader.read(path) }
    let engine = try EmbeddedEngine(path: path, options: model, version: FlipgateVersion.engine)
    let evaluator = Evaluator(
      engine, settings: settings, keeping: OutcomeKeeping(store: cache, recordPath: recordPath, resumes: resumes),
      clock: environment.clock, peakMemory: environment.peakMemory, isCancelled: environment.isCancelled, report: environment.progress,
      warn: environment.warn)
    return try evaluator.evaluate(tasks, created: Timestamp.rfc3339(environment.now()))
  }
}

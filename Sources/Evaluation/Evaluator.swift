// Tasks x engine -> run record: known outcomes are used, the rest is computed, kept as it comes, and put in order at the end.

internal import Documents
internal import LanguageModels
internal import Metrics
public import Records
internal import Synchronization
public import Tasks
internal import Tensors

/// Where outcomes come from before they are computed, and where they go as soon as they are.
public struct OutcomeKeeping: Sendable {
  /// Outcomes by content, shared by all runs.
  public var store: OutcomeStore?
  /// Where the record is to stand; its journal grows beside it.
  public var recordPath: String?
  /// Go on with the journal or record that is there.
  public var resumes: Bool

  public init(store: OutcomeStore? = nil, recordPath: String? = nil, resumes: Bool = false) {
    self.store = store
    self.recordPath = recordPath
    self.resumes = resumes
  }
}

/// Evaluates one model.
public struct Evaluator: Sendable {
  let engine: EmbeddedEngine
  let settings: EvaluationSettings
  let keeping: OutcomeKeeping
  /// Seconds that only grow.
  let clock: @Sendable () -> Double
  /// The most memory that the process has held, in bytes.
  let peakMemory: @Sendable () -> Int
  let isCancelled: @Sendable () -> Bool
  let report: @Sendable (EvaluationProgress) -> Void
  /// Told of what goes wrong without stopping the run: a cache that can't be written.
  let warn: @Sendable (String) -> Void

  public init(
    _ engine: EmbeddedEngine, settings: EvaluationSettings, keeping: OutcomeKeeping, clock: @escaping @Sendable () -> Double,
    peakMemory: @escaping @Sendable () -> Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (EvaluationProgress) -> Void = { _ in }, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.engine = engine
    self.settings = settings
    self.keeping = keeping
    self.clock = clock
    self.peakMemory = peakMemory
    self.isCancelled = isCancelled
    self.report = report
    self.warn = warn
  }

  /// Asks all items and returns the complete record, which then also stands at the record path.
  ///
  /// - Parameter created: RFC 3339, for the header.
  /// - Throws: ``EvaluationError/interrupted(done:total:resume:)`` after a cancellation; what was computed is in journal and store.
  public func evaluate(_ tasks: [EvaluationTask], created: String) throws -> RunRecord {
    let chosen = tasks.map { ($0, select($0.items)) }
    guard chosen.contains(where: { !$0.1.isEmpty }) else {
      throw EvaluationError.noItems(
        tasks: tasks.map(\.name), limit: settings.limit, shard: settings.shard.map { "\($0.index)/\($0.count)" })
    }
    let header = engine.header(
      tasks: try chosen.map { try Self.headerTask($0.0, items: $0.1.count) }, truncation: settings.truncation, shard: settings.shard, created: created
    )
    let keeper = try OutcomeKeeper(
      keeping, header: header, total: chosen.reduce(0) { $0 + $1.1.count }, model: engine.name, report: report, warn: warn)

    var seconds = 0.0
    var usage = LikelihoodScorer.Usage()
    for ((task, items), headerTask) in zip(chosen, header.tasks) {
      let builder = try OutcomeBuilder(task)
      let open = try keeper.takeKnown(items, builder: builder, key: OutcomeKey(header, task: headerTask))
      if open.isEmpty || isCancelled() { continue }
      keeper.progress(.loading)
      let model = try engine.model()
      let start = clock()
      let used = try compute(open, model: model, builder: builder, keeper: keeper)
      seconds += clock() - start
      usage.computedTokens += used.computedTokens
      usage.requestedTokens += used.requestedTokens
    }
    try keeper.check()
    keeper.progress(.finished)
    if keeper.doneCount < keeper.total {
      throw EvaluationError.interrupted(done: keeper.doneCount, total: keeper.total, resume: keeper.resumeAdvice)
    }
    return try keeper.finish(
      RunUsage(
        peakMemory: peakMemory(), seconds: seconds, tokensComputed: usage.computedTokens, tokensRequested: usage.requestedTokens,
        itemsFromCache: keeper.knownCount))
  }

  private func compute(
    _ items: [TaskItem], model: LanguageModel, builder: OutcomeBuilder, keeper: OutcomeKeeper
  ) throws -> LikelihoodScorer.Usage {
    let encoder = RequestEncoder(model.tokenizer, contextLength: model.blueprint.contextLength, truncation: settings.truncation)
    let encoded = encode(items, encoder)
    var groups: [[ScoringRequest]] = []
    var asked: [TaskItem] = []
    var failed: [ItemOutcome] = []
    for (item, result) in zip(items, encoded) {
      switch result {
      case .success(let requests):
        groups.append(requests)
        asked.append(item)
      case .failure(let failure): failed.append(builder.outcome(item, failure: failure))
      }
    }
    keeper.keep(failed)
    keeper.progress(.scoring)
    let scorer = LikelihoodScorer(
      model, threads: settings.threads, capacity: settings.batchTokens, sharesPrefixes: settings.sharesPrefixes)
    let (questions, requests) = (asked, groups)
    return try scorer.score(
      requests, isCancelled: { isCancelled() || keeper.hasFailed },
      onGroup: { index, scores in keeper.keep([builder.outcome(questions[index], requests: requests[index], scores: scores)]) })
  }

  private func encode(_ items: [TaskItem], _ encoder: RequestEncoder) -> [Result<[ScoringRequest], ItemFailure>] {
    let piece = 64
    let pieces = (items.count + piece - 1) / piece
    let results = Mutex(Array(repeating: [Result<[ScoringRequest], ItemFailure>](), count: pieces))
    withWorkers(settings.threads, count: pieces) { _, index in
      let part = items[index * piece..<min((index + 1) * piece, items.count)].map { encoder.encode($0.requests) }
      results.withLock { $0[index] = part }
    }
    return results.withLock { $0.flatMap { $0 } }
  }

  private func select(_ items: [TaskItem]) -> [TaskItem] {
    let limited = settings.limit.map { Array(items.prefix($0)) } ?? items
    guard let shard = settings.shard else { return limited }
    return limited.enumerated().filter { $0.offset % shard.count == shard.index - 1 }.map(\.element)
  }

  private static func headerTask(_ task: EvaluationTask, items: Int) throws -> RecordHeader.Task {
    RecordHeader.Task(
      name: task.name, taskDigest: task.taskDigest, dataDigest: task.dataDigest, fewshotCount: task.fewshotCount, items: items,
      metrics: try task.metrics.map {
        RecordHeader.Task.Metric(name: $0, higherIsBetter: try MetricCatalog.metric(named: $0).higherIsBetter)
      },
      primaryMetric: task.primaryMetric)
  }
}

extension TaskItem {
  /// The likelihoods that the item asks for.
  var requests: [LikelihoodRequest] {
    switch question {
    case .multipleChoice(let requests, _, _): requests
    case .likelihood(let request): [request]
    }
  }
}

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
    let header = try engine.header(
      tasks: chosen.map { Self.headerTask($0.0, items: $0.1.count) }, settings: settings, created: created)
    let builders = try chosen.map { try OutcomeBuilder($0.0) }
    let total = chosen.reduce(0) { $0 + $1.1.count }
    let keeper = try OutcomeKeeper(keeping, header: header, total: total, model: engine.name, report: report, warn: warn)

    var seconds = 0.0
    var usage = TokenUsage()
    for (((task, items), headerTask), builder) in zip(zip(chosen, header.tasks), builders) {
      let open = try keeper.takeKnown(items, builder: builder, key: OutcomeKey(header, task: headerTask))
      if open.isEmpty || isCancelled() { continue }
      keeper.progress(.loading)
      let model = try engine.model()
      let start = clock()
      let used = try compute(open, of: task, model: model, builder: builder, keeper: keeper)
      seconds += clock() - start
      usage += used
    }
    try keeper.check()
    keeper.progress(.finished)
    if keeper.doneCount < keeper.total {
      throw EvaluationError.interrupted(done: keeper.doneCount, total: keeper.total, resume: keeper.resumeAdvice)
    }
    return try keeper.finish(
      RunUsage(
        peakMemory: peakMemory(), seconds: seconds, tokensComputed: usage.computed, tokensRequested: usage.requested,
        itemsFromCache: keeper.knownCount))
  }

  private func compute(
    _ items: [TaskItem], of task: EvaluationTask, model: LanguageModel, builder: OutcomeBuilder, keeper: OutcomeKeeper
  ) throws -> TokenUsage {
    let questions = QuestionEncoder(
      encoder: RequestEncoder(model.tokenizer, contextLength: model.blueprint.contextLength, truncation: settings.truncation),
      style: try engine.promptStyle(settings.prompting), task: task, defaults: try model.generationDefaults(), seed: settings.seed)
    var asked: [AskedItem] = []
    for (item, result) in zip(items, encode(items, questions)) {
      switch result {
      case .success(let question): asked.append(AskedItem(item: item, question: question))
      case .failure(let failure): keeper.keep(builder.outcomes(item, failure: failure))
      }
    }
    keeper.progress(.scoring)
    var usage = try score(asked.filter { !$0.isGeneration }, model: model, builder: builder, keeper: keeper)
    usage += try generate(asked.filter(\.isGeneration), model: model, builder: builder, keeper: keeper)
    return usage
  }

  /// An item with its question in tokens.
  private struct AskedItem: Sendable {
    var item: TaskItem
    var question: EncodedQuestion
    var isGeneration: Bool { if case .generation = question { true } else { false } }
  }

  private func score(
    _ asked: [AskedItem], model: LanguageModel, builder: OutcomeBuilder, keeper: OutcomeKeeper
  ) throws -> TokenUsage {
    let scorer = LikelihoodScorer(
      model, threads: settings.threads, capacity: settings.batchTokens, sharesPrefixes: settings.sharesPrefixes)
    return try scorer.score(
      asked.map(\.question.scoringRequests), isCancelled: { isCancelled() || keeper.hasFailed },
      onGroup: { index, scores in
        let (item, question) = (asked[index].item, asked[index].question)
        let answer = Self.answer(item, question, scores)
        keeper.keep(builder.outcomes(item, answer: answer, promptTokens: question.promptTokens))
      })
  }

  private static func answer(_ item: TaskItem, _ question: EncodedQuestion, _ scores: [ScoredContinuation]) -> ItemAnswer {
    if case .rolling = question {
      return .rolling(logprob: scores.reduce(0) { $0 + $1.logprob }, tokens: scores.reduce(0) { $0 + $1.logprobs.count })
    }
    guard case .likelihoods(let requests, let unconditional) = question else { return .texts([], tokens: 0) }
    let texts: [String] =
      switch item.question {
      case .multipleChoice(_, let choices, _, _): choices
      case .likelihood(let request): [request.continuation]
      default: []
      }
    let without = scores.dropFirst(requests.count)
    return .likelihoods(
      zip(texts, scores).enumerated().map { index, pair in
        ContinuationLikelihood(
          text: pair.0, logprob: pair.1.logprob,
          unconditionalLogprob: index < unconditional.count ? without[without.startIndex + index].logprob : nil,
          tokens: pair.1.logprobs.count, isGreedy: pair.1.isGreedy)
      })
  }

  /// Generates the answers of items; an item is kept once all its repetitions are there.
  private func generate(
    _ asked: [AskedItem], model: LanguageModel, builder: OutcomeBuilder, keeper: OutcomeKeeper
  ) throws -> TokenUsage {
    var requests: [LanguageModels.GenerationRequest] = []
    var owners: [(item: Int, turn: Int)] = []
    for (index, entry) in asked.enumerated() {
      guard case .generation(let own, _) = entry.question else { continue }
      for (turn, request) in own.enumerated() {
        requests.append(request)
        owners.append((index, turn))
      }
    }
    let texts = Mutex<[Int: [GeneratedText?]]>([:])
    let (places, sent, limit) = (owners, requests, model.blueprint.contextLength)
    return try TextGenerator(model, threads: settings.threads).generate(
      requests, isCancelled: { isCancelled() || keeper.hasFailed },
      onText: { index, text in
        let place = places[index]
        let entry = asked[place.item]
        guard case .generation(let own, let repeats) = entry.question else { return }
        let done: [GeneratedText]? = texts.withLock { texts in
          var own = texts[place.item] ?? Array(repeating: nil, count: own.count)
          own[place.turn] = text
          texts[place.item] = own.contains { $0 == nil } ? own : nil
          let all = own.compactMap { $0 }
          return all.count == own.count ? all : nil
        }
        guard let done else { return }
        if let failure = Self.failure(of: done, asked: sent[index], limit: limit) {
          keeper.keep(builder.outcomes(entry.item, failure: failure))
          return
        }
        let written = done.map(\.text)
        // A greedy answer is the same at every repetition.
        let all = written.count < repeats ? Array(repeating: written[0], count: repeats) : written
        let answer = ItemAnswer.texts(all, tokens: done.reduce(0) { $0 + $1.tokens.count })
        keeper.keep(builder.outcomes(entry.item, answer: answer, promptTokens: entry.question.promptTokens))
      })
  }

  /// Why texts are no answer: an answer that the window cut, or logits that are no numbers.
  private static func failure(of texts: [GeneratedText], asked: LanguageModels.GenerationRequest, limit: Int) -> ItemFailure? {
    if texts.contains(where: { $0.ending == .notFinite }) { return .notFinite }
    if texts.contains(where: { $0.ending == .context }) {
      return .cutAnswer(prompt: asked.prompt.count, maximum: asked.maximumTokens, limit: limit)
    }
    return nil
  }

  private func encode(_ items: [TaskItem], _ encoder: QuestionEncoder) -> [Result<EncodedQuestion, ItemFailure>] {
    let piece = 64
    let pieces = (items.count + piece - 1) / piece
    let results = Mutex(Array(repeating: [Result<EncodedQuestion, ItemFailure>](), count: pieces))
    withWorkers(settings.threads, count: pieces) { _, index in
      let part = items[index * piece..<min((index + 1) * piece, items.count)].map { encoder.encode($0) }
      results.withLock { $0[index] = part }
    }
    return results.withLock { $0.flatMap { $0 } }
  }

  private func select(_ items: [TaskItem]) -> [TaskItem] {
    let limited = settings.limit.map { Array(items.prefix($0)) } ?? items
    guard let shard = settings.shard else { return limited }
    return limited.enumerated().filter { $0.offset % shard.count == shard.index - 1 }.map(\.element)
  }

  static func headerTask(_ task: EvaluationTask, items: Int) -> RecordHeader.Task {
    RecordHeader.Task(
      name: task.name, taskDigest: task.taskDigest, dataDigest: task.dataDigest, fewshotCount: task.fewshotCount, items: items,
      metrics: task.metrics.map { RecordHeader.Task.Metric(name: $0.name, higherIsBetter: $0.higherIsBetter) },
      primaryMetric: task.primaryMetric)
  }
}

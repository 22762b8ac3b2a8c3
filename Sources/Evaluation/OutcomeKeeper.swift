// Keeps outcomes as they are computed: in memory for the record, in the journal and the store for whoever comes after an interruption.

internal import Documents
internal import Records
internal import Synchronization
internal import Tasks

/// The outcomes of one run so far; used by all workers at once.
final class OutcomeKeeper: Sendable {
  private struct State {
    var outcomes: [ItemOutcome] = []
    /// Items that have all their outcomes, and how many of them were known before.
    var items = 0
    var known = 0
    var failure: (any Error)?
    var storeHasFailed = false
    var key: OutcomeKey?
    var phase = EvaluationProgress.Phase.loading
  }

  /// Items to ask.
  let total: Int
  private let keeping: OutcomeKeeping
  private let header: RecordHeader
  private let model: String
  private let journal: RecordJournal?
  private let resumed: [String: [String: ItemOutcome]]
  private let state = Mutex(State())
  private let report: @Sendable (EvaluationProgress) -> Void
  private let warn: @Sendable (String) -> Void

  init(
    _ keeping: OutcomeKeeping, header: RecordHeader, total: Int, model: String, report: @escaping @Sendable (EvaluationProgress) -> Void,
    warn: @escaping @Sendable (String) -> Void
  ) throws {
    self.keeping = keeping
    self.header = header
    self.total = total
    self.model = model
    self.report = report
    self.warn = warn
    var resumed: [String: [String: ItemOutcome]] = [:]
    if let path = keeping.recordPath {
      if keeping.resumes {
        let found = try RecordJournal.resume(path, header: header)
        journal = found.journal
        for outcome in found.outcomes { resumed[outcome.task, default: [:]][Self.key(outcome.item, outcome.filter)] = outcome }
      } else {
        journal = try RecordJournal.begin(path, header: header)
      }
    } else {
      journal = nil
    }
    self.resumed = resumed
  }

  /// Takes the outcomes that are known already and returns the items that are not; later outcomes are stored under `key`.
  func takeKnown(_ items: [TaskItem], builder: OutcomeBuilder, key: OutcomeKey) throws -> [TaskItem] {
    let cached = try keeping.store?.outcomes(for: key)
    if let cached, cached.corruptLines > 0 {
      warn("the cache has \(cached.corruptLines) damaged lines for \(builder.task); those items are computed again")
    }
    var open: [TaskItem] = []
    var fromStore: [ItemOutcome] = []
    var fromJournal: [ItemOutcome] = []
    for item in items {
      let filters = builder.filterNames(item)
      let journaled = filters.compactMap { resumed[builder.task]?[Self.key(item.identity, $0)] }
      let stored = filters.compactMap { cached?[item.identity, filter: $0] }
      if journaled.count == filters.count {
        fromJournal += journaled.map { $0.settled(on: item, of: builder.task) }
      } else if stored.count == filters.count {
        fromStore += stored.map { $0.settled(on: item, of: builder.task) }
      } else {
        open.append(item)
      }
    }
    try journal?.append(fromStore)
    state.withLock { state in
      state.outcomes += fromJournal + fromStore
      state.items += items.count - open.count
      state.known += items.count - open.count
      state.key = key
    }
    return open
  }

  /// Keeps all outcomes of an item. A journal that can't be written stops the run; a store that can't is a warning.
  func keep(_ outcomes: [ItemOutcome]) {
    state.withLock { state in
      state.outcomes += outcomes
      state.items += 1
      do { try journal?.append(outcomes) } catch { state.failure = state.failure ?? error }
      if let store = keeping.store, let key = state.key, !state.storeHasFailed {
        do { try store.append(outcomes, for: key) } catch {
          state.storeHasFailed = true
          warn("outcomes are no longer cached: \(error)")
        }
      }
      send(state)
    }
  }

  /// An item of a resumed record has an outcome for each filter.
  private static func key(_ item: String, _ filter: String) -> String { "\(item) \(filter)" }

  func progress(_ phase: EvaluationProgress.Phase) {
    state.withLock { state in
      state.phase = phase
      send(state)
    }
  }

  private func send(_ state: State) {
    report(
      EvaluationProgress(
        phase: state.phase, model: model, itemsDone: state.items, itemsTotal: total, itemsKnown: state.known))
  }

  var hasFailed: Bool { state.withLock { $0.failure != nil } }
  var doneCount: Int { state.withLock { $0.items } }
  var knownCount: Int { state.withLock { $0.known } }

  /// Throws what stopped the keeping, if anything did.
  func check() throws { if let failure = state.withLock({ $0.failure }) { throw failure } }

  var resumeAdvice: String {
    if let path = keeping.recordPath, keeping.store == nil {
      "they are kept in \(RecordJournal.partPath(of: path)); run the same command with --resume to go on"
    } else if keeping.store != nil {
      "they are kept in the cache; run the same command again to go on"
    } else {
      "nothing was asked to be kept"
    }
  }

  /// Puts everything in order and, where there is a journal, under its final name.
  func finish(_ usage: RunUsage) throws -> RunRecord {
    let outcomes = state.withLock { $0.outcomes }
    if let journal { return try journal.finish(outcomes, usage: usage) }
    return RunRecord(header: header, outcomes: outcomes, isComplete: true, usage: usage).inOrder()
  }
}

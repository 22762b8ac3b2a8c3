// A record's saved answers through changed filters and metrics: scored again without the model.

internal import Documents
internal import Metrics
public import Records
public import Tasks

/// Scores recorded answers again.
public enum Rescoring {
  /// The record with the tasks' present filters and metrics applied to what the model answered then.
  ///
  /// Items are found by their identity, which metrics and filters do not change. Errors stay errors.
  /// - Parameters:
  ///   - path: of the record, for errors.
  ///   - created: RFC 3339.
  /// - Throws: ``EvaluationError/taskNotRecorded(path:task:)``, ``EvaluationError/itemsNotInTask(path:task:items:)``,
  ///    ``EvaluationError/noAnswer(path:item:)``.
  public static func score(_ record: RunRecord, path: String, tasks: [EvaluationTask], created: String) throws -> RunRecord {
    var header = record.header
    header.created = created
    header.tasks = []
    var outcomes: [ItemOutcome] = []
    var known: [String: [String: ItemOutcome]] = [:]
    for outcome in record.outcomes {
      // All filters of an item hold the same answer.
      if known[outcome.task]?[outcome.item] == nil { known[outcome.task, default: [:]][outcome.item] = outcome }
    }
    for task in tasks {
      let builder = try OutcomeBuilder(task)
      let recorded = known[task.name] ?? [:]
      let items = task.items.filter { recorded[$0.identity] != nil }
      if recorded.isEmpty { throw EvaluationError.taskNotRecorded(path: path, task: task.name) }
      // The record may hold fewer items than the task has (`--limit`, a shard), but none of it is dropped.
      if items.count < recorded.count {
        throw EvaluationError.itemsNotInTask(path: path, task: task.name, items: recorded.count - items.count)
      }
      header.tasks.append(Evaluator.headerTask(task, items: items.count))
      for item in items {
        guard let old = recorded[item.identity] else { continue }
        if let failure = old.error, failure.kind != ItemFailure.filter(message: "").failure.kind {
          outcomes += builder.filterNames(item).map { filter in
            var outcome = old.settled(on: item, of: task.name)
            outcome.filter = filter
            outcome.scores = []
            return outcome
          }
          continue
        }
        guard let answer = answer(old, to: item) else { throw EvaluationError.noAnswer(path: path, item: item.identity) }
        for var outcome in builder.outcomes(item, answer: answer, promptTokens: old.tokens.prompt) {
          outcome.tokens = old.tokens
          outcomes.append(outcome)
        }
      }
    }
    return RunRecord(header: header, outcomes: outcomes, isComplete: record.isComplete, usage: record.usage).inOrder()
  }

  private static func answer(_ outcome: ItemOutcome, to item: TaskItem) -> ItemAnswer? {
    switch item.question {
    case .unaskable: return nil
    case .generation:
      guard let output = outcome.output else { return nil }
      return .texts(outcome.outputs ?? [output], tokens: outcome.tokens.output)
    case .rolling:
      // A whole text has no words of its own in the record.
      guard let whole = choices(outcome, [""])?.first else { return nil }
      return .rolling(logprob: whole.logprob, tokens: whole.tokens)
    case .multipleChoice(_, let texts, _, let unconditional):
      guard let recorded = choices(outcome, texts) else { return nil }
      if !unconditional.isEmpty, recorded.contains(where: { $0.unconditionalLogprob == nil }) { return nil }
      return .likelihoods(recorded.map { likelihood($0, comparesUnconditional: !unconditional.isEmpty) })
    case .likelihood(let request):
      guard let recorded = choices(outcome, [request.continuation]) else { return nil }
      return .likelihoods(recorded.map { likelihood($0, comparesUnconditional: false) })
    }
  }

  /// The recorded choices, if they are those that the task has now.
  private static func choices(_ outcome: ItemOutcome, _ texts: [String]) -> [ItemOutcome.Choice]? {
    guard let recorded = outcome.choices, recorded.map(\.text) == texts else { return nil }
    return recorded
  }

  private static func likelihood(_ choice: ItemOutcome.Choice, comparesUnconditional: Bool) -> ContinuationLikelihood {
    ContinuationLikelihood(
      text: choice.text, logprob: choice.logprob, unconditionalLogprob: comparesUnconditional ? choice.unconditionalLogprob : nil,
      tokens: choice.tokens, isGreedy: choice.isGreedy)
  }
}

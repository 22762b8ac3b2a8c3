// How alike both sides' texts are where they are not the same: MUSCLE's S(new answer, old answer).

internal import Metrics
internal import Records

/// Measures how alike the answers of tasks with generated text are.
///
/// S is the task's own metric where that grades texts between 0 and 1 (ROUGE, F1, ...), taken with the baseline's answer as the right text, else
/// `token_f1`. Answers that are the same byte for byte count as 1; where the answer is a choice, S is 1 for the same choice and 0 for another.
struct AnswerSimilarity {
  /// The most changed answers of a task that are looked at; of more, so many are taken evenly spread over the task.
  static let textLimit = 10_000

  private let metric: any Metric

  init(_ task: TaskComparison) {
    let own = MetricCatalog.all.first { $0.name == task.primaryMetric }
    metric = own.flatMap { $0.scores.contains(.text) && !$0.judgesCorrectness && $0.range == 0...1 ? $0 : nil } ?? TokenF1()
  }

  /// The changed answers that are to be looked at, evenly spread.
  static func sample(_ task: TaskComparison) -> [ItemPair] {
    let changed = task.pairs.filter { !$0.hasSameAnswer }
    if changed.count <= textLimit { return changed }
    return (0..<textLimit).map { changed[$0 * changed.count / textLimit] }
  }

  /// The agreement with its likenesses; as it was where a text of the sample is not at hand.
  func measured(_ agreement: AnswerAgreement, _ sample: [ItemPair]) -> AnswerAgreement {
    if sample.contains(where: { !$0.baseline.hasTexts || !$0.candidate.hasTexts }) { return agreement }
    var result = agreement
    let values = sample.map { ($0.flip, likeness($0)) }
    func mean(_ exact: Double?, _ isIn: (Flip?) -> Bool) -> Double? {
      guard let exact else { return nil }
      let found = values.filter { isIn($0.0) }.map(\.1)
      return found.isEmpty ? exact : exact + (1 - exact) * found.reduce(0, +) / Double(found.count)
    }
    result.similarity = mean(agreement.exact) { _ in true }
    result.similarityBothCorrect = mean(agreement.bothCorrect) { $0 == .bothCorrect }
    result.similarityBothWrong = mean(agreement.bothWrong) { $0 == .bothWrongSame || $0 == .bothWrongChanged }
    return result
  }

  private func likeness(_ pair: ItemPair) -> Double {
    let (old, new) = (pair.baseline.outcome, pair.candidate.outcome)
    if old.choices != nil || new.choices != nil { return 0 }
    // What a metric can't score, such as a text without words, is not alike.
    return (try? metric.measure(.text(new.prediction, references: [old.prediction])))?.score ?? 0
  }
}

extension Comparison {
  /// Measures the likeness of each task's answers, where the texts of those that changed are at hand.
  mutating func measureSimilarity() {
    for place in tasks.indices {
      guard let agreement = tasks[place].agreement else { continue }
      let task = tasks[place]
      tasks[place].agreement = AnswerSimilarity(task).measured(agreement, AnswerSimilarity.sample(task))
    }
  }
}

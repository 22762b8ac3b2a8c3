// An item whose change users would notice, with both answers: the evidence that a person looks at.

public import Comparison
internal import Records

/// A negative flip, or an item that lost more of a metric than its budget's `item_drop`.
public struct ReportedItem: Sendable, Hashable {
  /// What one side answered.
  public struct Answer: Sendable, Hashable {
    public var prediction: String
    public var isCorrect: Bool?
    /// By how much the target leads the best other choice, in nats (nats a character where the task's metric divides by length); negative
    /// where another choice leads, nil without choices.
    public var margin: Double?
    public var scores: [Score]

    public init(prediction: String, isCorrect: Bool?, margin: Double?, scores: [Score]) {
      self.prediction = prediction
      self.isCorrect = isCorrect
      self.margin = margin
      self.scores = scores
    }
  }

  public struct Score: Sendable, Hashable {
    public var metric: String
    public var value: Double?

    public init(metric: String, value: Double?) {
      self.metric = metric
      self.value = value
    }
  }

  public var task: String
  /// `sha256:...` of document, prompt and target.
  public var item: String
  public var index: Int
  public var flip: Flip?
  public var target: String
  public var baseline: Answer
  public var candidate: Answer

  public init(task: String, item: String, index: Int, flip: Flip?, target: String, baseline: Answer, candidate: Answer) {
    self.task = task
    self.item = item
    self.index = index
    self.flip = flip
    self.target = target
    self.baseline = baseline
    self.candidate = candidate
  }
}

extension ReportedItem {
  init(_ pair: ItemPair, of task: TaskComparison) {
    let ranking = ChoiceRanking(rawValue: task.primaryMetric) ?? .acc
    self.init(
      task: task.label, item: pair.candidate.item, index: pair.candidate.index, flip: pair.flip, target: pair.candidate.target,
      baseline: Answer(pair.baseline, ranking: ranking), candidate: Answer(pair.candidate, ranking: ranking))
  }
}

extension ReportedItem.Answer {
  init(_ outcome: ItemOutcome, ranking: ChoiceRanking) {
    self.init(
      prediction: outcome.prediction, isCorrect: outcome.isCorrect, margin: Self.margin(of: outcome, ranking: ranking),
      scores: outcome.scores.map { ReportedItem.Score(metric: $0.metric, value: $0.value.flatMap { $0.isFinite ? $0 : nil }) })
  }

  private static func margin(of outcome: ItemOutcome, ranking: ChoiceRanking) -> Double? {
    guard let choices = outcome.choices else { return nil }
    let target = choices.lazy.filter { $0.text == outcome.target }.map(ranking.score).max()
    let others = choices.lazy.filter { $0.text != outcome.target }.map(ranking.score).max()
    guard let target, let others, (target - others).isFinite else { return nil }
    return target - others
  }
}

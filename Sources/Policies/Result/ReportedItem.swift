// An item whose change users would notice, with both answers: the evidence that a person looks at.

public import Comparison
public import Documents
internal import Records

/// A negative flip, or an item that lost more of a metric than its budget's `item_drop`.
public struct ReportedItem: Sendable, Hashable {
  /// What one side answered.
  public struct Answer: Sendable, Hashable {
    public var prediction: String
    public var isCorrect: Bool?
    /// How far its choice is ahead of the second best, in nats (nats a character where the metric divides by length); nil without choices.
    public var margin: Double?
    public var scores: [Score]

    public func score(_ metric: String) -> Double? { scores.first { $0.metric == metric }?.value }
  }

  public struct Score: Sendable, Hashable {
    public var metric: String
    public var value: Double?
  }

  /// The first place where two answers differ, with what stands there on each side.
  public struct Difference: Sendable, Hashable {
    /// Unicode scalars that both share from their start on.
    public var offset: Int
    /// From 1.
    public var line: Int
    public var baseline: String
    public var candidate: String
  }

  public var task: String
  /// `sha256:...` of document, prompt and target.
  public var item: String
  public var index: Int
  public var flip: Flip?
  public var target: String
  public var baseline: Answer
  public var candidate: Answer
  /// Where the two answers begin to differ.
  public var difference: Difference?
  /// Everything that the result holds of the item.
  public var document: JSONValue
}

extension ReportedItem {
  init(_ pair: ItemPair, of comparison: TaskComparison) {
    task = comparison.label
    item = pair.baseline.item
    index = pair.baseline.index
    flip = pair.flip
    let (before, after) = (pair.baseline.outcome, pair.candidate.outcome)
    target = before.target
    baseline = Answer(before, metric: comparison.primaryMetric)
    candidate = Answer(after, metric: comparison.primaryMetric)
    difference = TextDifference(before, after).map {
      Difference(offset: $0.offset, line: $0.line, baseline: $0.baseline, candidate: $0.candidate)
    }
    document = Comparison.itemJSON(pair, in: comparison).finite
  }

  init(_ fields: ResultFields) throws(ResultError) {
    let filter = try fields.optionalString("filter") ?? "none"
    let name = try fields.string("task")
    task = filter == "none" ? name : "\(name):\(filter)"
    item = try fields.string("item")
    index = try fields.integer("index")
    flip = try fields.optionalString("flip") == nil ? nil : try fields.word("flip")
    target = try fields.string("target")
    baseline = try Answer(fields.object("baseline"))
    candidate = try Answer(fields.object("candidate"))
    if let place = try fields.optionalObject("first_difference") {
      difference = Difference(
        offset: try place.integer("at"), line: try place.integer("line"), baseline: try place.string("baseline"),
        candidate: try place.string("candidate"))
    }
    document = fields.value
  }
}

extension ReportedItem.Answer {
  init(_ outcome: ItemOutcome, metric: String) {
    prediction = outcome.prediction
    isCorrect = outcome.isCorrect
    margin = outcome.margin(by: metric).finite
    scores = outcome.scores.map { ReportedItem.Score(metric: $0.metric, value: $0.value.finite) }
  }

  init(_ fields: ResultFields) throws(ResultError) {
    prediction = try fields.string("prediction")
    isCorrect = try fields.optionalBool("correct")
    margin = try fields.optionalNumber("margin")
    scores = []
    if let values = try fields.optionalObject("scores") {
      for metric in values.memberNames {
        scores.append(ReportedItem.Score(metric: metric, value: try values.optionalNumber(metric)))
      }
    }
  }
}

// What a metric finds out about one answer: its score, and what it adds to the task's number.

public import Documents

/// One answer, measured.
public struct Measurement: Sendable, Hashable {
  /// The item's own score, a finite number in the metric's range.
  public var score: Double
  /// What the item adds to the task's number: a few numbers that are summed over the items, see ``Aggregation``.
  public var statistic: [Double]

  /// - Throws: ``Unscored/notFinite(_:)`` where the score is infinite or not a number.
  public init(score: Double, statistic: [Double]) throws(Unscored) {
    guard score.isFinite, statistic.allSatisfy(\.isFinite) else { throw .notFinite("the score is \(score)") }
    self.score = score
    self.statistic = statistic
  }

  /// A score whose mean is the task's number.
  public init(_ score: Double) throws(Unscored) { try self.init(score: score, statistic: [score, 1]) }

  /// 1 for a right answer, 0 for a wrong one; the share of right ones is the task's number.
  public init(isRight: Bool) {
    score = isRight ? 1 : 0
    statistic = [score, 1]
  }
}

extension Measurement {
  /// A statistic as records hold it: an array of numbers, those that are whole written as integers.
  public static func json(statistic: [Double]) -> JSONValue {
    .array(statistic.map { number in Int(exactly: number).map(JSONValue.integer) ?? .number(number) })
  }

  /// A record's statistic; nil where it is no array of finite numbers.
  public static func statistic(json: JSONValue) -> [Double]? {
    guard let values = json.array else { return nil }
    let numbers = values.compactMap(\.double).filter(\.isFinite)
    return numbers.count == values.count ? numbers : nil
  }
}

/// Why an answer has no score: never the same as a wrong answer.
public enum Unscored: Diagnostic, Equatable {
  /// The metric scores other kinds of answers.
  case kind(ResponseKind, metric: String, scores: Set<ResponseKind>)
  /// Nothing to choose from.
  case noChoices
  /// No text that would be right.
  case noReference
  /// The metric needs exactly one right choice.
  case rightChoices(Int)
  /// The right choice is none of the item's.
  case noSuchChoice(Int, choices: Int)
  /// No log-likelihood without the context for the choice.
  case noUnconditionalLikelihood(choice: Int)
  /// The text has no words or bytes to divide by.
  case emptyText(String)
  /// A value that is infinite or not a number; what and where.
  case notFinite(String)
  /// A pattern that can't be used, or that took more steps than it may.
  case pattern(String, reason: String)
}

extension Unscored {
  public var description: String {
    switch self {
    case .kind(let kind, let metric, let scores):
      "the metric \(metric) scores answers of the kind \(scores.map(\.rawValue).sorted().joined(separator: " or ")), and this is one of "
        + "the kind \(kind.rawValue)"
    case .noChoices: "the item has no choices"
    case .noReference: "the item has no text that would be right; look at doc_to_target"
    case .rightChoices(let count): "the metric needs exactly one right choice, and the item has \(count)"
    case .noSuchChoice(let index, let count): "the right choice is number \(index), counted from 0, and the item has \(count)"
    case .noUnconditionalLikelihood(let choice): "there is no log-likelihood without the context for choice \(choice)"
    case .emptyText(let unit): "the text has no \(unit), so that nothing can be said per \(unit)"
    case .notFinite(let what): "\(what), and only finite numbers are scores"
    case .pattern(let pattern, let reason): "the pattern \(quoted(pattern)) can't be matched: \(reason)"
    }
  }
}

extension Metric {
  /// The choices of an answer.
  func choices(_ response: Response) throws(Unscored) -> (choices: [ContinuationLikelihood], gold: [Int]) {
    guard case .choices(let choices, let gold) = response else { throw .kind(response.kind, metric: name, scores: scores) }
    if choices.isEmpty { throw .noChoices }
    return (choices, gold)
  }

  /// The choices of an answer of which exactly one is right.
  func choicesOfOneClass(_ response: Response) throws(Unscored) -> (choices: [ContinuationLikelihood], gold: Int) {
    let (choices, gold) = try choices(response)
    guard let index = gold.first, gold.count == 1 else { throw .rightChoices(gold.count) }
    guard choices.indices.contains(index) else { throw .noSuchChoice(index, choices: choices.count) }
    return (choices, index)
  }

  /// The text of an answer, with at least one that would be right.
  func text(_ response: Response) throws(Unscored) -> (text: String, references: [String]) {
    guard case .text(let text, let references) = response else { throw .kind(response.kind, metric: name, scores: scores) }
    if references.isEmpty { throw .noReference }
    return (text, references)
  }

  /// The likelihood of an answer's whole text.
  func rolling(_ response: Response) throws(Unscored) -> RollingLikelihood {
    guard case .rolling(let likelihood) = response else { throw .kind(response.kind, metric: name, scores: scores) }
    guard likelihood.logprob.isFinite else { throw .notFinite("the log-likelihood of the text is \(likelihood.logprob)") }
    return likelihood
  }
}

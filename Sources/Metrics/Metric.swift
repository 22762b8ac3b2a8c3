// A metric: one answer to one number, with everything a report needs to say about that number.

/// Which kind of answer a metric scores.
public enum ResponseKind: String, Sendable, Hashable, CaseIterable {
  case choices, likelihood, text
}

extension Response {
  public var kind: ResponseKind {
    switch self {
    case .choices: .choices
    case .likelihood: .likelihood
    case .text: .text
    }
  }
}

/// What a metric's number counts.
public enum MetricUnit: String, Sendable, Hashable {
  /// A share, from 0 to 1.
  case ratio
  /// Natural logarithms of a probability.
  case nats
}

/// Turns a model's answer to one item into a number.
public protocol Metric: Sendable {
  /// What task files and policies call it.
  var name: String { get }
  /// What it measures, how, and whose definition it is, in at most a few sentences for users.
  var documentation: String { get }
  var unit: MetricUnit { get }
  /// The values an item's score can take.
  var range: ClosedRange<Double> { get }
  /// Whether a larger score of an item is the better one.
  var higherIsBetter: Bool { get }
  /// Whether a score of 1 means that the answer is right and 0 that it is wrong.
  var judgesCorrectness: Bool { get }
  /// The kinds of answers that it scores.
  var scores: Set<ResponseKind> { get }
  /// How the scores of many items become one number.
  var aggregation: any Aggregation { get }

  /// The score of one answer; nil where the answer is of a kind that the metric does not score, or has a value that is not a number.
  func score(_ response: Response) -> Double?
  /// The index of the choice that the metric holds to be the model's; nil where there are no choices.
  func prediction(_ response: Response) -> Int?
}

extension Metric {
  public var judgesCorrectness: Bool { unit == .ratio }
  public func prediction(_ response: Response) -> Int? { nil }
}

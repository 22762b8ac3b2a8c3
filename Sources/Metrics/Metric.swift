// A metric: one answer to one number, with everything a report needs to say about that number.

/// What a metric's number counts.
public enum MetricUnit: String, Sendable, Hashable, CaseIterable {
  /// A share, from 0 to 1.
  case ratio
  /// A hundred times a share, as BLEU and chrF are quoted.
  case percent
  /// Natural logarithms of a probability.
  case nats
  /// Binary logarithms of a probability.
  case bits
  /// The square of a difference of probabilities.
  case squaredError = "squared error"
}

/// Turns a model's answer to one item into a number.
public protocol Metric: Sendable {
  /// What task files, records and policies call it.
  var name: String { get }
  /// Raised whenever the same answer gets another number than before: part of ``identity``.
  var version: Int { get }
  /// What it measures and how, in at most a few sentences for users.
  var documentation: String { get }
  /// Whose definition it is: the paper, and the implementation whose numbers it gives.
  var source: String { get }
  var unit: MetricUnit { get }
  /// The values an item's score can take.
  var range: ClosedRange<Double> { get }
  /// Whether a larger score of an item is the better one, and a larger number of a task.
  var higherIsBetter: Bool { get }
  /// Whether a score of 1 means that the answer is right and 0 that it is wrong.
  var judgesCorrectness: Bool { get }
  /// The kinds of answers that it scores.
  var scores: Set<ResponseKind> { get }
  /// How the items of a task become one number.
  var aggregation: any Aggregation { get }
  /// What can be set, each with the value that is set.
  var options: [MetricOption] { get }

  /// The same metric with options set.
  ///
  /// - Throws: ``MetricOptionError`` for a value that an option can't have.
  func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self

  /// Measures one answer.
  ///
  /// - Throws: ``Unscored``, the reason why the answer has no score. It is never a wrong answer instead.
  func measure(_ response: Response) throws(Unscored) -> Measurement

  /// The index of the choice that the metric holds to be the model's; nil where there are no choices.
  func prediction(_ response: Response) -> Int?
}

extension Metric {
  public var version: Int { 1 }
  public var options: [MetricOption] { [] }
  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self { self }
  public func prediction(_ response: Response) -> Int? { nil }

  /// The score of one answer; nil where it has none, for callers that don't tell the user why.
  public func score(_ response: Response) -> Double? {
    // The reason is what the caller does without.
    try? measure(response).score
  }
}

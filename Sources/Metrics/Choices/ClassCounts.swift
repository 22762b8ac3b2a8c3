// How often each class was right, was picked, and was picked where it was right: what F1 and Matthews' coefficient need.

/// Counts of classes over any number of items.
///
/// As a statistic: three numbers a class, in the order of the classes: right, picked, hits. An item of class 2 of which class 0 was picked is
/// `[0, 1, 0, 0, 0, 0, 1, 0, 0]`.
struct ClassCounts {
  struct Class {
    /// Items of which this is the right class, of which it was picked, and both.
    var right: Double
    var picked: Double
    var hits: Double
  }

  static let documentation = "a class after the other: items of the class, picks of it, both"

  var classes: [Class]

  init(totals: [Double]) {
    classes = stride(from: 0, to: totals.count, by: 3).map { first in
      func number(_ offset: Int) -> Double { totals.indices.contains(first + offset) ? totals[first + offset] : 0 }
      return Class(right: number(0), picked: number(1), hits: number(2))
    }
  }

  /// The statistic of one item.
  static func statistic(right: Int, picked: Int) -> [Double] {
    var numbers = [Double](repeating: 0, count: 3 * (max(right, picked) + 1))
    numbers[3 * right] = 1
    numbers[3 * picked + 1] = 1
    if right == picked { numbers[3 * right + 2] = 1 }
    return numbers
  }
}

/// A metric that sees the choices of an item as classes, the same ones for all items of a task.
protocol Classifier: Metric {}

extension Classifier {
  public var unit: MetricUnit { .ratio }
  public var range: ClosedRange<Double> { 0...1 }
  public var higherIsBetter: Bool { true }
  public var judgesCorrectness: Bool { true }
  public var scores: Set<ResponseKind> { [.choices] }

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map(\.logprob))
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (_, gold) = try choicesOfOneClass(response)
    guard let picked = prediction(response) else { throw .notFinite("the log-likelihood of a choice is not a number") }
    return try Measurement(score: gold == picked ? 1 : 0, statistic: ClassCounts.statistic(right: gold, picked: picked))
  }
}

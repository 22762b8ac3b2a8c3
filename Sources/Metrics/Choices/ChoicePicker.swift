// Metrics that are right where the choice that they pick is a right one.

/// A metric that picks the choice with the largest value, the first of equal ones.
protocol ChoicePicker: Metric {
  /// The value of one choice; not a number where it has none.
  func value(of choice: ContinuationLikelihood) -> Double
}

extension ChoicePicker {
  public var unit: MetricUnit { .ratio }
  public var range: ClosedRange<Double> { 0...1 }
  public var higherIsBetter: Bool { true }
  public var judgesCorrectness: Bool { true }
  public var scores: Set<ResponseKind> { [.choices] }
  public var aggregation: any Aggregation { Mean() }

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map { value(of: $0) })
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement { try measureChoices(response) }

  func measureChoices(_ response: Response) throws(Unscored) -> Measurement {
    let (choices, gold) = try choices(response)
    guard let picked = prediction(response) else {
      let place = choices.firstIndex { value(of: $0).isNaN } ?? 0
      throw .notFinite("the value of choice \(place), counted from 0, is not a number")
    }
    return Measurement(isRight: gold.contains(picked))
  }
}

// The choice with the largest value.

/// The index of the largest value, the first one where several are equal, as `numpy.argmax` has it.
///
/// - Returns: nil for no values, or where one of them is not a number: no choice can be held to be the model's then.
func argmax(_ values: [Double]) -> Int? {
  var best: Int?
  for (index, value) in values.enumerated() {
    if value.isNaN { return nil }
    if best.map({ value > values[$0] }) ?? true { best = index }
  }
  return best
}

/// A metric that is right where it picks a right choice: the one with the largest value.
protocol ChoicePicker: Metric {
  /// The value of one choice.
  func value(of choice: ContinuationLikelihood) -> Double
}

extension ChoicePicker {
  public var unit: MetricUnit { .ratio }
  public var range: ClosedRange<Double> { 0...1 }
  public var higherIsBetter: Bool { true }
  public var judgesCorrectness: Bool { true }
  public var aggregation: any Aggregation { Mean() }

  public func prediction(_ response: Response) -> Int? {
    guard case .choices(let choices, _) = response else { return nil }
    return argmax(choices.map { value(of: $0) })
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (choices, gold) = try choices(response)
    guard let picked = prediction(response) else {
      let place = choices.firstIndex { value(of: $0).isNaN } ?? 0
      throw .notFinite("the value of choice \(place) is not a number")
    }
    return Measurement(isRight: gold.contains(picked))
  }
}

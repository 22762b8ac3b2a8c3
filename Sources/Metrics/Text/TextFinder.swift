// Metrics that look for the right text inside the answer.

internal import Documents

/// A metric that is right where the answer has the right text in some place.
protocol TextFinder: Metric {
  var ignoresCase: Bool { get set }
  func finds(_ right: [Unicode.Scalar], in answer: [Unicode.Scalar]) -> Bool
}

extension TextFinder {
  public var unit: MetricUnit { .ratio }
  public var range: ClosedRange<Double> { 0...1 }
  public var higherIsBetter: Bool { true }
  public var judgesCorrectness: Bool { true }
  public var scores: Set<ResponseKind> { [.text] }
  public var aggregation: any Aggregation { Mean() }

  public var options: [MetricOption] { [MetricOption("ignore_case", .bool(ignoresCase), "compare in lower case")] }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    var metric = self
    metric.ignoresCase = try options.flag("ignore_case", default: ignoresCase)
    return metric
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (text, references) = try text(response)
    func prepared(_ text: String) -> [Unicode.Scalar] { ignoresCase ? PythonText.lowercased(text.codePoints) : text.codePoints }
    let answer = prepared(text)
    return Measurement(isRight: references.contains { finds(prepared($0), in: answer) })
  }
}

// All metrics, by name.

public import Documents

/// The metrics there are: a new one is a file of its own and a line here.
public enum MetricCatalog {
  public static let all: [any Metric] =
    [
      Accuracy(), AccuracyPerByte(), AccuracyPerCharacter(), AccuracyByMutualInformation(), BrierScore(), ClassF1(), MatthewsCorrelation(),
      Perplexity(), WordPerplexity(), BytePerplexity(), BitsPerByte(),
      ExactMatch(), Contains(), StartsWith(), RegexMatch(), ValidJSON(), TokenF1(), EditSimilarity(),
    ] + Rouge.all + [BLEU(), ChrF(), ChrF(wordOrder: 2)]

  /// The metric of a name, with options set.
  ///
  /// - Parameters:
  ///   - options: what a task file gives beside the name; an option that is given twice has its last value.
  ///   - patterns: what matches regular expressions; nil where there is nothing that does.
  /// - Throws: ``UnknownMetric`` with the nearest name, ``MetricOptionError``.
  public static func metric(
    named name: String, options: [(name: String, value: JSONValue)], patterns: (any PatternEngine)? = nil
  ) throws -> any Metric {
    var reader = OptionReader(metric: name, given: options, patterns: patterns)
    let metric = try metric(named: name).configured(&reader)
    try reader.finish()
    return metric
  }

  /// The metric of a name as it is when nothing is set.
  ///
  /// - Throws: ``UnknownMetric`` with the nearest name.
  public static func metric(named name: String) throws(UnknownMetric) -> any Metric {
    guard let metric = all.first(where: { $0.name == name }) else { throw UnknownMetric(name: name) }
    return metric
  }

  /// The metrics that a task of a kind has where it names none (`DEFAULT_METRIC_REGISTRY` of lm-evaluation-harness).
  public static func defaults(for kind: ResponseKind) -> [any Metric] {
    switch kind {
    case .choices: [Accuracy(), AccuracyPerCharacter()]
    case .likelihood: [Perplexity(), Accuracy()]
    case .rolling: [WordPerplexity(), BytePerplexity(), BitsPerByte()]
    case .text: [ExactMatch()]
    }
  }
}

/// A metric's name that is in no catalogue.
public struct UnknownMetric: Diagnostic, Equatable {
  public var name: String
  public init(name: String) { self.name = name }
}

extension UnknownMetric {
  public var description: String {
    let names = MetricCatalog.all.map(\.name)
    let hint = nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
    return "there is no metric \(quoted(name)); there are \(names.joined(separator: ", "))\(hint)"
  }
}

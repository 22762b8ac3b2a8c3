// rouge1, rouge2, rougeL, rougeLsum: how much of a right text does the answer have, and how much of the answer is right?

internal import Documents

/// ROUGE: precision, recall or F1 of one of its measures.
public struct Rouge: Metric {
  /// Which of the three numbers is the score.
  public enum Part: String, Sendable, Hashable, CaseIterable { case f1, precision, recall }

  /// How the sentences of a text are told apart.
  public enum Sentences: String, Sendable, Hashable, CaseIterable {
    /// A line each, as rouge-score has it.
    case lines
    /// A line each, and ` . ` ends a line, as T5's evaluation and the harness's truthfulqa prepare texts.
    case periods
  }

  /// Every measure with its F1, its precision and its recall.
  public static let all: [any Metric] = RougeMeasure.allCases.flatMap { measure in Part.allCases.map { Rouge(measure, part: $0) } }

  public let measure: RougeMeasure
  public let part: Part
  public var usesStemmer: Bool
  public var sentences: Sentences

  public init(_ measure: RougeMeasure, part: Part = .f1, usesStemmer: Bool = false, sentences: Sentences = .lines) {
    self.measure = measure
    self.part = part
    self.usesStemmer = usesStemmer
    self.sentences = sentences
  }

  public var name: String { part == .f1 ? measure.rawValue : "\(measure.rawValue)_\(part.rawValue)" }
  public let source = "Lin 2004; PyPI rouge-score 0.1.2, to the last bit of a double; the stemmer is that of NLTK 3.10"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Mean() }

  public var documentation: String {
    let (units, common) =
      switch measure {
      case .rouge1: ("tokens", "tokens")
      case .rouge2: ("pairs of neighbouring tokens", "pairs")
      case .rougeL: ("tokens", "tokens of the longest common subsequence")
      case .rougeLsum: ("tokens", "tokens of the union of the longest common subsequences, each line of the right text with all of the answer's")
      }
    let share =
      switch part {
      case .f1: "The harmonic mean of the shares of both texts' \(units) that are in common: \(common)."
      case .precision: "The share of the answer's \(units) that are in common with the right text: \(common)."
      case .recall: "The share of the right text's \(units) that are in common with the answer: \(common)."
      }
    return share + " Tokens are runs of the letters a to z and digits, in lower case. Of several right texts, the one with the best F1 counts."
  }

  public var options: [MetricOption] {
    var options = [MetricOption("stemmer", .bool(usesStemmer), "strip the suffixes of tokens of more than three characters (Porter)")]
    if measure == .rougeLsum {
      options.append(
        MetricOption(
          "sentences", .string(sentences.rawValue), "where sentences end: at line feeds, or also at ` . `",
          choices: Sentences.allCases.map(\.rawValue)))
    }
    return options
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    var metric = self
    metric.usesStemmer = try options.flag("stemmer", default: usesStemmer)
    if measure == .rougeLsum { metric.sentences = try options.choice("sentences", default: sentences) }
    return metric
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (text, references) = try text(response)
    var best: RougeScore?
    for reference in references {
      let scores = RougeScorer(usesStemmer: usesStemmer).score(
        target: prepared(reference), prediction: prepared(text), measures: [measure])
      if let score = scores.first, best.map({ score.f1 > $0.f1 }) ?? true { best = score }
    }
    guard let best else { throw .noReference }
    return switch part {
    case .f1: try Measurement(best.f1)
    case .precision: try Measurement(best.precision)
    case .recall: try Measurement(best.recall)
    }
  }

  private func prepared(_ text: String) -> String {
    guard sentences == .periods else { return text }
    return String(PythonText.replacing(" . ", with: ".\n", in: text.codePoints))
  }
}

// bleu: which runs of one to four words of the answer does a right text have?

internal import Documents

/// BLEU of single items and of a task, as sacreBLEU has both.
public struct BLEU: Metric {
  public var tokenizer: BLEUTokenizer
  public var lowercases: Bool
  public var smoothing: BLEUSmoothing
  /// What smoothing adds; nil for its usual value.
  public var smoothingValue: Double?
  /// Whether an item's score leaves out orders that the answer is too short for; a task's number never does.
  public var usesEffectiveOrder: Bool

  public let name = "bleu"
  public let documentation = """
    The geometric mean of the shares of the answer's runs of one to four words that a right text has, times a penalty for short answers. An item's \
    score leaves out orders that the answer is too short for; a task's number is computed from all items' counts together, not their mean.
    """
  public let source = "Papineni et al. 2002, Post 2018; PyPI sacrebleu 2.6, `sentence_bleu` and `corpus_bleu`, as lm-evaluation-harness 0.4, `bleu`"
  public let unit = MetricUnit.percent
  public let range = 0.0...100.0
  public let higherIsBetter = true
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Corpus(smoothing: smoothing, value: value) }

  public init(
    tokenizer: BLEUTokenizer = .v13a, lowercases: Bool = false, smoothing: BLEUSmoothing = .exponential, smoothingValue: Double? = nil,
    usesEffectiveOrder: Bool = true
  ) {
    self.tokenizer = tokenizer
    self.lowercases = lowercases
    self.smoothing = smoothing
    self.smoothingValue = smoothingValue
    self.usesEffectiveOrder = usesEffectiveOrder
  }

  public var options: [MetricOption] {
    [
      MetricOption("tokenize", .string(tokenizer.rawValue), "how texts are split", choices: BLEUTokenizer.allCases.map(\.rawValue)),
      MetricOption("lowercase", .bool(lowercases), "compare in lower case"),
      MetricOption(
        "smooth_method", .string(smoothing.rawValue), "what becomes of orders without a match", choices: BLEUSmoothing.allCases.map(\.rawValue)),
      MetricOption("smooth_value", smoothingValue.map(JSONValue.number) ?? .null, "what floor (0.1) and add-k (1) add instead"),
      MetricOption("effective_order", .bool(usesEffectiveOrder), "leave orders out of an item's score that the answer is too short for"),
    ]
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    BLEU(
      tokenizer: try options.choice("tokenize", default: tokenizer), lowercases: try options.flag("lowercase", default: lowercases),
      smoothing: try options.choice("smooth_method", default: smoothing),
      smoothingValue: try options.number("smooth_value", default: smoothingValue),
      usesEffectiveOrder: try options.flag("effective_order", default: usesEffectiveOrder))
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (text, references) = try text(response)
    let statistic = statistic(of: text, references)
    guard let counts = BLEUCounts(statistic: statistic) else { throw .noReference }
    return try Measurement(score: counts.score(smoothing, value: value, usesEffectiveOrder: usesEffectiveOrder), statistic: statistic)
  }

  private var value: Double { smoothingValue ?? smoothing.defaultValue }

  private func statistic(of text: String, _ references: [String]) -> [Double] {
    var table = TokenTable()
    let answer = words(text, &table)
    let right = references.map { words($0, &table) }
    // The length that is nearest to the answer's, the shorter one of two.
    let nearest = right.map(\.count).min { (abs($0 - answer.count), $0) < (abs($1 - answer.count), $1) } ?? 0
    var matches: [Double] = []
    var totals: [Double] = []
    for order in 1...BLEUCounts.order {
      let ngrams = NgramCounts<UInt128>(answer, order: order, bits: 32)
      matches.append(Double(ngrams.clippedMatches(right.map { NgramCounts<UInt128>($0, order: order, bits: 32) })))
      totals.append(Double(ngrams.total))
    }
    return [Double(answer.count), Double(nearest)] + matches + totals
  }

  private func words(_ text: String, _ table: inout TokenTable) -> [UInt32] {
    var scalars = lowercases ? PythonText.lowercased(text.codePoints) : text.codePoints
    while let last = scalars.last, PythonText.isWhiteSpace(last) { scalars.removeLast() }
    return tokenizer.words(scalars).map { table.id(of: $0) }
  }

  struct Corpus: Aggregation {
    let name = "bleu"
    let statistic = BLEUCounts.documentation
    let smoothing: BLEUSmoothing
    let value: Double

    func value(of totals: [Double]) -> Double? {
      BLEUCounts(statistic: totals)?.score(smoothing, value: value, usesEffectiveOrder: false)
    }
  }
}

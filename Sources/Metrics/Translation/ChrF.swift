// chrf, chrf++: which runs of one to six characters, and of one or two words, do the answer and a right text share?

internal import Documents

/// chrF of single items and of a task, as sacreBLEU has both; chrF++ with runs of words.
public struct ChrF: Metric {
  /// Runs of one up to so many words count beside those of characters: 0 for chrF, 2 for chrF++.
  public let wordOrder: Int
  public var lowercases: Bool
  /// Whether white space counts among the characters.
  public var keepsWhiteSpace: Bool

  static let characterOrder = 6

  public var name: String { wordOrder == 0 ? "chrf" : "chrf++" }
  public var documentation: String {
    """
    The F-score, recall counting twice as much as precision, of the runs of one to six characters \
    \(wordOrder == 0 ? "" : "and of one or two words ")that answer and right text share, precision and recall averaged over the orders. \
    White space does not count. A task's number is computed from all items' counts together. The best of several right texts counts.
    """
  }
  public let source =
    "Popović 2015, 2017; PyPI sacrebleu 2.6, `sentence_chrf` and `corpus_chrf`, as lm-evaluation-harness 0.4, `chrf` and `chrf++`"
  public let unit = MetricUnit.percent
  public let range = 0.0...100.0
  public let higherIsBetter = true
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Corpus(name: name) }

  /// - Parameter wordOrder: 0 or 2.
  public init(wordOrder: Int = 0, lowercases: Bool = false, keepsWhiteSpace: Bool = false) {
    self.wordOrder = wordOrder
    self.lowercases = lowercases
    self.keepsWhiteSpace = keepsWhiteSpace
  }

  public var options: [MetricOption] {
    [
      MetricOption("lowercase", .bool(lowercases), "compare in lower case"),
      MetricOption("whitespace", .bool(keepsWhiteSpace), "count white space among the characters"),
    ]
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    ChrF(
      wordOrder: wordOrder, lowercases: try options.flag("lowercase", default: lowercases),
      keepsWhiteSpace: try options.flag("whitespace", default: keepsWhiteSpace))
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (text, references) = try text(response)
    var table = TokenTable()
    let answer = Runs(self, text, &table)
    var best: (score: Double, statistic: [Double])?
    for reference in references {
      let statistic = answer.statistic(against: Runs(self, reference, &table))
      let score = Self.score(statistic)
      if best.map({ score > $0.score }) ?? true { best = (score, statistic) }
    }
    guard let best else { throw .noReference }
    return try Measurement(score: best.score, statistic: best.statistic)
  }

  /// chrF in percent from three counts an order: the answer's runs, the right text's, both.
  ///
  /// Operation by operation as `CHRF._compute_f_score` of sacreBLEU 2.6; orders that one of the texts is too short for are left out.
  static func score(_ statistic: [Double]) -> Double {
    let factor = 4.0
    var precision = 0.0
    var recall = 0.0
    var orders = 0.0
    for first in stride(from: 0, to: statistic.count - 2, by: 3) where statistic[first] > 0 && statistic[first + 1] > 0 {
      precision += statistic[first + 2] / statistic[first]
      recall += statistic[first + 2] / statistic[first + 1]
      orders += 1
    }
    guard orders > 0 else { return 0 }
    precision /= orders
    recall /= orders
    guard precision + recall > 0 else { return 0 }
    return min(100, 100 * ((1 + factor) * precision * recall / (factor * precision + recall)))
  }

  struct Corpus: Aggregation {
    let name: String
    let statistic = "an order after the other, of characters, then of words: runs of the answer, of the right text, of both"

    func value(of totals: [Double]) -> Double? { ChrF.score(totals) }
  }
}

extension ChrF {
  /// The runs of a text, an order after the other.
  private struct Runs {
    var characters: [NgramCounts<UInt128>]
    var words: [NgramCounts<UInt64>]

    init(_ metric: ChrF, _ text: String, _ table: inout TokenTable) {
      let text = metric.lowercases ? PythonText.lowercased(text.codePoints) : text.codePoints
      let scalars = (metric.keepsWhiteSpace ? text : text.filter { !PythonText.isWhiteSpace($0) }).map(\.value)
      // A code point has 21 bits, six of them 126.
      characters = (1...ChrF.characterOrder).map { NgramCounts(scalars, order: $0, bits: 21) }
      words = []
      if metric.wordOrder > 0 {
        let tokens = Self.words(text).map { table.id(of: $0) }
        words = (1...metric.wordOrder).map { NgramCounts(tokens, order: $0, bits: 32) }
      }
    }

    func statistic(against right: Runs) -> [Double] {
      zip(characters, right.characters).flatMap { Self.counts($0, $1) } + zip(words, right.words).flatMap { Self.counts($0, $1) }
    }

    /// The answer's runs count for nothing where the right text has none of this order.
    private static func counts<Key>(_ answer: NgramCounts<Key>, _ right: NgramCounts<Key>) -> [Double] {
      [Double(right.total > 0 ? answer.total : 0), Double(right.total), Double(answer.matches(right))]
    }

    /// Words with one punctuation character at an end split off, at the back if there is one: "(hi)" to "(hi" and ")".
    private static func words(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
      PythonText.words(text).flatMap { word in
        guard word.count > 1, let first = word.first, let last = word.last else { return [word] }
        if PythonText.isPunctuation(last) { return [word.dropLast(), word.suffix(1)] }
        return PythonText.isPunctuation(first) ? [word.prefix(1), word.dropFirst()] : [word]
      }
    }
  }
}

// token_f1: how many words do the answer and a right text share?

/// F1 of words, as SQuAD has it.
public struct TokenF1: Metric {
  public let name = "token_f1"
  public let documentation = """
    The harmonic mean of the shares of words that answer and right text have in common, each word as often as it stands in both. Before, both are \
    put into lower case, ASCII punctuation and the words a, an and the are removed. Where one has no words, 1 if neither has, else 0. The best of \
    several right texts counts; those without words only if all are.
    """
  public let source = "Rajpurkar et al. 2018; SQuAD's `evaluate-v2.0.py`, `compute_f1`"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (text, references) = try text(response)
    var table = TokenTable()
    let answer = Self.words(text, &table)
    var right: [[UInt32]] = []
    for reference in references { right.append(Self.words(reference, &table)) }
    if right.contains(where: { !$0.isEmpty }) { right.removeAll(where: \.isEmpty) }
    return try Measurement(right.reduce(0) { max($0, Self.f1(answer, $1)) })
  }

  private static func f1(_ answer: [UInt32], _ right: [UInt32]) -> Double {
    if answer.isEmpty || right.isEmpty { return answer.isEmpty && right.isEmpty ? 1 : 0 }
    let words = NgramCounts<UInt64>(answer, order: 1, bits: 32)
    let common = words.matches(NgramCounts<UInt64>(right, order: 1, bits: 32))
    if common == 0 { return 0 }
    let precision = Double(common) / Double(answer.count)
    let recall = Double(common) / Double(right.count)
    return 2 * precision * recall / (precision + recall)
  }

  /// The words of a text, normalised and numbered.
  private static func words(_ text: String, _ table: inout TokenTable) -> [UInt32] {
    var scalars = PythonText.lowercased(text.codePoints)
    scalars.removeAll(where: PythonText.isPunctuation)
    return PythonText.words(withoutArticles(scalars)).map { table.id(of: $0) }
  }

  /// The text with a space for each a, an and the: `re.sub(r"\b(a|an|the)\b", " ", text)`, whole runs of `\w`.
  private static func withoutArticles(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let articles: [[Unicode.Scalar]] = [["a"], ["a", "n"], ["t", "h", "e"]]
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, PythonText.isWordCharacter(text[end]) { end += 1 }
      if end == start {
        result.append(text[start])
        start += 1
        continue
      }
      if articles.contains(where: { $0[...] == text[start..<end] }) { result.append(" ") } else { result.append(contentsOf: text[start..<end]) }
      start = end
    }
    return result
  }
}

// ROUGE of a text against one that is right: precision, recall and F1 of n-grams and of longest common subsequences.

/// What two texts have in common, as shares of each.
public struct RougeScore: Sendable, Hashable {
  /// The share of the prediction's units that the target has.
  public let precision: Double
  /// The share of the target's units that the prediction has.
  public let recall: Double
  /// The harmonic mean of both.
  public let f1: Double

  /// - Parameters:
  ///   - common: units in both, at most as many as either has.
  ///   - predicted: units of the prediction.
  ///   - right: units of the target.
  init(common: Int, predicted: Int, right: Int) {
    precision = Double(common) / Double(max(predicted, 1))
    recall = Double(common) / Double(max(right, 1))
    // The order of the operations is rouge-score's, for its very bits.
    f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }
}

/// What ROUGE counts.
public enum RougeMeasure: String, Sendable, Hashable, CaseIterable {
  /// Single tokens.
  case rouge1
  /// Pairs of neighbouring tokens.
  case rouge2
  /// Tokens of the longest common subsequence.
  case rougeL
  /// Tokens of the union of the longest common subsequences of each of the target's lines with all lines of the prediction.
  case rougeLsum
}

/// Computes ROUGE as PyPI rouge-score 0.1.2 does, to the last bit (Lin 2004, "ROUGE: a package for automatic evaluation of summaries").
///
/// Memory is linear in the texts. Time is that of sorting the n-grams, and for the subsequences at most the product of both lengths over 64.
public struct RougeScorer: Sendable {
  /// Whether suffixes of tokens of more than three characters are stripped.
  public var usesStemmer: Bool

  public init(usesStemmer: Bool = false) { self.usesStemmer = usesStemmer }

  /// The scores of a prediction against one target, one a measure.
  public func score(target: String, prediction: String, measures: [RougeMeasure]) -> [RougeScore] {
    var vocabulary = RougeVocabulary(usesStemmer: usesStemmer, bytes: target.utf8.count + prediction.utf8.count)
    let right = RougeText(target, in: &vocabulary)
    let predicted = RougeText(prediction, in: &vocabulary)
    return measures.map { Self.score($0, right: right, predicted: predicted, alphabet: vocabulary.count) }
  }

  private static func score(_ measure: RougeMeasure, right: RougeText, predicted: RougeText, alphabet: Int) -> RougeScore {
    switch measure {
    case .rouge1:
      RougeScore(
        common: commonTokens(right.tokens, predicted.tokens, alphabet: alphabet), predicted: predicted.tokens.count, right: right.tokens.count)
    case .rouge2: pairs(right, predicted)
    case .rougeL:
      RougeScore(
        common: commonLength(right.tokens, predicted.tokens, alphabet: alphabet), predicted: predicted.tokens.count, right: right.tokens.count)
    case .rougeLsum:
      RougeScore(
        common: unionLength(right, predicted, alphabet: alphabet), predicted: predicted.tokens.count, right: right.tokens.count)
    }
  }

  private static func commonTokens(_ right: [UInt32], _ predicted: [UInt32], alphabet: Int) -> Int {
    var left = [Int](repeating: 0, count: alphabet)
    for token in right { left[Int(token)] += 1 }
    var sum = 0
    for token in predicted where left[Int(token)] > 0 {
      left[Int(token)] -= 1
      sum += 1
    }
    return sum
  }

  private static func pairs(_ right: RougeText, _ predicted: RougeText) -> RougeScore {
    let right = NgramCounts<UInt64>(right.tokens, order: 2, bits: 32)
    let predicted = NgramCounts<UInt64>(predicted.tokens, order: 2, bits: 32)
    return RougeScore(common: right.matches(predicted), predicted: predicted.total, right: right.total)
  }

  private static func commonLength(_ right: [UInt32], _ predicted: [UInt32], alphabet: Int) -> Int {
    var columns = SubsequenceColumns(alphabet: alphabet)
    columns.load(predicted[...])
    return columns.length(right[...])
  }

  /// The tokens of the union subsequences, each counted at most as often as it stands in either text.
  private static func unionLength(_ right: RougeText, _ predicted: RougeText, alphabet: Int) -> Int {
    var way = SubsequenceWay(alphabet: alphabet)
    var marks = [Bool](repeating: false, count: right.tokens.count)
    for line in predicted.lines {
      way.load(predicted.tokens[line])
      for other in right.lines { way.mark(right.tokens[other], in: &marks) }
    }
    var left = [Int](repeating: 0, count: alphabet)
    for token in predicted.tokens { left[Int(token)] += 1 }
    // The target's own tokens can't run out: each of its places is counted once.
    var sum = 0
    for (place, token) in right.tokens.enumerated() where marks[place] && left[Int(token)] > 0 {
      left[Int(token)] -= 1
      sum += 1
    }
    return sum
  }
}

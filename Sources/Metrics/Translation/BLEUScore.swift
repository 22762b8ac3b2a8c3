// BLEU from counts of words and n-grams.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// How BLEU treats an n-gram order without a match.
public enum BLEUSmoothing: String, Sendable, Hashable, CaseIterable {
  /// Not at all: BLEU is 0 for practical purposes.
  case none
  /// A constant number of matches (0.1).
  case floor
  /// A constant (1) added to matches and n-grams of all orders but the first.
  case addK = "add-k"
  /// Half a match, then a quarter and so on (NIST).
  case exponential = "exp"

  var defaultValue: Double {
    switch self {
    case .floor: 0.1
    case .addK: 1
    case .none, .exponential: 0
    }
  }
}

/// The counts of one or many items that BLEU is computed from: the same order as in sacreBLEU's statistics.
struct BLEUCounts {
  static let order = 4
  static let documentation = "words of the answer, of the right text, matching n-grams of order 1 to 4, n-grams of order 1 to 4"

  let hypothesisLength: Double
  let referenceLength: Double
  let matches: [Double]
  let totals: [Double]

  init?(statistic: [Double]) {
    guard statistic.count == 2 + 2 * Self.order else { return nil }
    hypothesisLength = statistic[0]
    referenceLength = statistic[1]
    matches = Array(statistic[2..<(2 + Self.order)])
    totals = Array(statistic[(2 + Self.order)...])
  }

  /// BLEU in percent, operation by operation as `BLEU.compute_bleu` of sacreBLEU 2.6.
  ///
  /// - Parameter usesEffectiveOrder: leave out orders of which the answer has no n-grams, as for single sentences.
  func score(_ smoothing: BLEUSmoothing, value: Double, usesEffectiveOrder: Bool) -> Double {
    guard matches.contains(where: { $0 > 0 }) else { return 0 }
    let brevity =
      hypothesisLength >= referenceLength ? 1 : hypothesisLength > 0 ? exp(1 - referenceLength / hypothesisLength) : 0
    var precisions = [Double](repeating: 0, count: Self.order)
    var effective = Self.order
    var halving = 1.0
    for index in 0..<Self.order {
      let added = smoothing == .addK && index > 0 ? value : 0
      let match = matches[index] + added
      let total = totals[index] + added
      if total == 0 { break }
      if usesEffectiveOrder { effective = index + 1 }
      if match > 0 {
        precisions[index] = 100 * match / total
      } else if smoothing == .exponential {
        halving *= 2
        precisions[index] = 100 / (halving * total)
      } else if smoothing == .floor {
        precisions[index] = 100 * value / total
      }
    }
    let logarithms = precisions[..<effective].reduce(0.0) { $0 + ($1 == 0 ? -9_999_999_999 : log($1)) }
    // Four exact matches give exp(log(100)), which is not 100 to the last bit.
    return min(100, brevity * exp(logarithms / Double(effective)))
  }
}

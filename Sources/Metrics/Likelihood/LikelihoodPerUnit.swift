// Log-likelihood of whole texts, divided by their words or bytes, the texts of a task taken together.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A task's log-likelihood over its words or bytes.
///
/// lm-evaluation-harness 0.4 sums log-likelihoods and weights first (`weighted_mean` in `lm_eval/api/metrics.py`): a long text counts for more.
struct LikelihoodPerUnit: Aggregation {
  enum Number { case perplexity, bits }

  let name: String
  let number: Number
  let statistic: String
  let range: ClosedRange<Double>?

  static func perplexity(per unit: String) -> LikelihoodPerUnit {
    LikelihoodPerUnit(name: "weighted_perplexity", number: .perplexity, statistic: "log-likelihood, \(unit)", range: 1...Double.infinity)
  }
  static let bitsPerByte = LikelihoodPerUnit(name: "bits_per_byte", number: .bits, statistic: "log-likelihood, bytes", range: nil)

  func value(of totals: [Double]) -> Double? {
    guard totals.count > 1, totals[1] > 0 else { return nil }
    let mean = totals[0] / totals[1]
    switch number {
    case .perplexity: return exp(-mean)
    case .bits: return -mean / log(2)
    }
  }

  /// An item: its score in nats or bits a unit.
  func measurement(_ logprob: Double, per unit: String, count: Int) throws(Unscored) -> Measurement {
    guard count > 0 else { throw .emptyText(unit) }
    let nats = max(0, -logprob / Double(count))
    return try Measurement(score: number == .bits ? nats / log(2) : nats, statistic: [logprob, Double(count)])
  }
}

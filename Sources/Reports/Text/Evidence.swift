// The items behind a budget, worst first: what a person should look at.

internal import Comparison
internal import Documents
package import Policies

extension GateResult {
  /// Negative flips first, the surest wrong answers in front; then the largest losses of score.
  package var worstItems: [ReportedItem] { Self.worstFirst(items) }

  private static func worstFirst(_ items: [ReportedItem]) -> [ReportedItem] {
    items.map { ($0, $0.badness) }.enumerated().sorted { a, b in
      a.element.1 == b.element.1 ? a.offset < b.offset : a.element.1 > b.element.1
    }.map(\.element.0)
  }
}

extension BudgetOutcome {
  /// Those of some items that the outcome is about, in their order; none for budgets on means and for kinds of flips that are not kept.
  func own(among items: [ReportedItem]) -> [ReportedItem] {
    let isAboutItems =
      switch limit {
      case .flips: metric == FlipMetric.negativeFlips.rawValue || metric == FlipMetric.multipleChoiceNegativeFlips.rawValue
      case .itemDrop: true
      case .maxDrop, .maxRelativeDrop, .minValue, .maxGain, .meanRegression, .mustNotFlip: false
      }
    if !isAboutItems { return [] }
    return items.filter { item in
      item.task == task && (limit != .flips || item.flip == .negative) && slice.map(item.isIn) ?? true
    }
  }
}

extension ReportedItem {
  /// What people tell items apart by: the first eight digits of a digest, or the name that the task gives its items.
  package var shortName: String {
    guard item.hasPrefix("sha256:") else { return item }
    let digits = item.dropFirst("sha256:".count)
    let repetition = digits.firstIndex(of: "#").map { String(digits[$0...]) } ?? ""
    return String(digits.prefix(8)) + repetition
  }

  fileprivate func isIn(_ slice: String) -> Bool {
    document["slices"]?.members?.contains { "\($0.key)=\($0.value.string ?? "")" == slice } ?? false
  }

  /// Compared from the first element on: is it a flip, how sure is the wrong answer, how much score is lost.
  fileprivate var badness: Badness {
    let losses = baseline.scores.compactMap { old in candidate.score(old.metric).flatMap { new in old.value.map { abs($0 - new) } } }
    return Badness(isFlip: flip == .negative, margin: candidate.margin ?? -1, loss: losses.max() ?? 0)
  }
}

private struct Badness: Comparable {
  var isFlip: Bool
  var margin: Double
  var loss: Double

  static func < (a: Badness, b: Badness) -> Bool {
    (a.isFlip ? 1 : 0, a.margin, a.loss) < (b.isFlip ? 1 : 0, b.margin, b.loss)
  }
}

/// The first twelve digits of a digest, by which people tell two apart.
func shortDigest(_ digest: String) -> String {
  String((digest.hasPrefix("sha256:") ? digest.dropFirst("sha256:".count) : digest[...]).prefix(12))
}

extension BudgetOutcome {
  /// The budget's id, with the slice and, for budgets on scores, the limit: the same from run to run.
  package var label: String {
    var label = id
    if limit != .flips, limit != .mustNotFlip { label += " \(limit.rawValue)" }
    return slice.map { "\(label) [\($0)]" } ?? label
  }

  /// `4.25%`, `17` or `0.0123`, of a value in the outcome's unit.
  func text(of value: Double) -> String {
    switch unit {
    case .count: Numbers.short(value, 2)
    case .ratio: Numbers.percent(value)
    case .score: Numbers.fixed(value, 4)
    }
  }
}

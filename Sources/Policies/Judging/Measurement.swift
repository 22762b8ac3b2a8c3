// One limit held against one piece of evidence: what was measured, and whether the limit holds.

internal import Comparison
internal import Documents
internal import Records

/// What a limit measures in the evidence, or why it can't.
enum Measurement {
  /// Items out of N that moved in a way that the budget counts.
  /// `aside` is said behind the number: what was left out.
  case count(Int, of: Int, phrase: String, aside: String = "")
  /// A value in the metric's unit (or a share of the baseline's mean), and what is said of it.
  /// `bounds` are there where the limit is judged by them.
  case value(Double?, of: Int, unit: BudgetOutcome.Unit, interval: ClosedRange<Double>?, bounds: MeanBounds?, phrase: String)
  /// The task does not have what the budget is about.
  case absent(String)
  /// There is nothing to judge by, whatever the policy says of missing things.
  case nothing(String, of: Int)

  /// How many items it was measured on.
  var items: Int {
    switch self {
    case .count(_, let n, _, _), .value(_, let n, _, _, _, _), .nothing(_, let n): n
    case .absent: 0
    }
  }
}

extension Limit {
  /// Measures what this limit of a budget is about.
  func measure(_ budget: Budget, in evidence: Evidence, _ settings: ComparisonSettings) -> Measurement {
    switch budget.metric {
    case .flips(let metric): measureFlips(metric, of: budget, in: evidence)
    case .score(let name): measureScore(name, of: budget, in: evidence, settings)
    }
  }

  private func measureFlips(_ metric: FlipMetric, of budget: Budget, in evidence: Evidence) -> Measurement {
    guard let flips = evidence.flips else {
      return .absent("its items are not right or wrong, so that none can flip")
    }
    if flips.total == 0 { return .nothing("no item has a scored answer on both sides", of: 0) }
    var (count, n, aside) = (flips.count(of: metric), flips.total, "")
    var pairs = evidence.pairs
    if budget.rules.unstableItems == .exclude, let noise = evidence.noise {
      pairs.removeAll { noise[$0.baseline.identity]?.isUnstable(for: metric) ?? false }
      let unstable = evidence.pairs.count - pairs.count
      n -= unstable
      count = pairs.count { metric.counts($0.flip) }
      aside = "; \(unstable) unstable \(unstable == 1 ? "item is" : "items are") left out"
      if n <= 0 { return .nothing("every item flips against itself, so that none is left to judge by", of: 0) }
    }
    guard let margin = budget.minMargin else { return .count(count, of: n, phrase: metric.phrase, aside: aside) }
    // Only what is known to be a close call is taken off: without margins every flip counts.
    let counted = pairs.filter { metric.counts($0.flip) }
    if !counted.isEmpty, !counted.contains(where: { $0.hasMargins(by: evidence.primaryMetric) }) {
      aside += "; the records hold no margins of \(evidence.primaryMetric), so that min_margin leaves none out"
      return .count(count, of: n, phrase: metric.phrase, aside: aside)
    }
    let closeCalls = counted.count { $0.isCloseCall(below: margin, by: evidence.primaryMetric) }
    let less = "ahead by less than \(Numbers.short(margin, 6)) \(ChoiceRanking.unit(of: evidence.primaryMetric)) on both sides"
    aside +=
      closeCalls == 0
      ? "; none was a close call (\(less))" : "; \(closeCalls) more \(closeCalls == 1 ? "was a close call" : "were close calls") (\(less))"
    return .count(max(0, count - closeCalls), of: n, phrase: metric.phrase, aside: aside)
  }

  private func measureScore(_ name: String, of budget: Budget, in evidence: Evidence, _ settings: ComparisonSettings) -> Measurement {
    guard let metric = evidence.metrics.first(where: { $0.name == name }) else {
      let names = evidence.metrics.map(\.name)
      let nearest = nearestName(to: name, among: names + FlipMetric.allCases.map(\.rawValue))
      return .absent("it has no metric \(quoted(name))" + (nearest.map { " (did you mean \(quoted($0))?)" } ?? ""))
    }
    let n = metric.items
    guard n > 0, let old = metric.baselineMean, let new = metric.candidateMean, old.isFinite, new.isFinite else {
      return .nothing("no item has a \(name) on both sides", of: n)
    }
    let fall = metric.higherIsBetter ? old - new : new - old
    func value(
      _ value: Double?, _ quantity: MeanQuantity, unit: BudgetOutcome.Unit = .score, interval: ClosedRange<Double>? = nil, phrase: String
    ) -> Measurement {
      let isBounded = budget.rules.decideOn == .bound && value != nil && evidence.hasAllPairs
      let bounds = isBounded ? metric.meanBounds(of: quantity, pairs: evidence.pairs, settings: settings) : nil
      return .value(value, of: n, unit: unit, interval: interval, bounds: bounds, phrase: phrase)
    }
    let means = "\(name) \(Numbers.fixed(old, 4)) → \(Numbers.fixed(new, 4))"
    switch self {
    case .flips: return .nothing("a flip limit can't judge a score", of: n)
    case .itemDrop(let drop, _): return itemDrop(drop, metric, of: budget, in: evidence)
    case .maxDrop:
      return value(fall, .fall, interval: metric.interval.map(metric.fall), phrase: "\(means): \(Self.moved(fall))")
    case .maxGain:
      let interval = metric.interval.map(metric.fall).map { -$0.upperBound ... -$0.lowerBound }
      return value(0 - fall, .gain, interval: interval, phrase: "\(means): \(Self.moved(fall))")
    case .maxRelativeDrop:
      if old == 0, fall > 0 { return .nothing("the baseline's mean \(name) is 0, and a share of it has no meaning", of: n) }
      let share = fall == 0 ? 0 : fall / abs(old)
      return value(
        share, .relativeFall, unit: .ratio, phrase: "\(means): \(Self.moved(fall)), \(Numbers.percent(abs(share))) of the baseline")
    case .minValue: return value(new, .candidate, phrase: "\(name) is \(Numbers.fixed(new, 4))")
    case .meanRegression:
      if metric.regressed == 0 { return value(nil, .regression, phrase: "no item got worse in \(name)") }
      guard let loss = metric.meanRegression else { return .nothing("the mean loss of \(name) is not known", of: n) }
      let phrase = "\(metric.regressed) of \(Numbers.items(n)) got worse in \(name), by \(Numbers.fixed(loss, 4)) on average"
      return value(loss, .regression, interval: metric.regressionInterval, phrase: phrase)
    }
  }

  private func itemDrop(_ drop: Double, _ metric: MetricComparison, of budget: Budget, in evidence: Evidence) -> Measurement {
    var (n, aside) = (metric.items, "")
    if !evidence.hasAllPairs { return .nothing("only \(evidence.pairs.count) of \(Numbers.items(evidence.paired)) are at hand", of: n) }
    var pairs = evidence.pairs
    if budget.rules.unstableItems == .exclude, let noise = evidence.noise {
      pairs.removeAll { pair in
        pair.drop(in: metric.name, higherIsBetter: metric.higherIsBetter) != nil
          && noise[pair.baseline.identity].map { exceeds($0.change(of: metric.name), drop) } ?? false
      }
      let unstable = evidence.pairs.count - pairs.count
      n -= unstable
      aside = "; \(unstable) unstable \(unstable == 1 ? "item is" : "items are") left out"
      if n <= 0 { return .nothing("every item moves as much against itself, so that none is left to judge by", of: 0) }
    }
    let phrase = "lost more than \(Numbers.short(drop, 6)) of \(metric.name)"
    return .count(pairs.count { $0.isPast(drop, in: metric) }, of: n, phrase: phrase, aside: aside)
  }

  /// `worse by 0.0123`, or `better by`, or `unchanged`.
  private static func moved(_ fall: Double) -> String {
    fall == 0 ? "unchanged" : "\(fall > 0 ? "worse" : "better") by \(Numbers.fixed(abs(fall), 4))"
  }
}

extension FlipMetric {
  var phrase: String {
    switch self {
    case .negativeFlips: "went from right to wrong"
    case .positiveFlips: "went from wrong to right"
    case .changedWrong: "stayed wrong with another answer"
    case .multipleChoiceNegativeFlips: "are wrong now with another answer"
    }
  }
}

extension ChoiceRanking {
  /// What the margins of a metric are measured in.
  static func unit(of metric: String) -> String { ChoiceRanking(rawValue: metric) == .accNorm ? "nats a character" : "nats" }
}

extension MetricComparison {
  /// An interval of the mean change as an interval of the change for the worse.
  fileprivate func fall(_ change: ClosedRange<Double>) -> ClosedRange<Double> {
    higherIsBetter ? -change.upperBound ... -change.lowerBound : change
  }
}

extension ItemPair {
  /// Whether the item lost more than `drop` of the metric.
  func isPast(_ drop: Double, in metric: MetricComparison) -> Bool {
    self.drop(in: metric.name, higherIsBetter: metric.higherIsBetter).map { exceeds($0, drop) } ?? false
  }
}

/// Whether a value is above an inclusive limit. Limits are decimal and values are sums of doubles, so a hair's breadth (1e-9) is not above it.
func exceeds(_ value: Double, _ limit: Double) -> Bool { value > limit + 1e-9 * max(1, abs(limit)) }

// What a budget is judged on: the paired items of a task or of one slice of it, and whether they can be trusted.

internal import Comparison
internal import Records

/// The evidence of one task or slice.
struct Evidence {
  var task: String
  /// `field=value`, nil for the whole task.
  var slice: String?
  /// What right and wrong, and the margins of choices, are measured by.
  var primaryMetric: String
  /// How many items have a scored outcome on both sides.
  var paired: Int
  var flips: FlipCounts?
  var metrics: [MetricComparison]
  var pairs: [ItemPair]
  /// The items that are not the same in all of their runs; nil where none were repeated.
  var noise: [ItemIdentity: ItemJitter]?
  /// Why nothing may be concluded from it, if so.
  var flaw: Flaw?

  init(_ task: TaskComparison, slice: String? = nil, noise: TaskNoise? = nil, flaw: Flaw?) {
    self.task = task.label
    self.slice = slice
    primaryMetric = task.primaryMetric
    paired = task.items.paired
    flips = task.flips
    metrics = task.metrics
    pairs = task.pairs
    self.noise = noise.map { noise in Dictionary(noise.jitter.map { (ItemIdentity($0.item), $0) }) { first, _ in first } }
    self.flaw = flaw
  }

  /// Whether every paired item is at hand, not only the ones that a comparison file keeps.
  var hasAllPairs: Bool { pairs.count == paired }
}

/// Why the evidence of a task can't be judged.
struct Flaw {
  var kind: Finding.Kind
  /// A clause without a full stop.
  var sentence: String
}

extension TaskComparison {
  /// The task's name, with the answer filter behind it where there is one: `gsm8k:strict-match`.
  var label: String { filter == "none" ? task : "\(task):\(filter)" }
}

extension TaskSelector {
  /// A name is that of a task, for all of its filters, or of one filter of it.
  func selects(_ task: TaskComparison) -> Bool {
    switch self {
    case .all: true
    case .named(let name): name == task.task || name == task.label
    }
  }
}

extension ItemPair {
  func value(of field: String) -> String? { (baseline.slices + candidate.slices).first { $0.name == field }?.value }

  /// By how much the item got worse in a metric; negative where it got better, nil where a side has no score.
  func drop(in metric: String, higherIsBetter: Bool) -> Double? {
    guard let old = baseline.score(metric), let new = candidate.score(metric) else { return nil }
    return higherIsBetter ? old - new : new - old
  }

  /// Whether the choice led by less than a margin on both sides. What is not known is no close call.
  func isCloseCall(below margin: Double, by metric: String) -> Bool {
    guard let old = baseline.margin(by: metric), let new = candidate.margin(by: metric) else { return false }
    return old < margin && new < margin
  }

  /// Whether both records say how far the choice was ahead.
  func hasMargins(by metric: String) -> Bool { baseline.margin(by: metric) != nil && candidate.margin(by: metric) != nil }
}

extension ItemJitter {
  /// Whether the item moves against itself in a way that a budget counts.
  func isUnstable(for metric: FlipMetric) -> Bool {
    switch metric {
    case .negativeFlips, .positiveFlips: flips
    case .changedWrong, .multipleChoiceNegativeFlips: flips || changesAnswer
    }
  }
}

extension FlipMetric {
  /// Whether an item that moved so is one that the budget counts.
  func counts(_ flip: Flip?) -> Bool {
    switch (self, flip) {
    case (.negativeFlips, .negative), (.positiveFlips, .positive), (.changedWrong, .bothWrongChanged),
      (.multipleChoiceNegativeFlips, .negative), (.multipleChoiceNegativeFlips, .bothWrongChanged):
      true
    default: false
    }
  }
}

extension FlipCounts {
  /// The items that a flip budget counts.
  func count(of metric: FlipMetric) -> Int {
    switch metric {
    case .negativeFlips: negative
    case .positiveFlips: positive
    case .changedWrong: bothWrongChanged
    case .multipleChoiceNegativeFlips: multipleChoiceNegative
    }
  }
}

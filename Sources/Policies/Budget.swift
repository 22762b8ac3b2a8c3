// A budget: one thing that is measured on a task, and how far it may go.

/// How far one metric of a task may move.
public struct Budget: Sendable, Hashable {
  public var id: String
  public var task: TaskSelector
  public var metric: BudgetMetric
  /// For flips of multiple choice: one whose choice led by less than this on both sides is a close call and is not counted. In nats, or nats
  /// a character where the primary metric divides by length; above 0. nil counts every flip.
  public var minMargin: Double?
  /// At least one; each is judged on its own.
  public var limits: [Limit]
  public var rules: BudgetRules
}

/// Which tasks a budget is for.
public enum TaskSelector: Sendable, Hashable, CustomStringConvertible {
  /// Every task of the comparison, `*`.
  case all
  case named(String)

  public init(_ text: String) { self = text == "*" ? .all : .named(text) }

  public var description: String {
    switch self {
    case .all: "*"
    case .named(let name): name
    }
  }
}

/// What a budget is about: a way of flipping, or a metric of the task.
public enum BudgetMetric: Sendable, Hashable, CustomStringConvertible {
  case flips(FlipMetric)
  case score(String)

  public init(_ name: String) { self = FlipMetric(rawValue: name).map(BudgetMetric.flips) ?? .score(name) }

  public var description: String {
    switch self {
    case .flips(let metric): metric.rawValue
    case .score(let name): name
    }
  }
}

/// The counts of items that a budget can be about.
public enum FlipMetric: String, Sendable, Hashable, CaseIterable {
  /// Right before, wrong now.
  case negativeFlips = "negative_flips"
  /// Wrong before, right now.
  case positiveFlips = "positive_flips"
  /// Wrong before and now, with another answer.
  case changedWrong = "changed_wrong"
  /// Wrong now, with another answer than before: MUSCLE's count for multiple choice; contains the negative flips.
  case multipleChoiceNegativeFlips = "multiple_choice_negative_flips"
}

/// One limit of a budget. Limits are inclusive: a value equal to its limit holds.
public enum Limit: Sendable, Hashable {
  /// How many items may flip.
  case flips(Allowance)
  /// How many items may lose more than `drop` of the metric.
  case itemDrop(Double, Allowance)
  /// How far the mean may fall, in the metric's unit; "fall" means "get worse" where lower is better.
  case maxDrop(Double)
  /// How far the mean may fall, as a share of the baseline's.
  case maxRelativeDrop(Double)
  /// What the candidate's mean must at least be.
  case minValue(Double)
  /// How far the mean may rise: a gain too good to be true is often a leak.
  case maxGain(Double)
  /// How large the mean loss over the items that got worse may be: MUSCLE's m_r.
  case meanRegression(Double)

  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case flips
    case itemDrop = "item_drop"
    case maxDrop = "max_drop"
    case maxRelativeDrop = "max_relative_drop"
    case minValue = "min_value"
    case maxGain = "max_gain"
    case meanRegression = "mean_regression"
    case mustNotFlip = "must_not_flip"
  }

  public var kind: Kind {
    switch self {
    case .flips: .flips
    case .itemDrop: .itemDrop
    case .maxDrop: .maxDrop
    case .maxRelativeDrop: .maxRelativeDrop
    case .minValue: .minValue
    case .maxGain: .maxGain
    case .meanRegression: .meanRegression
    }
  }
}

/// How many of N items: a count, a ratio of N, or both.
public enum Allowance: Sendable, Hashable {
  case count(Int)
  /// 0...1.
  case ratio(Double)
  /// The larger or the smaller of the two.
  case combined(count: Int, ratio: Double, Combination)

  public enum Combination: String, Sendable, Hashable, CaseIterable {
    case max
    case min
  }

  /// How many of `n` items may change: a ratio allows the whole items within it.
  public func items(of n: Int) -> Int {
    switch self {
    case .count(let count): count
    case .ratio(let ratio): Self.wholeItems(ratio, of: n)
    case .combined(let count, let ratio, .max): Swift.max(count, Self.wholeItems(ratio, of: n))
    case .combined(let count, let ratio, .min): Swift.min(count, Self.wholeItems(ratio, of: n))
    }
  }

  /// The share of `n` items that may change, what a confidence bound is held against; at most 1.
  public func ratio(of n: Int) -> Double {
    guard n > 0 else { return 0 }
    return switch self {
    case .count(let count): Swift.min(1, Double(count) / Double(n))
    case .ratio(let ratio): ratio
    case .combined(let count, let ratio, .max): Swift.max(Swift.min(1, Double(count) / Double(n)), ratio)
    case .combined(let count, let ratio, .min): Swift.min(Double(count) / Double(n), ratio)
    }
  }

  /// The largest whole number of items within a ratio; 29 % of 100 is 29, though 0.29 * 100 is a little less as a double.
  private static func wholeItems(_ ratio: Double, of n: Int) -> Int {
    Int((Swift.min(Swift.max(ratio, 0), 1) * Double(n) + 1e-9).rounded(.down))
  }
}

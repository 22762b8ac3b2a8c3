// Two records, item by item: who was right, who flipped, and how sure one can be of the rates.

public import Records

/// The paired comparison of a baseline and a candidate.
public struct Comparison: Sendable {
  public var baseline: RecordHeader
  public var candidate: RecordHeader
  /// One a task, in the baseline's order, then the candidate's own tasks.
  public var tasks: [TaskComparison]
  /// What makes the two sides different in more than their weights, in words.
  public var differences: [ComparabilityDifference]
  /// What the models do against themselves; nil where no repeated records were given.
  public var noise: NoiseFloor?
  /// Whether both sides' runs came to their end.
  public var isWhole: (baseline: Bool, candidate: Bool) = (true, true)

  public init(baseline: RecordHeader, candidate: RecordHeader, tasks: [TaskComparison], differences: [ComparabilityDifference]) {
    self.baseline = baseline
    self.candidate = candidate
    self.tasks = tasks
    self.differences = differences
  }
}

/// Something other than the weights that differs between the two sides.
public struct ComparabilityDifference: Sendable, Hashable {
  /// What differs, such as `task`, `data`, `num_fewshot`, `precision`, `engine`.
  public var aspect: String
  public var task: String?
  public var baseline: String
  public var candidate: String
  /// Whether the comparison means nothing because of it.
  public var isInvalidating: Bool

  public init(aspect: String, task: String?, baseline: String, candidate: String, isInvalidating: Bool) {
    self.aspect = aspect
    self.task = task
    self.baseline = baseline
    self.candidate = candidate
    self.isInvalidating = isInvalidating
  }
}

/// How one task's items came out on both sides.
public struct TaskComparison: Sendable {
  public struct ItemCounts: Sendable, Hashable {
    public var baseline = 0
    public var candidate = 0
    /// Items with a scored outcome on both sides.
    public var paired = 0
    public var onlyBaseline = 0
    public var onlyCandidate = 0
    /// Items with an error on either side.
    public var errors = 0
    /// Items without a score on either side.
    public var unscored = 0
    public init() {}
  }

  public var task: String
  public var primaryMetric: String
  public var items: ItemCounts
  /// nil where the task's primary metric is continuous and items are not right or wrong.
  public var flips: FlipCounts?
  /// One a metric, in the task's order.
  public var metrics: [MetricComparison]
  /// The paired items, in the baseline's order.
  public var pairs: [ItemPair]
  /// The answer filter whose outcomes these are; a task with several filters has one comparison each.
  public var filter = "none"
  /// The items that could not be paired, each with the reason.
  public var unpaired: [UnpairedItem] = []
  /// How often both sides gave the same answer; nil where no items are paired.
  public var agreement: AnswerAgreement?
  /// How sure one can be of the flip rates; nil where no items are paired.
  public var tests: PairedTests?
  /// How the items come in clusters; nil where none has one.
  public var clusters: ClusterSummary?

  public init(
    task: String, primaryMetric: String, items: ItemCounts, flips: FlipCounts?, metrics: [MetricComparison], pairs: [ItemPair]
  ) {
    self.task = task
    self.primaryMetric = primaryMetric
    self.items = items
    self.flips = flips
    self.metrics = metrics
    self.pairs = pairs
  }
}

/// How an item moved between the two sides.
public enum Flip: String, Sendable, Hashable, CaseIterable {
  case bothCorrect = "both_correct"
  case negative
  case positive
  case bothWrongSame = "both_wrong_same"
  case bothWrongChanged = "both_wrong_changed"
}

/// One item with its outcome on both sides.
public struct ItemPair: Sendable {
  public var baseline: ComparedOutcome
  public var candidate: ComparedOutcome
  /// nil where right and wrong have no meaning.
  public var flip: Flip?

  public init(baseline: ComparedOutcome, candidate: ComparedOutcome, flip: Flip?) {
    self.baseline = baseline
    self.candidate = candidate
    self.flip = flip
  }
}

/// An item that has no scored outcome on one side or on both.
public struct UnpairedItem: Sendable {
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    case onlyBaseline = "only_baseline"
    case onlyCandidate = "only_candidate"
    case error
    case unscored
  }

  public var baseline: ComparedOutcome?
  public var candidate: ComparedOutcome?
  public var reason: Reason

  public init(baseline: ComparedOutcome?, candidate: ComparedOutcome?, reason: Reason) {
    self.baseline = baseline
    self.candidate = candidate
    self.reason = reason
  }
}

/// The five ways an item can move, counted.
public struct FlipCounts: Sendable, Hashable {
  public var bothCorrect = 0
  public var negative = 0
  public var positive = 0
  public var bothWrongSame = 0
  public var bothWrongChanged = 0

  public init() {}

  public var total: Int { bothCorrect + negative + positive + bothWrongSame + bothWrongChanged }
}

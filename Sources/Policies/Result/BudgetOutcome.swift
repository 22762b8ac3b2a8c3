// How one budget came out on one task or slice: what a report shows a line for.

/// A budget's limit, held against the evidence.
///
/// `id`, `task`, `slice` and `limit` tell it from all others and stay the same from run to run.
public struct BudgetOutcome: Sendable, Hashable {
  /// What `observed` and `allowed` are measured in.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// Items.
    case count
    /// A share of the items, or of the baseline's mean: 0...1.
    case ratio
    /// The metric's own unit.
    case score
  }

  public var id: String
  /// `*` where the budget is for all tasks and there was none to judge.
  public var task: String
  /// `field=value`; nil for the whole task.
  public var slice: String?
  public var metric: String
  public var limit: Limit.Kind
  /// nil where nothing could be measured.
  public var observed: Double?
  /// The limit; nil where it is a share of items that are not there.
  public var allowed: Double?
  public var unit: Unit
  /// Where the true value lies, in `unit`: both one-sided bounds for counts, their ratios and means that are judged by them, else the interval of the mean.
  public var interval: ClosedRange<Double>?
  /// How many items it was judged on.
  public var n: Int
  public var status: BudgetStatus
  public var action: Action
  /// The id of the waiver that allows it.
  public var waiver: String?
  /// One sentence with the numbers.
  public var reason: String

  public init(
    id: String, task: String, slice: String? = nil, metric: String, limit: Limit.Kind, observed: Double?, allowed: Double?, unit: Unit,
    interval: ClosedRange<Double>? = nil, n: Int, status: BudgetStatus, action: Action, waiver: String? = nil, reason: String
  ) {
    self.id = id
    self.task = task
    self.slice = slice
    self.metric = metric
    self.limit = limit
    self.observed = observed
    self.allowed = allowed
    self.unit = unit
    self.interval = interval
    self.n = n
    self.status = status
    self.action = action
    self.waiver = waiver
    self.reason = reason
  }

  /// Whether a larger value is the better one, so that `allowed` is a floor.
  public var isFloor: Bool { limit == .minValue }
}

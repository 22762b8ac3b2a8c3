// Tasks that are told as one: a group's members and the numbers it makes of theirs.

/// A group of tasks (`group` of a task file).
public struct TaskGroup: Sendable, Hashable {
  /// A number of the group: the mean of a metric over its tasks.
  public struct Aggregate: Sendable, Hashable {
    public var metric: String
    /// The filter pipelines whose scores count; nil for all that the tasks have.
    public var filters: [String]?
    /// Whether each task counts by the number of its items, or all tasks alike.
    public var isWeightedBySize: Bool

    public init(metric: String, filters: [String]? = nil, isWeightedBySize: Bool = true) {
      self.metric = metric
      self.filters = filters
      self.isWeightedBySize = isWeightedBySize
    }

    /// The group's number; nil without tasks or items.
    ///
    /// As `aggregate_subtask_metrics` of lm-evaluation-harness 0.4.13.
    public func value(of tasks: [(value: Double, items: Int)]) -> Double? {
      let sizes = tasks.map { isWeightedBySize ? Double($0.items) : 1 }
      let total = sizes.reduce(0, +)
      guard total > 0 else { return nil }
      return zip(tasks, sizes).reduce(0) { $0 + $1.0.value * $1.1 } / total
    }
  }

  public var name: String
  /// What reports call it.
  public var title: String
  /// The names of the tasks, those of groups inside of it too, in their order.
  public var tasks: [String]
  public var aggregates: [Aggregate]

  public init(name: String, title: String, tasks: [String], aggregates: [Aggregate]) {
    self.name = name
    self.title = title
    self.tasks = tasks
    self.aggregates = aggregates
  }
}

/// Everything that was asked for: tasks, and the groups among them.
public struct TaskSuite: Sendable {
  public var tasks: [EvaluationTask]
  public var groups: [TaskGroup]

  public init(tasks: [EvaluationTask], groups: [TaskGroup]) {
    self.tasks = tasks
    self.groups = groups
  }
}

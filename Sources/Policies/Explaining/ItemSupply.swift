// How many items there are to judge a policy on: a number, or what a run record holds.

public import Comparison
public import Records

/// The items that a policy is explained for.
public enum ItemSupply: Sendable, Hashable {
  /// As many in every task and in every slice.
  case each(Int)
  case tasks([Task])

  /// One task of a record.
  public struct Task: Sendable, Hashable {
    public var name: String
    /// The answer filter, `none` where the task has none.
    public var filter: String
    /// Items that were answered and scored.
    public var items: Int
    /// Whether its items are right or wrong, so that they can flip.
    public var hasRightAndWrong: Bool
    public var metrics: [String]
    /// Items by slice field and value.
    public var slices: [String: [String: Int]]
    /// How many clusters the items come in; 0 where none has one.
    public var clusters = 0
    /// How alike the items of a cluster are, by their right answers; nil without clusters, and where items are not right or wrong.
    public var correlation: ClusterCorrelation?

    public init(
      name: String, filter: String = "none", items: Int = 0, hasRightAndWrong: Bool = false, metrics: [String], slices: [String: [String: Int]] = [:]
    ) {
      self.name = name
      self.filter = filter
      self.items = items
      self.hasRightAndWrong = hasRightAndWrong
      self.metrics = metrics
      self.slices = slices
    }

    /// The name with the filter behind it where there is one.
    public var label: String { filter == "none" ? name : "\(name):\(filter)" }
  }

  /// Counts the scored items of a record, task by task; the tasks in the order of their first items.
  public init(_ run: RecordedRun) {
    var tasks: [Task] = []
    var clusters: [(names: [String?], right: [Double])] = []
    for outcome in run.outcomes.rows where !outcome.hasError && !outcome.isUnscored {
      // Records go task by task.
      let place =
        tasks.lastIndex { $0.name == outcome.task && $0.filter == outcome.filter }
        ?? {
          let metrics = run.header.tasks.first { $0.name == outcome.task }?.metrics.map(\.name) ?? []
          tasks.append(Task(name: outcome.task, filter: outcome.filter, metrics: metrics))
          clusters.append(([], []))
          return tasks.count - 1
        }()
      tasks[place].items += 1
      if let isCorrect = outcome.isCorrect {
        tasks[place].hasRightAndWrong = true
        clusters[place].names.append(outcome.cluster)
        clusters[place].right.append(isCorrect ? 1 : 0)
      }
      for slice in outcome.slices { tasks[place].slices[slice.name, default: [:]][slice.value, default: 0] += 1 }
    }
    for (place, found) in clusters.enumerated() {
      tasks[place].clusters = Set(found.names.compactMap(\.self)).count
      if tasks[place].clusters > 0 { tasks[place].correlation = ClusterCorrelation(found.right, names: found.names) }
    }
    self = .tasks(tasks)
  }
}

extension ItemSupply.Task {
  func isSelected(by selector: TaskSelector) -> Bool {
    switch selector {
    case .all: true
    case .named(let name): name == self.name || name == label
    }
  }

  /// As many items that stand alone would say as much as these do.
  public var effectiveItems: Int { correlation.map { max(1, Int($0.effectiveItems.rounded(.down))) } ?? items }

  func has(_ metric: BudgetMetric) -> Bool {
    switch metric {
    case .flips: hasRightAndWrong
    case .score(let name): metrics.contains(name)
    }
  }
}

// One task of a result: what reports show of it, beside its whole document.

public import Comparison
public import Documents

/// How one task's items came out, as reports show it.
public struct TaskSummary: Sendable, Hashable {
  public struct Metric: Sendable, Hashable {
    public var name: String
    /// Means over the paired items, nil where there are none.
    public var baselineMean: Double?
    public var candidateMean: Double?
  }

  /// The task's name, with its answer filter behind a colon where it has one.
  public var task: String
  public var primaryMetric: String
  /// How many items have a scored outcome on both sides.
  public var paired: Int
  /// nil where items are not right or wrong.
  public var flips: FlipCounts?
  public var metrics: [Metric]
  /// Everything that the result holds of the task.
  public var document: JSONValue

  /// The mean of the metric that decides whether an item is right.
  public var primary: Metric? { metrics.first { $0.name == primaryMetric } ?? metrics.first }
}

extension TaskSummary {
  init(_ comparison: TaskComparison) {
    task = comparison.label
    primaryMetric = comparison.primaryMetric
    paired = comparison.items.paired
    flips = comparison.flips
    metrics = comparison.metrics.map {
      Metric(name: $0.name, baselineMean: $0.baselineMean.finite, candidateMean: $0.candidateMean.finite)
    }
    document = Comparison.taskJSON(comparison).finite
  }

  init(_ fields: ResultFields) throws(ResultError) {
    let filter = try fields.optionalString("filter") ?? "none"
    let name = try fields.string("task")
    task = filter == "none" ? name : "\(name):\(filter)"
    primaryMetric = try fields.optionalString("primary_metric") ?? ""
    paired = try fields.object("items").integer("paired")
    flips = nil
    if let counts = try fields.optionalObject("flips") {
      var flips = FlipCounts()
      flips.bothCorrect = try counts.integer("both_correct")
      flips.negative = try counts.integer("negative")
      flips.positive = try counts.integer("positive")
      flips.bothWrongSame = try counts.integer("both_wrong_same")
      flips.bothWrongChanged = try counts.integer("both_wrong_changed")
      self.flips = flips
    }
    metrics = []
    let means = try fields.object("metrics")
    for name in means.memberNames {
      let metric = try means.object(name)
      metrics.append(
        Metric(
          name: name, baselineMean: try metric.optionalNumber("baseline_mean"), candidateMean: try metric.optionalNumber("candidate_mean")))
    }
    document = fields.value
  }
}

extension Double? {
  /// nil where the value is not finite, as it is written in JSON.
  var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}

extension JSONValue {
  /// The value as it reads back: numbers that are not finite are written as null.
  var finite: JSONValue {
    switch self {
    case .number(let value): value.isFinite ? self : .null
    case .array(let elements): .array(elements.map(\.finite))
    case .object: .object(of: (members ?? []).map { ($0.key, $0.value.finite) })
    case .null, .bool, .integer, .string: self
    }
  }
}

// All tasks of right and wrong together, and each slice of a task on its own, in counts and means.

internal import Documents
internal import Records

/// The right/wrong items of all tasks, as one.
public struct OverallComparison: Sendable, Hashable {
  /// How many tasks are in it.
  public var tasks: Int
  public var flips: FlipCounts
  public var tests: PairedTests?

  var json: JSONValue {
    [
      "tasks": .integer(tasks), "items": .integer(flips.total), "flips": Comparison.flipsJSON(flips),
      "rates": Comparison.ratesJSON(flips.rates), "tests": tests.map(Comparison.testsJSON) ?? .null,
    ]
  }
}

extension Comparison {
  /// Every paired item of the tasks that have right and wrong; of a task with several answer filters the first one's, so that no item counts
  /// twice. nil where there is no such item.
  public var overall: OverallComparison? {
    var counted: Set<String> = []
    var flips = FlipCounts()
    for task in tasks {
      guard let counts = task.flips, counts.total > 0, counted.insert(task.task).inserted else { continue }
      flips.bothCorrect += counts.bothCorrect
      flips.negative += counts.negative
      flips.positive += counts.positive
      flips.bothWrongSame += counts.bothWrongSame
      flips.bothWrongChanged += counts.bothWrongChanged
    }
    if counted.isEmpty { return nil }
    let level = tasks.lazy.compactMap(\.tests).first?.level ?? ComparisonSettings().level
    return OverallComparison(tasks: counted.count, flips: flips, tests: PairedTests(flips, settings: ComparisonSettings(level: level)))
  }
}

/// One slice of a task, in counts and means.
public struct SliceSummary: Sendable, Hashable {
  public struct Mean: Sendable, Hashable {
    public var metric: String
    public var baseline: Double?
    public var candidate: Double?
  }

  /// A field with more values than these tells items apart, not kinds of items, and is not summarised.
  public static let valueLimit = 100

  public var task: String
  public var filter: String
  public var field: String
  public var value: String
  public var items: Int
  public var flips: FlipCounts?
  public var means: [Mean]

  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { Comparison.number(value) }
    return [
      "task": .string(task), "filter": .string(filter), "field": .string(field), "value": .string(value), "items": .integer(items),
      "flips": flips.map(Comparison.flipsJSON) ?? .null, "rates": flips.map { Comparison.ratesJSON($0.rates) } ?? .null,
      "metrics": .object(
        of: means.map { ($0.metric, ["baseline_mean": number($0.baseline), "candidate_mean": number($0.candidate)]) }),
    ]
  }
}

extension TaskComparison {
  /// Each value of each slice field, by field in the order of its first mention, then by value.
  public var sliceSummaries: [SliceSummary] {
    sliceNames.flatMap { field -> [SliceSummary] in
      var groups: [String: [ItemPair]] = [:]
      for pair in pairs {
        let value = pair.baseline.slices.first { $0.name == field } ?? pair.candidate.slices.first { $0.name == field }
        if let value { groups[value.value, default: []].append(pair) }
      }
      if groups.count > SliceSummary.valueLimit { return [] }
      return groups.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { summary(of: $1, field: field, value: $0) }
    }
  }

  private func summary(of pairs: [ItemPair], field: String, value: String) -> SliceSummary {
    var counts: FlipCounts?
    if flips != nil {
      var counted = FlipCounts()
      for flip in pairs.compactMap(\.flip) { counted.count(flip) }
      counts = counted
    }
    let means = metrics.map { metric in
      let values = PairedValues(metric.name, higherIsBetter: metric.higherIsBetter, pairs: pairs)
      func mean(_ side: [Double]) -> Double? { side.isEmpty ? nil : side.reduce(0, +) / Double(side.count) }
      return SliceSummary.Mean(metric: metric.name, baseline: mean(values.baseline), candidate: mean(values.candidate))
    }
    return SliceSummary(task: task, filter: filter, field: field, value: value, items: pairs.count, flips: counts, means: means)
  }
}

// A task's comparison seen slice by slice: by language, by topic, by whatever its items carry.

internal import Records

extension TaskComparison {
  /// The names of the slices that any item carries, in the order of their first mention.
  public var sliceNames: [String] {
    var names: [String] = []
    for item in everyItem {
      for slice in (item.baseline ?? item.candidate)?.slices ?? [] where !names.contains(slice.name) { names.append(slice.name) }
    }
    return names
  }

  /// One comparison a value of the slice, sorted by value; items without the slice are in none. Unpaired items count in their slice.
  public func sliced(by name: String, settings: ComparisonSettings = ComparisonSettings()) -> [(value: String, comparison: TaskComparison)] {
    var items: [String: [PairedOutcomes]] = [:]
    for item in everyItem {
      let value = item.baseline?.slices.first { $0.name == name } ?? item.candidate?.slices.first { $0.name == name }
      if let value { items[value.value, default: []].append(item) }
    }
    let metrics = metrics.map { RecordHeader.Task.Metric(name: $0.name, higherIsBetter: $0.higherIsBetter) }
    return items.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { value, items in
      (
        value,
        TaskComparison(
          task: task, filter: filter, primaryMetric: primaryMetric, metrics: metrics, items: items, settings: settings)
      )
    }
  }

  /// Every item of the task, paired or not, paired ones first.
  private var everyItem: [PairedOutcomes] {
    pairs.map { PairedOutcomes(baseline: $0.baseline, candidate: $0.candidate) }
      + unpaired.map { PairedOutcomes(baseline: $0.baseline, candidate: $0.candidate) }
  }
}

extension Comparison {
  /// Every task's slices of that name; tasks without it are left out.
  public func sliced(
    by name: String, settings: ComparisonSettings = ComparisonSettings()
  ) -> [(task: String, value: String, comparison: TaskComparison)] {
    tasks.flatMap { task in task.sliced(by: name, settings: settings).map { (task.task, $0.value, $0.comparison) } }
  }
}

// A cached outcome in the words of the run that uses it.

public import Tasks

extension ItemOutcome {
  /// The outcome with the task's name and the item's index, slices and cluster as this run has them: they do not change what a model answers, so
  /// that the cache's key leaves them out.
  public func settled(on item: TaskItem, of task: String) -> ItemOutcome {
    var outcome = self
    outcome.task = task
    outcome.index = item.index
    outcome.slices = item.slices.map { Slice(name: $0.name, value: $0.value) }
    outcome.cluster = item.cluster
    return outcome
  }
}

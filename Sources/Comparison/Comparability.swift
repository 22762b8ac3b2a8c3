// What differs between two records in more than their weights, and which of it makes their comparison meaningless.

internal import Records

extension Comparison {
  /// Whether the two sides asked the same of their models: no difference invalidates the comparison.
  public var isComparable: Bool { !differences.contains { $0.isInvalidating } }

  /// The differences between two headers.
  ///
  /// Other tasks, data, few-shot examples, instructions, truncation or a metric's direction invalidate a comparison. Precision, engine, kernels, adapter, tokenizer
  /// and chat template are said but allowed: only outcomes are compared. A task that one side lacks is said too; what it means is the policy's to say.
  /// What one side's log does not say can't invalidate either.
  static func differences(_ baseline: RecordedRun, _ candidate: RecordedRun) -> [ComparabilityDifference] {
    var found = DifferenceList()
    let isTorn = !baseline.isComplete || !candidate.isComplete
    found.note("complete", "\(baseline.isComplete)", "\(candidate.isComplete)", isInvalidating: true, if: isTorn)
    let (old, new) = (baseline.header, candidate.header)
    for task in old.tasks {
      guard let other = new.tasks.first(where: { $0.name == task.name }) else {
        found.note("task_presence", task: task.name, "present", "absent", isInvalidating: false)
        continue
      }
      found.compare(task, other)
    }
    for task in new.tasks where !old.tasks.contains(where: { $0.name == task.name }) {
      found.note("task_presence", task: task.name, "absent", "present", isInvalidating: false)
    }
    found.note("truncation", old.truncation, new.truncation, isInvalidating: true)
    found.note("precision", old.engine.precision, new.engine.precision, isInvalidating: false)
    found.note(
      "engine", "\(old.engine.name) \(old.engine.version)", "\(new.engine.name) \(new.engine.version)", isInvalidating: false)
    found.note("matrix_library", old.engine.matrixLibrary, new.engine.matrixLibrary, isInvalidating: false)
    found.note("kernels", old.engine.kernels, new.engine.kernels, isInvalidating: false)
    found.note("adapter", old.model.adapterDigest ?? "none", new.model.adapterDigest ?? "none", isInvalidating: false)
    found.note("tokenizer", old.tokenizerDigest, new.tokenizerDigest, isInvalidating: false)
    found.note("chat_template", old.chatTemplateDigest ?? "none", new.chatTemplateDigest ?? "none", isInvalidating: false)
    found.note(
      "system_instruction", old.prompting.systemInstruction ?? "none", new.prompting.systemInstruction ?? "none", isInvalidating: true)
    found.note(
      "fewshot_as_multiturn", "\(old.prompting.examplesAsTurns)", "\(new.prompting.examplesAsTurns)", isInvalidating: true)
    return found.differences
  }
}

extension Comparison {
  /// The paired items of a task that were asked otherwise on the two sides, where the logs tell.
  static func otherPrompts(_ comparisons: [TaskComparison]) -> [ComparabilityDifference] {
    var asked = 0
    var other = 0
    for pair in comparisons.flatMap(\.pairs) {
      guard let isSame = pair.baseline.hasSamePrompt(as: pair.candidate) else { continue }
      asked += 1
      if !isSame { other += 1 }
    }
    guard let task = comparisons.first?.task, other > 0 else { return [] }
    let difference = ComparabilityDifference(
      aspect: "prompts", task: task, baseline: "\(asked) prompts", candidate: "\(other) of them with another text", isInvalidating: true)
    return [difference]
  }
}

private struct DifferenceList {
  var differences: [ComparabilityDifference] = []

  /// Notes two values where they differ, or where `condition` says that they matter.
  mutating func note(
    _ aspect: String, task: String? = nil, _ baseline: String, _ candidate: String, isInvalidating: Bool, if condition: Bool? = nil
  ) {
    guard condition ?? !baseline.utf8.elementsEqual(candidate.utf8) else { return }
    differences.append(
      ComparabilityDifference(aspect: aspect, task: task, baseline: baseline, candidate: candidate, isInvalidating: isInvalidating))
  }

  mutating func compare(_ old: RecordHeader.Task, _ new: RecordHeader.Task) {
    let isKnown = old.taskDigest != RecordHeader.unknown && new.taskDigest != RecordHeader.unknown
    note("task", task: old.name, old.taskDigest, new.taskDigest, isInvalidating: isKnown)
    note(
      "data", task: old.name, old.dataDigest, new.dataDigest,
      isInvalidating: old.dataDigest != RecordHeader.unknown && new.dataDigest != RecordHeader.unknown)
    note("num_fewshot", task: old.name, "\(old.fewshotCount)", "\(new.fewshotCount)", isInvalidating: isKnown)
    note("primary_metric", task: old.name, old.primaryMetric, new.primaryMetric, isInvalidating: true)
    note("metrics", task: old.name, Self.names(old.metrics), Self.names(new.metrics), isInvalidating: false)
    for metric in old.metrics {
      guard let other = new.metrics.first(where: { $0.name == metric.name }) else { continue }
      note(
        "metric_direction", task: old.name, "\(metric.name): \(Self.direction(metric))", "\(metric.name): \(Self.direction(other))",
        isInvalidating: true)
    }
  }

  private static func names(_ metrics: [RecordHeader.Task.Metric]) -> String { metrics.map(\.name).sorted().joined(separator: ", ") }
  private static func direction(_ metric: RecordHeader.Task.Metric) -> String {
    metric.higherIsBetter ? "higher is better" : "lower is better"
  }
}

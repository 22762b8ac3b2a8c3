// Whether two headers speak of the same run, and if not, the first field in which they differ.

/// A field in which two headers differ.
public struct HeaderDifference: Sendable, Hashable {
  /// What differs, in words.
  public var field: String
  public var first: String
  public var second: String
}

extension RecordHeader {
  /// The first difference that keeps outcomes of one from standing in the other's record, or nil.
  ///
  /// Weights, configuration, adapter, tokenizer, chat template, engine and tasks must be the same. The model's name, the time, the number of
  /// items and, unless `sameShard`, the shard may differ: they do not change any item's outcome.
  public func difference(from other: RecordHeader, sameShard: Bool) -> HeaderDifference? {
    func shown(_ shard: Shard?) -> String { shard.map { "\($0.index)/\($0.count)" } ?? "none" }
    var fields: [(String, String, String)] = [
      ("model weights", model.weightsDigest, other.model.weightsDigest),
      ("model configuration", model.configDigest, other.model.configDigest),
      ("adapter", model.adapterDigest ?? "none", other.model.adapterDigest ?? "none"),
      ("tokenizer", tokenizerDigest, other.tokenizerDigest),
      ("chat template", chatTemplateDigest ?? "none", other.chatTemplateDigest ?? "none"),
      ("system instruction", prompting.systemInstruction ?? "none", other.prompting.systemInstruction ?? "none"),
      ("few-shot examples as turns", "\(prompting.examplesAsTurns)", "\(other.prompting.examplesAsTurns)"),
      ("seed", seed.map { "\($0)" } ?? "none", other.seed.map { "\($0)" } ?? "none"),
      ("engine", "\(engine.name) \(engine.version)", "\(other.engine.name) \(other.engine.version)"),
      ("precision", engine.precision, other.engine.precision),
      ("matrix library", engine.matrixLibrary, other.engine.matrixLibrary),
      ("kernels", engine.kernels, other.engine.kernels),
      ("truncation", truncation, other.truncation),
      ("list of tasks", tasks.map(\.name).joined(separator: ", "), other.tasks.map(\.name).joined(separator: ", ")),
    ]
    for (task, partner) in zip(tasks, other.tasks) {
      fields += [
        ("definition of the task \(task.name)", task.taskDigest, partner.taskDigest),
        ("data of the task \(task.name)", task.dataDigest, partner.dataDigest),
        ("number of few-shot examples of the task \(task.name)", "\(task.fewshotCount)", "\(partner.fewshotCount)"),
        ("primary metric of the task \(task.name)", task.primaryMetric, partner.primaryMetric),
        ("list of metrics of the task \(task.name)", Self.listed(task.metrics), Self.listed(partner.metrics)),
      ]
    }
    if sameShard { fields.append(("shard", shown(shard), shown(other.shard))) }
    return fields.first { !$0.1.hasSameBytes(as: $0.2) }.map { HeaderDifference(field: $0.0, first: $0.1, second: $0.2) }
  }

  private static func listed(_ metrics: [Task.Metric]) -> String {
    metrics.map { "\($0.name) (\($0.higherIsBetter ? "higher" : "lower") is better)" }.joined(separator: ", ")
  }
}

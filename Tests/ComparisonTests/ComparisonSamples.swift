// Small records to compare.

import Records

enum ComparisonSamples {
  static func header(
    task: String = "quiz", metrics: [RecordHeader.Task.Metric] = [.init(name: "acc", higherIsBetter: true)], primary: String = "acc",
    items: Int = 0
  ) -> RecordHeader {
    let task = RecordHeader.Task(
      name: task, taskDigest: "sha256:task", dataDigest: "sha256:data", fewshotCount: 0, items: items, metrics: metrics,
      primaryMetric: primary)
    return RecordHeader(
      created: "2026-07-01T12:00:00Z",
      model: .init(
        name: "m", weightsDigest: "sha256:w", configDigest: "sha256:c", adapterDigest: nil, parameters: 1, architecture: "llama"),
      tokenizerDigest: "sha256:t", chatTemplateDigest: nil,
      engine: .init(name: "flipgate", version: "0.1.0", precision: "f32", matrixLibrary: "oneDNN 2.6.3", kernels: "avx2"), tasks: [task])
  }

  /// Outcomes from a text of answers, a character an item: the item's target is always `A`.
  static func record(_ answers: String, header: RecordHeader = header()) -> RunRecord {
    let outcomes = answers.enumerated().map { index, answer in
      var outcome = ItemOutcome(
        task: header.tasks[0].name, item: "sha256:\(index)", index: index, target: "A", prediction: String(answer),
        tokens: .init(prompt: 3, output: 0))
      outcome.isCorrect = answer == "A"
      outcome.scores = [.init(metric: "acc", value: answer == "A" ? 1 : 0)]
      return outcome
    }
    return RunRecord(header: header, outcomes: outcomes, isComplete: true)
  }

  /// Outcomes of a continuous metric, a value an item.
  static func record(_ values: [Double?], metric: RecordHeader.Task.Metric = .init(name: "rouge1", higherIsBetter: true)) -> RunRecord {
    let header = header(metrics: [metric], primary: metric.name)
    let outcomes = values.enumerated().map { index, value in
      var outcome = ItemOutcome(
        task: "quiz", item: "sha256:\(index)", index: index, target: "t", prediction: "p\(index)", tokens: .init(prompt: 3, output: 1))
      outcome.scores = [.init(metric: metric.name, value: value)]
      return outcome
    }
    return RunRecord(header: header, outcomes: outcomes, isComplete: true)
  }
}

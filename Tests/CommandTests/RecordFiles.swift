// Small records on disk for commands that need no model.

import Records

enum RecordFiles {
  /// Writes a record of a task `quiz`, a letter an item: the target is always A. Items come in clusters of `clusterSize` where that is above 1.
  @discardableResult
  static func write(
    _ answers: String, as name: String, model: String, in folder: TemporaryFolder, clusterSize: Int = 1, slices: [String] = []
  ) throws -> String {
    let header = RecordHeader(
      created: "2026-07-01T12:00:00Z",
      model: .init(
        name: model, weightsDigest: "sha256:\(model)", configDigest: "sha256:c", adapterDigest: nil, parameters: 1, architecture: "llama"),
      tokenizerDigest: "sha256:t", chatTemplateDigest: nil,
      engine: .init(name: "other", version: "1", precision: "f32", matrixLibrary: "none", kernels: "none"),
      tasks: [
        .init(
          name: "quiz", taskDigest: "sha256:task", dataDigest: "sha256:data", fewshotCount: 0, items: answers.count,
          metrics: [.init(name: "acc", higherIsBetter: true)], primaryMetric: "acc")
      ])
    let outcomes = answers.enumerated().map { index, answer in
      var outcome = ItemOutcome(
        task: "quiz", item: identity(index), index: index, target: "A", prediction: String(answer), tokens: .init(prompt: 3, output: 0))
      outcome.isCorrect = answer == "A"
      outcome.scores = [.init(metric: "acc", value: answer == "A" ? 1 : 0)]
      if clusterSize > 1 { outcome.cluster = "text \(index / clusterSize)" }
      if !slices.isEmpty { outcome.slices = [.init(name: "lang", value: slices[index % slices.count])] }
      return outcome
    }
    try RecordWriter.write(RunRecord(header: header, outcomes: outcomes, isComplete: true), to: folder.path(name))
    return folder.path(name)
  }

  /// `sha256:` and the number in 64 digits.
  static func identity(_ number: Int) -> String {
    let digits = "\(number)"
    return "sha256:" + String(repeating: "0", count: 64 - digits.count) + digits
  }
}

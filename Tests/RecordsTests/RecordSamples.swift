// Small records to read, write, merge and resume.

import Documents
import Foundation
import Records

enum RecordSamples {
  static func task(_ name: String = "hellaswag", items: Int = 3) -> RecordHeader.Task {
    RecordHeader.Task(
      name: name, taskDigest: "sha256:task-\(name)", dataDigest: "sha256:data-\(name)", fewshotCount: 0, items: items,
      metrics: [.init(name: "acc", higherIsBetter: true), .init(name: "acc_norm", higherIsBetter: true)], primaryMetric: "acc_norm")
  }

  static func header(
    tasks: [RecordHeader.Task] = [task()], weights: String = "sha256:weights", shard: RecordHeader.Shard? = nil
  ) -> RecordHeader {
    RecordHeader(
      created: "2026-07-01T12:00:00Z",
      model: .init(
        name: "tiny \"é\"", weightsDigest: weights, configDigest: "sha256:config", adapterDigest: nil, parameters: 1234,
        architecture: "llama"),
      tokenizerDigest: "sha256:tokenizer", chatTemplateDigest: "sha256:template",
      engine: .init(name: "flipgate", version: "0.1.0", precision: "f32", matrixLibrary: "oneDNN 2.6.3", kernels: "avx512_core"),
      tasks: tasks, shard: shard)
  }

  static func outcome(_ index: Int, task: String = "hellaswag", correct: Bool = true) -> ItemOutcome {
    var outcome = ItemOutcome(
      task: task, item: "sha256:\(task)-\(index)", index: index, target: "Paris \(index)", prediction: correct ? "Paris \(index)" : "Rome",
      tokens: .init(prompt: 61, output: 0))
    outcome.slices = [.init(name: "language", value: index % 2 == 0 ? "de" : "fr"), .init(name: "länge", value: "a\nb")]
    outcome.choices = [
      .init(text: "Paris \(index)", logprob: -1.25 - Double(index) / 3, tokens: 2, isGreedy: correct),
      .init(text: "Rome", logprob: -2.5, tokens: 1, isGreedy: false),
    ]
    outcome.isCorrect = correct
    outcome.scores = [.init(metric: "acc", value: correct ? 1 : 0), .init(metric: "acc_norm", value: correct ? 1 : 0)]
    return outcome
  }

  static func failed(_ index: Int) -> ItemOutcome {
    var outcome = ItemOutcome(
      task: "hellaswag", item: "sha256:hellaswag-\(index)", index: index, target: "t", prediction: "", tokens: .init(prompt: 0, output: 0))
    outcome.error = .init(kind: "context_overflow", message: "2049 tokens; 2048 fit")
    return outcome
  }

  /// One of everything that a line can hold.
  static func strange(_ index: Int) -> ItemOutcome {
    var outcome = ItemOutcome(
      task: "hellaswag", item: "sha256:hellaswag-\(index)#2", index: index, target: "", prediction: "\u{2028}\"\\",
      tokens: .init(prompt: 1, output: 7))
    outcome.cluster = "document 7"
    outcome.filter = "strict"
    outcome.output = "generated\ttext \u{0} 😀"
    outcome.scores = [.init(metric: "rouge1", value: 0.1), .init(metric: "broken", value: nil)]
    outcome.unscored = "no number in the answer"
    return outcome
  }

  static let usage = RunUsage(peakMemory: 123_456_789, seconds: 1.5, tokensComputed: 100, tokensRequested: 180, itemsFromCache: 2)
}

/// A folder of its own for one test, removed afterwards.
struct TemporaryFolder: ~Copyable {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "flipgate-\(UUID().uuidString)"
    try Files.makeDirectory(path)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }  // a folder left behind fails no test
}

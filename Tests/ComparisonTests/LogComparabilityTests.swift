// What makes two logs of another tool incomparable: other prompts, other definitions of a task, a run that did not end.

import Comparison
import Documents
import Foundation
import Records
import Testing

@Suite struct LogComparabilityTests {
  /// A harness log of two documents in a folder of its own.
  private func run(prompt: String = "p", version: String? = nil, scores: [String] = ["1.0", "0.0"], metric: String = "acc") throws -> RecordedRun {
    let folder = NSTemporaryDirectory() + "flipgate-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder left behind fails no test
    let lines = scores.enumerated().map { index, score in
      "{\"doc_id\":\(index),\"doc\":{\"n\":\(index)},\"resps\":[[\"a\"]],\"filtered_resps\":[\"a\"],\"prompt_hash\":\"\(prompt)\(index)\","
        + "\"metrics\":[\"\(metric)\"],\"\(metric)\":\(score)}\n"
    }
    try Files.write(lines.joined(), to: folder + "/samples_t_2026-01-02T03-04-05.6.jsonl")
    if let version {
      try Files.write(
        "{\"configs\":{\"t\":{\"task\":\"t\"}},\"versions\":{\"t\":\(version)}}", to: folder + "/results_2026-01-02T03-04-05.6.json")
    }
    return try RecordedRun(path: folder)
  }

  private func invalidating(_ old: RecordedRun, _ new: RecordedRun) throws -> [String] {
    try Comparison.compare(old, new, fetchesTexts: false).differences.filter(\.isInvalidating).map(\.aspect)
  }

  @Test func otherPromptsInvalidate() throws {
    #expect(try invalidating(run(), run()) == [])
    #expect(try invalidating(run(), run(prompt: "q")) == ["prompts"])
  }

  @Test func otherVersionsOfATaskInvalidate() throws {
    #expect(try invalidating(run(version: "1.0"), run(version: "1.0")) == [])
    #expect(try invalidating(run(version: "1.0"), run(version: "2.0")) == ["task"])
  }

  /// What one side's log does not say is told, and is no reason to refuse.
  @Test func whatIsUnknownIsTold() throws {
    let comparison = try Comparison.compare(run(version: "1.0"), run(), fetchesTexts: false)
    #expect(comparison.isComparable && comparison.differences.contains { $0.aspect == "task" })
  }

  @Test func aRunThatDidNotEndInvalidates() throws {
    var cut = try run()
    cut.isComplete = false
    #expect(try invalidating(run(), cut) == ["complete"])
  }

  /// A score of 1 under a metric that nobody knows is right only if no item has another score than 0 and 1, on either side.
  @Test func scoresOfAnUnknownMetricSayRightOnlyWhereAllDo() throws {
    let binary = try Comparison.compare(run(metric: "solved"), run(scores: ["0.0", "0.0"], metric: "solved"), fetchesTexts: false).tasks
    #expect(binary.map(\.flips?.negative) == [1])
    let graded = try Comparison.compare(run(metric: "solved"), run(scores: ["0.5", "0.0"], metric: "solved"), fetchesTexts: false).tasks
    #expect(graded.map(\.flips) == [nil] && graded.map(\.items.paired) == [2])
    #expect(graded.first?.metrics.map(\.regressed) == [1])
  }
}

// Additional: GSM8K's filters on the recorded solutions of two models, 1,319 each, where FLIPGATE_SHARED names the folder that holds them.

import Digests
import Documents
import Foundation
import Metrics
import OrderedCollections
import Testing

@testable import Tasks

private let shared = ProcessInfo.processInfo.environment["FLIPGATE_SHARED"]

private func lines(_ name: String) throws -> [JSONValue] {
  let path = "\(shared ?? "")/data/gsm8k/\(name)"
  return try Files.readText(path).split(separator: "\n").map { try JSONValue.parse(String($0), file: path) }
}

private let files = ["solutions_6b_finetuning.jsonl", "solutions_175b_finetuning.jsonl"]

/// The digests are those of the harness's own filters (fixtures/generate/task_filters.py).
@Test(.enabled(if: shared != nil), arguments: files)
func recordedSolutionsAreFilteredAsInTheHarness(_ file: String) throws {
  let expected = try #require(try Fixtures.json("gsm8k-filters.json")["digests"]?[file]?.object)
  let task = try TaskReader.read(try BuiltInTask.gsm8k.keys(), builtIn: .gsm8k)
  let solutions = try lines(file).map { $0["solution"]?.string ?? "" }
  #expect(solutions.count == 1319 && task.filters.map(\.name) == Array(expected.keys))
  for pipeline in task.filters {
    let outputs = try solutions.map { try pipeline.apply([$0], document: .null) ?? "" }
    #expect(SHA256Digest.of(outputs.joined(separator: "\n")) == "sha256:" + (expected[pipeline.name]?.string ?? ""))
  }
}

/// These models end with "A: 18". What the data set's authors call correct is the last such answer, commas aside: 286 and 458 of 1,319.
@Test(.enabled(if: shared != nil), arguments: zip(files, [286, 458]))
func correctnessOfRecordedSolutionsIsReproduced(_ file: String, _ correct: Int) throws {
  let pipeline = try FilterPipeline(
    name: "answer", steps: [("regex", [("regex_pattern", "A: (.*)"), ("group_select", -1)]), ("take_first", [])])
  let metric = try MetricCatalog.metric(
    named: "exact_match", options: [("regexes_to_ignore", [",", "(?s).*#### "])], patterns: PythonPatterns())
  var found = 0
  for (solution, question) in zip(try lines(file), try lines("test.jsonl")) {
    let answer = try pipeline.apply([solution["solution"]?.string ?? ""], document: question) ?? ""
    let score = try #require(metric.score(.text(answer, references: [question["answer"]?.string ?? ""])))
    #expect(score == (solution["is_correct"] == true ? 1 : 0), "\(solution["index"]?.integer ?? -1)")
    found += Int(score)
  }
  #expect(found == correct)
}

// `evaluate --rescore`: a record's answers by changed filters and metrics, and what it refuses.

import Documents
import Foundation
import Records
import Testing

@Suite(.serialized) struct RescoreTests {
  private func flipgate(_ folder: TemporaryFolder, _ task: String, to name: String, _ more: [String]) throws -> ProgramRun {
    try Program.run(["evaluate", "--tasks", task, "--output", folder.path(name), "--no-cache", "--no-progress"] + more)
  }

  private func lines(_ folder: TemporaryFolder, _ name: String) throws -> [Substring] {
    Array(try Files.readText(folder.path(name)).split(separator: "\n").dropFirst().dropLast())
  }

  @Test func saysWhatAFreshRunSays() throws {
    let folder = try TemporaryFolder()
    let model = ["--model", Program.fixture("models/candidate"), "--limit", "30"]
    let task = Program.fixture("evaluation/dialogue_summaries.yaml")
    let text = try Files.readText(task).replacingOccurrences(of: "../tasks/", with: Program.fixture("tasks/"))
    let changed = try folder.write(
      text.replacingOccurrences(of: "  - {metric: rouge2}\n", with: "  - {metric: token_f1}\n").replacingOccurrences(
        of: "metric_list:", with: "filter_list: [{name: low, filter: [{function: lowercase}, {function: take_first}]}]\nmetric_list:"),
      to: "changed.yaml")
    #expect(try flipgate(folder, task, to: "old.jsonl", model).status == 0)
    let fresh = try flipgate(folder, changed, to: "fresh.jsonl", model)
    let again = try flipgate(folder, changed, to: "again.jsonl", ["--rescore", folder.path("old.jsonl")])
    #expect(fresh.status == 0 && again.status == 0, "\(fresh.errors)\(again.errors)")
    #expect(try lines(folder, "again.jsonl") == lines(folder, "fresh.jsonl"))
    #expect(try lines(folder, "again.jsonl") != lines(folder, "old.jsonl"))
    // The numbers of the whole are those of the fresh run as well.
    #expect(again.output.split(separator: "\n").first == fresh.output.split(separator: "\n").first)
    // In place of the old record, too.
    #expect(try flipgate(folder, changed, to: "old.jsonl", ["--rescore", folder.path("old.jsonl")]).status == 0)
    #expect(try lines(folder, "old.jsonl") == lines(folder, "fresh.jsonl"))
  }

  @Test func refusals() throws {
    let folder = try TemporaryFolder()
    let sums = Program.fixture("evaluation/sums_written.yaml")
    #expect(try flipgate(folder, sums, to: "old.jsonl", ["--model", Program.fixture("models/baseline"), "--limit", "5"]).status == 0)
    let rescore = ["--rescore", folder.path("old.jsonl")]
    let other = try flipgate(folder, Program.fixture("evaluation/memoirs.yaml"), to: "new.jsonl", rescore)
    #expect(other.status == 2 && other.errors.contains("memoirs"), "\(other.errors)")
    for more in [["--limit", "3"], ["--resume"], ["--shard", "1/2"], ["--adapter", "x"], ["--model", "x"]] {
      let run = try flipgate(folder, sums, to: "new.jsonl", rescore + more)
      #expect(run.status == 2 && run.errors.contains("--rescore"), "\(more): \(run.errors)")
    }
    try Files.write(
      try Files.readText(folder.path("old.jsonl")).components(separatedBy: "\n").dropLast(2).joined(separator: "\n") + "\n",
      to: folder.path("torn.jsonl"))
    let torn = try flipgate(folder, sums, to: "new.jsonl", ["--rescore", folder.path("torn.jsonl")])
    #expect(torn.status != 0 && torn.errors.contains("torn.jsonl"), "\(torn.errors)")
    #expect(!Files.exists(folder.path("new.jsonl")))
  }
}

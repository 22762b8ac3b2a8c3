// Evaluation as a user runs it: shards, interruption, limits of the disk, items that can't be asked.

import Documents
import Foundation
import Records
import Testing

@Suite(.serialized) struct EvaluateTests {
  private func evaluate(
    _ folder: TemporaryFolder, to name: String, task: String = Program.fixture("tasks/stories.yaml"), _ more: [String] = [],
    shell: String? = nil
  ) throws -> ProgramRun {
    try Program.run(
      [
        "evaluate", "--model", Program.fixture("models/baseline"), "--tasks", task, "--output", folder.path(name), "--no-cache",
        "--no-progress",
      ] + more, shell: shell)
  }

  /// A multiple-choice task of `count` items made here.
  private func task(_ documents: [String], in folder: TemporaryFolder) throws -> String {
    try folder.write(documents.map { $0 + "\n" }.joined(), to: "made.jsonl")
    return try folder.write(
      """
      task: made
      dataset_path: json
      dataset_kwargs: {data_files: {test: made.jsonl}}
      test_split: test
      output_type: multiple_choice
      doc_to_text: "{{context}}"
      doc_to_choice: choices
      doc_to_target: label
      metric_list: [{metric: acc}]
      """, to: "made.yaml")
  }

  private func documents(_ count: Int) -> [String] {
    (0..<count).map { #"{"context": "The box number \#($0) has a red cup. The cup is", "choices": ["red.", "blue.", "green."], "label": 0}"# }
  }

  @Test func shardsMergeToTheWhole() throws {
    let folder = try TemporaryFolder()
    #expect(try evaluate(folder, to: "whole.jsonl").status == 0)
    for index in 1...3 { #expect(try evaluate(folder, to: "\(index).jsonl", ["--shard", "\(index)/3", "--threads", "1"]).status == 0) }
    let parts = (1...3).map { folder.path("\($0).jsonl") }
    let merge = try Program.run(["merge"] + parts + ["--output", folder.path("merged.jsonl")])
    #expect(merge.status == 0, "\(merge.errors)")
    #expect(try RecordReader.read(folder.path("merged.jsonl")).outcomes == RecordReader.read(folder.path("whole.jsonl")).outcomes)
    let incomplete = try Program.run(["merge"] + parts.dropLast() + ["--output", folder.path("no.jsonl")])
    #expect(incomplete.status == 3 || incomplete.status == 2)
    #expect(!Files.exists(folder.path("no.jsonl")))
  }

  @Test func precisionLibraryAndThreadsAreTaken() throws {
    let folder = try TemporaryFolder()
    #expect(try evaluate(folder, to: "a.jsonl", ["--matrix-library", "openblas", "--threads", "1"]).status == 0)
    #expect(try evaluate(folder, to: "b.jsonl", ["--matrix-library", "openblas", "--threads", "3"]).status == 0)
    #expect(try RecordReader.read(folder.path("a.jsonl")).outcomes == RecordReader.read(folder.path("b.jsonl")).outcomes)
    #expect(try evaluate(folder, to: "c.jsonl", ["--precision", "bf16"]).status == 0)
    let record = try RecordReader.read(folder.path("c.jsonl"))
    #expect(record.header.engine.precision == "bf16")
    #expect(try evaluate(folder, to: "d.jsonl", ["--precision", "int8"]).status == 2)
    #expect(try evaluate(folder, to: "d.jsonl", ["--matrix-library", "mkl"]).status == 2)
  }

  /// Ctrl-C: status 4, what was computed is kept, and --resume ends in the record that an undisturbed run writes.
  @Test func anInterruptedRunGoesOn() throws {
    let folder = try TemporaryFolder()
    let task = try task(documents(4000), in: folder)
    let child = try Program.start(
      [
        "evaluate", "--model", Program.fixture("models/baseline"), "--tasks", task, "--output", folder.path("a.jsonl"), "--no-cache",
        "--no-progress", "--threads", "1",
      ], streams: folder)
    let deadline = Date().addingTimeInterval(120)
    while (Files.size(folder.path("a.jsonl.part")) ?? 0) < 20_000, child.isRunning, Date() < deadline { usleep(2000) }
    child.interrupt()
    child.waitUntilExit()
    #expect(child.terminationReason == .exit && child.terminationStatus == 4)
    #expect(!Files.exists(folder.path("a.jsonl")) && Files.exists(folder.path("a.jsonl.part")))
    let kept = try RecordReader.read(folder.path("a.jsonl.part"), allowIncomplete: true).outcomes
    #expect(!kept.isEmpty && kept.count < 4000)
    #expect(throws: (any Error).self) { try RecordReader.read(folder.path("a.jsonl.part")) }

    let resumed = try evaluate(folder, to: "a.jsonl", task: task, ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(!Files.exists(folder.path("a.jsonl.part")))
    #expect(try evaluate(folder, to: "b.jsonl", task: task).status == 0)
    let record = try RecordReader.read(folder.path("a.jsonl"))
    #expect(record.usage?.itemsFromCache == kept.count)
    #expect(try record.outcomes == RecordReader.read(folder.path("b.jsonl")).outcomes)
  }

  /// A full disk, played by a limit on file sizes: status 4, and what was written is kept.
  @Test func aFullDiskLosesNothing() throws {
    let folder = try TemporaryFolder()
    let full = try evaluate(folder, to: "a.jsonl", shell: "ulimit -f 40;")  // 40 KiB
    #expect(full.status == 4, "\(full.errors)")
    #expect(full.errors.contains("a.jsonl"), "\(full.errors)")
    let resumed = try evaluate(folder, to: "a.jsonl", ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let record = try RecordReader.read(folder.path("a.jsonl"))
    #expect((record.usage?.itemsFromCache ?? 0) > 0)
    #expect(try evaluate(folder, to: "b.jsonl").status == 0)
    #expect(try record.outcomes == RecordReader.read(folder.path("b.jsonl")).outcomes)
  }

  @Test func anEmptyTaskAndASingleChoiceAreErrors() throws {
    let folder = try TemporaryFolder()
    let empty = try evaluate(folder, to: "a.jsonl", task: try task([], in: folder))
    #expect(empty.status == 2 && empty.errors.contains("made"), "\(empty.errors)")
    let single = try evaluate(
      folder, to: "a.jsonl", task: try task(documents(2) + [#"{"context": "x", "choices": ["y"], "label": 0}"#], in: folder))
    #expect(single.status == 2 && single.errors.contains("made.jsonl:3"), "\(single.errors)")
    #expect(!Files.exists(folder.path("a.jsonl")))
  }

  /// An item longer than the context window is an error of its own, unless truncation is asked for.
  @Test func anOverlongItemIsAnErrorOnThatItem() throws {
    let folder = try TemporaryFolder()
    let story = String(repeating: "Zoe put the rope next to the window. ", count: 400)
    let long = #"{"context": "\#(story)The rope is", "choices": ["red.", "blue."], "label": 0}"#
    let task = try task(documents(3) + [long], in: folder)
    #expect(try evaluate(folder, to: "a.jsonl", task: task).status == 0)
    let record = try RecordReader.read(folder.path("a.jsonl"))
    #expect(record.outcomes.map { $0.error?.kind } == [nil, nil, nil, "context_overflow"])
    #expect(record.outcomes.last?.isCorrect == nil, "an error is no wrong answer")
    #expect(try evaluate(folder, to: "b.jsonl", task: task, ["--truncation", "left"]).status == 0)
    #expect(try RecordReader.read(folder.path("b.jsonl")).outcomes.allSatisfy { $0.error == nil })
  }
}

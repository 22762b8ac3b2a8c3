// `flipgate adapt` and `run --remediate` as a user runs them, on the checkpoints that the repository carries.

import Documents
import Foundation
import Policies
import Records
import Testing

@Suite(.serialized) struct AdaptTests {
  private static let models = ["--old", Program.fixture("models/baseline"), "--new", Program.fixture("models/candidate")]

  private func adapt(_ folder: TemporaryFolder, train: String = Program.fixture("tasks/train.jsonl"), _ more: [String]) throws -> ProgramRun {
    try Program.run(
      ["adapt"] + Self.models + ["--train", train, "--output", folder.path("adapter"), "--no-progress", "--threads", "1", "--rank", "4"] + more)
  }

  @Test func anAdapterForTheNextGate() throws {
    let folder = try TemporaryFolder()
    let run = try adapt(folder, ["--max-steps", "8", "--mask", "always-old"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("8 steps in") && run.output.contains("wrote \(folder.path("adapter"))"))
    #expect(try Files.list(folder.path("adapter")) == ["README.md", "adapter_config.json", "adapter_model.safetensors", "training.jsonl"])
    let gate = try Program.run(
      [
        "run", "--policy", Program.fixture("quickstart.yaml"), "--baseline", Program.fixture("models/baseline"), "--candidate",
        Program.fixture("models/candidate"), "--candidate-adapter", folder.path("adapter"), "--report-dir", folder.path("report"), "--no-cache",
        "--no-progress", "--limit", "100",
      ])
    #expect(gate.status == 0 || gate.status == 1, "\(gate.output)\(gate.errors)")
    let result = try GateResult.read(folder.path("report/result.json"))
    #expect(result.candidate.model.name == "candidate+adapter")
  }

  static let refused: [([String], String)] = [
    (["--objective", "cross-entropy"], "follows no old model"),
    (["--mask", "sometimes"], "sometimes"),
    (["--lambda", "1.5"], "the objective's lambda is 1.5; expected a number from 0 to 1"),
    (["--weighting", "old"], "old-likelier"),
    (["--weighting", "flips", "--rest-weight", "0"], "the objective's weight of the rest is 0.0; expected a number above 0, at most 1000"),
    (["--rank", "0"], "rank"),
    (["--learning-rate", "2"], "the training setting \"learning rate\" is 2.0; expected a number above 0, at most 1"),
    (["--targets", "no_such_module"], "no_such_module"),
    (["--sweep", "depth=1,2"], "the training setting \"sweep\" is depth=1,2; expected NAME=VALUE,VALUE"),
  ]

  @Test(arguments: refused) func wrongRequestsSayWhy(_ arguments: [String], _ words: String) throws {
    let folder = try TemporaryFolder()
    let run = try adapt(folder, arguments + ["--max-steps", "1"])
    #expect(run.status == 2 && run.errors.replacingOccurrences(of: "\\\"", with: "\"").contains(words), "\(run.status) \(run.errors)")
    #expect(!Files.exists(folder.path("adapter")))
  }

  @Test func wrongDataSaysWhere() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a\" \"b\"}\n", to: "train.jsonl")
    let run = try adapt(folder, train: path, [])
    #expect(run.status == 2 && run.errors.contains("\(path):2:16: "), "\(run.errors)")
    let empty = try adapt(folder, train: try folder.write("", to: "empty.jsonl"), [])
    #expect(empty.status == 2 && empty.errors.contains("there is nothing to train on"), "\(empty.errors)")
  }

  @Test func theGatesItemsAreNeverTrainedOn() throws {
    let folder = try TemporaryFolder()
    let lines = try Files.readText(Program.fixture("tasks/stories.jsonl")).split(separator: "\n").prefix(20).map { line in
      let json = try JSONValue.parse(String(line))
      let example: JSONValue = ["prompt": json["context"] ?? .null, "completion": " red."]
      return example.serialized() + "\n"
    }
    let path = try folder.write(lines.joined(), to: "train.jsonl")
    let gate = ["--gate-items", Program.fixture("tasks/stories.yaml"), "--max-steps", "1"]
    let run = try adapt(folder, train: path, gate)
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.errors.contains("20 of 20 training examples hold items of the gate"))
    #expect(run.errors.contains("\(path):1 is the same as item 0 of stories (stories-000)"))
    let dropped = try adapt(folder, train: path, gate + ["--drop-overlap"])
    #expect(dropped.status == 2 && dropped.errors.contains("every example holds an item of the gate"), "\(dropped.errors)")
  }

  /// A record of 20 items beside its task: those 20 are the gate's, the others may be trained on; alone it has no questions.
  @Test func aRecordSaysWhichItemsWereAsked() throws {
    let folder = try TemporaryFolder()
    let (record, tasks) = (folder.path("asked.jsonl"), Program.fixture("tasks/stories.yaml"))
    let evaluated = try Program.run([
      "evaluate", "--model", Program.fixture("models/baseline"), "--tasks", tasks, "--output", record, "--limit", "20", "--no-progress", "--no-cache",
    ])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    func training(_ range: Range<Int>) throws -> String {
      let lines = try Files.readText(Program.fixture("tasks/stories.jsonl")).split(separator: "\n")[range].map { line in
        let example: JSONValue = ["prompt": try JSONValue.parse(String(line))["context"] ?? .null, "completion": " red."]
        return example.serialized() + "\n"
      }
      return try folder.write(lines.joined(), to: "train-\(range.lowerBound).jsonl")
    }
    let overlapping = try adapt(folder, train: try training(10..<40), ["--gate-items", record, tasks, "--max-steps", "1"])
    #expect(overlapping.status == 2 && overlapping.errors.contains("10 of 30 training examples hold items of the gate"), "\(overlapping.errors)")
    let alone = try adapt(folder, train: try training(20..<40), ["--gate-items", record, "--max-steps", "1"])
    #expect(alone.status == 2 && alone.errors.contains("name the task's file beside the record"), "\(alone.errors)")
    let other = try folder.write(try Files.readText(record).replacing("stories-003", with: "stories-x"), to: "other.jsonl")
    let stranger = try adapt(folder, train: try training(20..<40), ["--gate-items", other, tasks, "--max-steps", "1"])
    #expect(stranger.status == 2 && stranger.errors.contains("1 item of the record is not among those of the task"), "\(stranger.errors)")
    let free = try adapt(folder, train: try training(20..<40), ["--gate-items", record, tasks, "--max-steps", "1"])
    #expect(free.status == 0, "\(free.errors)")
    #expect(try Files.readText(folder.path("adapter/README.md")).contains("one of the 20 items of the gate"))
  }

  /// Ctrl-C leaves a state, and nothing under the adapter's name; the run goes on from there.
  @Test func anInterruptedRunGoesOn() throws {
    let folder = try TemporaryFolder()
    let more = ["--epochs", "40", "--batch-tokens", "128"]
    let arguments =
      ["adapt"] + Self.models + ["--train", Program.fixture("tasks/train.jsonl"), "--output", folder.path("adapter"), "--no-progress", "--rank", "2"]
      + more
    #expect(try Program.interrupted(arguments, onceLarge: folder.path("adapter.training/training.jsonl"), streams: folder) == 4)
    #expect(try Files.readText(folder.path("errors")).contains("go on with --resume"))
    #expect(!Files.exists(folder.path("adapter")) && Files.exists(folder.path("adapter.training/state.safetensors")))
    let again = try Program.run(arguments)
    #expect(again.status == 2 && again.errors.contains("--resume"), "\(again.errors)")
    let resumed = try Program.run(arguments + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(Files.exists(folder.path("adapter/adapter_model.safetensors")) && !Files.exists(folder.path("adapter.training")))
  }

  /// A state that the disk has no room for ends the run with the system's words, and leaves no adapter.
  @Test func aFullDisk() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["adapt"] + Self.models + [
        "--train", Program.fixture("tasks/train.jsonl"), "--output", folder.path("adapter"), "--no-progress", "--max-steps", "2", "--rank", "64",
      ], shell: "ulimit -f 64;")
    #expect(run.status == 4, "\(run.status) \(run.errors)")
    #expect(!Files.exists(folder.path("adapter")))
  }

  private func policy(_ folder: TemporaryFolder, decides: Bool, when: String = "failed") throws -> String {
    try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: repair}
      tasks: [\(Program.fixture("tasks/stories.yaml"))]
      budgets:
        - {id: flips, task: stories, metric: negative_flips, allowed_ratio: 0.1%}
      remedy:
        {kind: compatibility_adapter, recipe: muscle, train: \(Program.fixture("tasks/train.jsonl")), rank: 4, when: \(when), max_steps: 6,
         drop_overlap: true, mask: always-old, decides: \(decides)}
      """, to: "policy-\(decides)-\(when).yaml")
  }

  @Test(arguments: [false, true]) func theLoop(decides: Bool) throws {
    let folder = try TemporaryFolder()
    let sides = ["--baseline", Program.fixture("models/baseline"), "--candidate", Program.fixture("models/candidate")]
    let run = try Program.run(
      ["run", "--policy", try policy(folder, decides: decides)] + sides
        + ["--report-dir", folder.path("report"), "--cache-dir", folder.path("cache"), "--no-progress"])
    #expect(run.status == 0 || run.status == 1, "\(run.status) \(run.output) \(run.errors)")
    let result = try GateResult.read(folder.path("report/result.json"))
    let remedy = try #require(result.remedy)
    let repair = try #require(remedy.repair)
    #expect(remedy.decides == decides && repair.adapter.path == folder.path("report/adapter") && repair.adapter.rank == 4)
    #expect(remedy.before.verdict == .failed && repair.training.steps == 6 && !repair.training.curve.isEmpty)
    #expect(result.verdict == (decides ? repair.after.verdict : .failed))
    #expect(result.tasks == (decides ? repair.after.tasks : remedy.before.tasks))
    #expect(remedy.before.tasks.first?.paired == repair.after.tasks.first?.paired)
    let record = try RecordReader.read(folder.path("report/repaired.jsonl"))
    #expect(record.header.model.adapterDigest == repair.adapter.digest)
    // The same again: an earlier run's adapter is in the way of nobody.
    let second = try Program.run(
      ["run", "--policy", try policy(folder, decides: decides)] + sides
        + ["--report-dir", folder.path("report"), "--cache-dir", folder.path("cache"), "--no-progress"])
    #expect(second.status == run.status)
    #expect(try GateResult.read(folder.path("report/result.json")).remedy?.repair?.adapter.digest == repair.adapter.digest)
  }

  /// A sweep of the command goes before the policy's; the result holds every recipe, the reports show them, the adapter is the one that was taken.
  @Test func theLoopWithASweep() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "run", "--policy", try policy(folder, decides: false), "--baseline", Program.fixture("models/baseline"), "--candidate",
      Program.fixture("models/candidate"), "--report-dir", folder.path("report"), "--cache-dir", folder.path("cache"), "--no-progress", "--report",
      "html",
    ]
    let lonely = try Program.run(arguments + ["--sweep", "rank=2,4"])
    #expect(lonely.status == 2 && lonely.errors.contains("--sweep is one of --remediate"), "\(lonely.errors)")
    for _ in 0..<2 {  // the second time where the first one's adapters lie
      let run = try Program.run(arguments + ["--remediate", "--sweep", "mask=student-wrong,always-old", "--sweep", "rank=2,3"])
      #expect(run.status == 1, "\(run.status) \(run.output) \(run.errors)")
      let repair = try #require(try GateResult.read(folder.path("report/result.json")).remedy?.repair)
      let sweep = try #require(repair.sweep)
      #expect(
        sweep.entries.map(\.recipe) == [
          "mask=student-wrong rank=2", "mask=student-wrong rank=3", "mask=always-old rank=2", "mask=always-old rank=3",
        ])
      #expect(sweep.entries[sweep.chosen].digest == repair.adapter.digest && sweep.tokens > 0)
      let saved = try JSONValue.parse(Files.readText(folder.path("report/adapter/sweep.json")))
      #expect(saved["chosen"]?.integer == sweep.chosen)
      #expect(
        saved["recipes"]?.array?.map { $0["flips"]?["negative_after"]?.integer } == sweep.entries.map { Optional($0.figures.negativeFlips) })
      #expect(run.output.contains("4 recipes were tried") && run.output.contains("negative flips, ") && run.output.contains(" predicted, taken"))
      #expect(try Files.readText(folder.path("report/summary.md")).contains("| `mask=always-old rank=3` |"))
      #expect(
        try Files.list(folder.path("report")).filter { $0.hasSuffix(".html") }.allSatisfy {
          try Files.readText(folder.path("report/\($0)")).contains("Recipes that were tried")
        })
    }
  }

  @Test func remediesAreForModels() throws {
    let folder = try TemporaryFolder()
    let record = folder.path("baseline.jsonl")
    let evaluated = try Program.run(
      [
        "evaluate", "--model", Program.fixture("models/baseline"), "--tasks", Program.fixture("tasks/stories.yaml"), "--output", record,
        "--no-progress",
        "--no-cache",
      ])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let arguments =
      [
        "run", "--policy", try policy(folder, decides: false), "--baseline", record, "--candidate", Program.fixture("models/candidate"),
        "--report-dir",
        folder.path("report"), "--no-cache", "--no-progress",
      ]
    let warned = try Program.run(arguments)
    #expect(warned.status == 1 && warned.errors.contains("no remedy was tried"), "\(warned.errors)")
    let forced = try Program.run(arguments + ["--remediate"])
    #expect(
      forced.status == 2 && forced.errors.contains("this is a run record, and --remediate trains an adapter on checkpoints"), "\(forced.errors)")
  }

  @Test func remediateNeedsData() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      [
        "run", "--policy", Program.fixture("quickstart.yaml"), "--baseline", Program.fixture("models/baseline"), "--candidate",
        Program.fixture("models/candidate"), "--report-dir", folder.path("report"), "--no-cache", "--no-progress", "--limit", "20", "--remediate",
      ])
    #expect(run.status == 2 && run.errors.contains("--remediate needs training data"), "\(run.errors)")
  }
}

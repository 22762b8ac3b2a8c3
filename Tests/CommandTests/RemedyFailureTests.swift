// A remedy that fails: the verdict on the candidate as it came is kept, in every report, with the reason beside it.

import Documents
import Foundation
import Policies
import Testing

@Suite(.serialized) struct RemedyFailureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func policy(
    train: String, allowed: String = "0.1%", when: String = "failed", decides: Bool = false, rank: Int = 4, more: String = "max_steps: 4"
  ) throws -> String {
    try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: repair}
      tasks: [\(Program.fixture("tasks/stories.yaml"))]
      budgets:
        - {id: flips, task: stories, metric: negative_flips, allowed_ratio: \(allowed)}
      remedy:
        {kind: compatibility_adapter, recipe: muscle, train: \(train), rank: \(rank), when: \(when), mask: always-old, decides: \(decides), \(more)}
      """, to: "policy.yaml")
  }

  private func arguments(_ policy: String, _ more: [String] = []) -> [String] {
    [
      "run", "--policy", policy, "--baseline", Program.fixture("models/baseline"), "--candidate", Program.fixture("models/candidate"),
      "--report-dir", folder.path("report"), "--cache-dir", folder.path("cache"), "--no-progress",
    ] + more
  }

  /// Questions of the gate as training data.
  private func overlap() throws -> String {
    let lines = try Files.readText(Program.fixture("tasks/stories.jsonl")).split(separator: "\n").prefix(20).map { line in
      let json = try JSONValue.parse(String(line))
      let example: JSONValue = ["prompt": json["context"] ?? .null, "completion": " red."]
      return example.serialized() + "\n"
    }
    return try folder.write(lines.joined(), to: "overlap.jsonl")
  }

  @Test(arguments: [false, true]) func overlapKeepsTheVerdict(decides: Bool) throws {
    let run = try Program.run(arguments(try policy(train: try overlap(), decides: decides), ["--report", "html"]))
    // A candidate that failed stays failed, whoever decides.
    #expect(run.status == 1, "\(run.status) \(run.errors)")
    let result = try GateResult.read(folder.path("report/result.json"))
    let remedy = try #require(result.remedy)
    #expect(result.verdict == .failed && remedy.repair == nil && remedy.decides == decides && !result.items.isEmpty)
    guard case .failed(let reason) = remedy.outcome else { return }
    #expect(reason.hasPrefix("20 of 20 training examples hold items of the gate") && reason.contains("is the same as item 0 of stories"))
    #expect(run.output.contains("It failed: 20 of 20 training examples"), "\(run.output)")
    #expect(try Files.readText(folder.path("report/summary.md")).contains("It failed, and there is no repaired candidate"))
    #expect(
      try Files.list(folder.path("report")).filter { $0.hasSuffix(".html") }.allSatisfy {
        try Files.readText(folder.path("report/\($0)")).contains("20 of 20 training examples hold items of the gate")
      })
    #expect(try Files.readText(folder.path("report/junit.xml")).contains("the remedy failed"))
    for name in ["baseline.jsonl", "candidate.jsonl"] { #expect(Files.exists(folder.path("report/\(name)"))) }
    #expect(!Files.exists(folder.path("report/adapter")) && !Files.exists(folder.path("report/repaired.jsonl")))
  }

  @Test func badDataKeepsTheVerdict() throws {
    let train = try folder.write("{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a\" \"b\"}\n", to: "train.jsonl")
    let run = try Program.run(arguments(try policy(train: train)))
    #expect(run.status == 1 && run.output.contains("It failed: \(train):2:16: "), "\(run.output)\(run.errors)")
    let missing = try Program.run(arguments(try policy(train: "nowhere.jsonl")))
    #expect(missing.status == 1 && missing.output.contains("nowhere.jsonl: there is no such file"), "\(missing.output)\(missing.errors)")
  }

  /// The state of training is the one file that is larger than what the disk has room for.
  @Test func aFullDiskKeepsTheVerdict() throws {
    let policy = try policy(train: Program.fixture("tasks/train.jsonl"), rank: 256, more: "max_steps: 1, drop_overlap: true")
    let run = try Program.run(arguments(policy), shell: "ulimit -f 1536;")  // 1.5 MiB
    #expect(run.status == 1, "\(run.status) \(run.output) \(run.errors)")
    let result = try GateResult.read(folder.path("report/result.json"))
    #expect(result.verdict == .failed)
    guard case .failed(let reason)? = result.remedy?.outcome else {
      Issue.record("\(String(describing: result.remedy?.outcome))")
      return
    }
    #expect(reason.contains("can't be written"), "\(reason)")
    #expect(!Files.exists(folder.path("report/adapter")))
  }

  /// A verdict that is to be the repaired candidate's can't be a pass without one; one that is not, can.
  @Test(arguments: [(true, Int32(3), Verdict.undecided), (false, 0, .warned)])
  func whatWouldHavePassed(decides: Bool, status: Int32, verdict: Verdict) throws {
    let run = try Program.run(arguments(try policy(train: try overlap(), allowed: "90%", when: "always", decides: decides)))
    #expect(run.status == status, "\(run.status) \(run.output) \(run.errors)")
    let result = try GateResult.read(folder.path("report/result.json"))
    #expect(result.verdict == verdict && result.remedy?.before.verdict == .passed)
  }

  /// What is known before anything is asked ends the run there.
  @Test func knownFaultsAreToldAtOnce() throws {
    let forced = try Program.run(arguments(try policy(train: "nowhere.jsonl"), ["--remediate"]))
    #expect(forced.status == 2 && forced.errors.contains("nowhere.jsonl: there is no such file"), "\(forced.errors)")
    let sweep = try Program.run(arguments(try policy(train: "nowhere.jsonl", more: "sweep: [\"depth=1,2\"]")))
    #expect(sweep.status == 2 && sweep.errors.contains("\"sweep\" is depth=1,2; expected NAME=VALUE,VALUE"), "\(sweep.errors)")
    #expect(!Files.exists(folder.path("report/baseline.jsonl")) && !Files.exists(folder.path("report/result.json")))
  }

  /// Ctrl-C while the remedy is trained ends the run as it does anywhere else; nothing is taken for a result, and the work is kept.
  @Test func anInterruptStaysOne() throws {
    let policy = try policy(train: Program.fixture("tasks/train.jsonl"), more: "epochs: 40, drop_overlap: true")
    let streams = try TemporaryFolder()
    let log = folder.path("report/adapter.training/training.jsonl")
    #expect(try Program.interrupted(arguments(policy), onceLarge: log, streams: streams) == 4)
    #expect(try Files.readText(streams.path("errors")).contains("go on with --resume"))
    #expect(!Files.exists(folder.path("report/result.json")) && Files.exists(folder.path("report/adapter.training/state.safetensors")))
    let again = try Program.run(arguments(policy))
    #expect(again.status == 2 && again.errors.contains("--resume"), "\(again.errors)")
    let resumed = try Program.run(arguments(policy, ["--resume"]))
    #expect(resumed.status == 1, "\(resumed.errors)")
    #expect(try GateResult.read(folder.path("report/result.json")).remedy?.repair != nil)
  }
}

// The whole gate as a user runs it, on the checkpoints that the repository carries.

import Documents
import Foundation
import Policies
import Records
import Testing

@Suite(.serialized) struct GateTests {
  private static let sides = [
    "--baseline", Program.fixture("models/baseline"), "--candidate", Program.fixture("models/candidate"),
  ]

  private func gate(_ folder: TemporaryFolder, policy: String? = nil, reports: String = "report", _ more: [String] = []) throws -> ProgramRun {
    try Program.run(
      ["run", "--policy", policy ?? Program.fixture("quickstart.yaml")] + Self.sides
        + ["--cache-dir", folder.path("cache"), "--report-dir", folder.path(reports), "--no-progress"] + more)
  }

  private func policy(_ budgets: String, in folder: TemporaryFolder, tasks: String? = nil) throws -> String {
    try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: test}
      tasks: [\(tasks ?? Program.fixture("tasks/stories.yaml"))]
      budgets:
      \(budgets)
      """, to: "policy-\(budgets.hashValue).yaml")
  }

  @Test func theQuickStartFailsWithEvidence() throws {
    let folder = try TemporaryFolder()
    let run = try gate(folder)
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("stories-flips"))
    let result = try GateResult.read(folder.path("report/result.json"))
    #expect(result.verdict == .failed)
    for side in ["baseline", "candidate"] {
      let record = try RecordReader.read(folder.path("report/\(side).jsonl"))
      #expect(record.isComplete && (record.usage?.peakMemory ?? 0) > 1 << 20)
    }
    let xml = try Files.readText(folder.path("report/junit.xml"))
    #expect(xml.contains("<failure") && xml.contains("stories-flips"))
  }

  /// The second run finds every outcome in the cache, computes nothing and says the same.
  @Test func aSecondRunComputesNothing() throws {
    let folder = try TemporaryFolder()
    let first = try gate(folder)
    let second = try gate(folder, reports: "again")
    #expect(first.status == second.status && first.output == second.output)
    let record = try RecordReader.read(folder.path("again/baseline.jsonl"))
    #expect(record.usage?.tokensComputed == 0)
    #expect(record.usage?.itemsFromCache == record.outcomes.count)
    #expect(try RecordReader.read(folder.path("report/baseline.jsonl")).outcomes == record.outcomes)
  }

  /// A damaged line in the cache is computed again, not believed.
  @Test func aDamagedCacheIsNotBelieved() throws {
    let folder = try TemporaryFolder()
    _ = try gate(folder)
    for name in try Files.list(folder.path("cache/outcomes")) {
      let path = folder.path("cache/outcomes/\(name)")
      let text = try Files.readText(path)
      try Files.write(text.replacingOccurrences(of: "\"correct\":true", with: "\"correct\":false"), to: path)
    }
    let run = try gate(folder, reports: "again")
    #expect(run.errors.contains("damaged"))
    #expect(
      try RecordReader.read(folder.path("report/candidate.jsonl")).outcomes
        == RecordReader.read(folder.path("again/candidate.jsonl")).outcomes)
  }

  @Test func verdictsHaveTheirStatus() throws {
    let folder = try TemporaryFolder()
    let wide = try policy("  - {id: a, task: stories, metric: negative_flips, allowed_ratio: 90%}", in: folder)
    #expect(try gate(folder, policy: wide).status == 0)
    let tight = try policy("  - {id: b, task: stories, metric: negative_flips, allowed_count: 0}", in: folder)
    #expect(try gate(folder, policy: tight).status == 1)
    let warned = try policy("  - {id: c, task: stories, metric: negative_flips, allowed_count: 0, action: warn}", in: folder)
    #expect(try gate(folder, policy: warned).status == 0)
    let missing = try policy("  - {id: d, task: elsewhere, metric: negative_flips, allowed_count: 0}", in: folder)
    #expect(try gate(folder, policy: missing).status == 3)
    let unknown = try policy("  - {id: e, task: stories, metric: negativ_flips, allowed_count: 0}", in: folder)
    let run = try gate(folder, policy: unknown)
    #expect(run.status == 2)
    #expect(run.errors.contains("negative_flips"), "the nearest name is said: \(run.errors)")
  }

  /// A side that can't be read is never a pass, whatever is wrong with it.
  @Test func aGateThatCantReadASideNeverPasses() throws {
    let folder = try TemporaryFolder()
    let wide = try policy("  - {id: a, task: stories, metric: negative_flips, allowed_ratio: 100%}", in: folder)
    let whole = try Files.read(Program.fixture("models/candidate/model.safetensors"))
    try FileManager.default.copyItem(atPath: Program.fixture("models/candidate"), toPath: folder.path("truncated"))
    try Files.write(Array(whole.prefix(whole.count / 2)), to: folder.path("truncated/model.safetensors"))
    try FileManager.default.copyItem(atPath: Program.fixture("models/candidate"), toPath: folder.path("headless"))
    Files.remove(folder.path("headless/config.json"))
    try FileManager.default.copyItem(atPath: Program.fixture("models/candidate"), toPath: folder.path("speechless"))
    Files.remove(folder.path("speechless/tokenizer.json"))
    for side in ["truncated", "headless", "speechless", "nowhere"] {
      for swap in [false, true] {
        let good = Program.fixture("models/baseline")
        let bad = folder.path(side)
        let run = try Program.run([
          "run", "--policy", wide, "--baseline", swap ? bad : good, "--candidate", swap ? good : bad, "--no-cache", "--report-dir",
          folder.path("r"), "--no-progress", "--limit", "5",
        ])
        #expect(run.status == 2, "\(side): \(run.output)\(run.errors)")
        #expect(run.errors.contains(side), "\(run.errors)")
        let xml = try Files.readText(folder.path("r/junit.xml"))
        #expect(xml.contains("<error") && xml.contains(side), "a server that reads only JUnit sees an error: \(xml)")
        #expect(!Files.exists(folder.path("r/result.json")))
      }
    }
  }

  /// Checkpoints whose tokenizers differ are compared: only outcomes are.
  @Test func differentTokenizersAreAllowed() throws {
    let folder = try TemporaryFolder()
    let wide = try policy("  - {id: a, task: stories, metric: negative_flips, allowed_ratio: 100%}", in: folder)
    try FileManager.default.copyItem(atPath: Program.fixture("models/candidate"), toPath: folder.path("other"))
    let config = try Files.readText(folder.path("other/tokenizer_config.json"))
    try Files.write(config + "\n", to: folder.path("other/tokenizer_config.json"))
    let run = try Program.run([
      "run", "--policy", wide, "--baseline", Program.fixture("models/baseline"), "--candidate", folder.path("other"), "--no-cache",
      "--report-dir", folder.path("r"), "--no-progress",
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  /// GGUF and safetensors of the same weights give the same answers.
  @Test func containersAgree() throws {
    let folder = try TemporaryFolder()
    for (name, model) in [("a", "models/baseline"), ("b", "models/baseline-f32.gguf")] {
      let run = try Program.run([
        "evaluate", "--model", Program.fixture(model), "--tasks", Program.fixture("tasks/stories.yaml"), "--output",
        folder.path("\(name).jsonl"), "--no-cache", "--no-progress",
      ])
      #expect(run.status == 0, "\(run.errors)")
    }
    let (a, b) = (try RecordReader.read(folder.path("a.jsonl")), try RecordReader.read(folder.path("b.jsonl")))
    #expect(a.outcomes.map(\.choices) == b.outcomes.map(\.choices))
  }

  @Test func recordsStandInForModels() throws {
    let folder = try TemporaryFolder()
    let first = try gate(folder)
    let second = try Program.run([
      "run", "--policy", Program.fixture("quickstart.yaml"), "--baseline", folder.path("report/baseline.jsonl"), "--candidate",
      folder.path("report/candidate.jsonl"), "--report-dir", folder.path("records"), "--no-progress",
    ])
    #expect(second.status == first.status && second.output == first.output, "\(second.errors)")
    let check = try Program.run([
      "check", "--policy", Program.fixture("quickstart.yaml"), "--baseline", folder.path("report/baseline.jsonl"), "--candidate",
      folder.path("report/candidate.jsonl"), "--report-dir", folder.path("checked"),
    ])
    #expect(check.status == first.status && check.output == first.output)
    for (format, file) in [("json", "result.json"), ("junit", "junit.xml")] {
      let report = try Program.run(["report", folder.path("checked/result.json"), "--format", format])
      #expect(report.status == 0)
      #expect(report.output == (try Files.readText(folder.path("checked/\(file)"))), "\(format) is the same, saved or fresh")
    }
    let comparison = try Program.run(["compare", folder.path("report/baseline.jsonl"), folder.path("report/candidate.jsonl")])
    #expect(comparison.status == 0 && comparison.output.contains("negative flips"))
  }
}

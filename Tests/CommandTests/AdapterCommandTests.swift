// Adapters on the command line: evaluated, gated, explained, refused.

import Documents
import Foundation
import Records
import Testing

@Suite(.serialized) struct AdapterCommandTests {
  private static let base = Program.fixture("families/llama3")
  private static let adapter = Program.fixture("adapters/llama3_plain")

  private func evaluate(_ folder: TemporaryFolder, _ name: String, adapter: String?, _ more: [String] = []) throws -> RunRecord {
    let run = try Program.run(
      ["evaluate", "--model", Self.base, "--tasks", Program.fixture("tasks/stories.yaml"), "--output", folder.path(name), "--limit", "6"]
        + ["--truncation", "left", "--cache-dir", folder.path("cache"), "--no-progress"] + (adapter.map { ["--adapter", $0] } ?? []) + more)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    return try RecordReader.read(folder.path(name))
  }

  /// The adapter's digest is in the record and in the key of the cache: other answers, never mixed up.
  @Test func anAdapterIsPartOfTheModel() throws {
    let folder = try TemporaryFolder()
    let plain = try evaluate(folder, "plain.jsonl", adapter: nil)
    let adapted = try evaluate(folder, "adapted.jsonl", adapter: Self.adapter)
    #expect(plain.header.model.adapterDigest == nil)
    #expect(adapted.header.model.adapterDigest?.hasPrefix("sha256:") == true)
    #expect(adapted.header.model.name == "llama3+llama3_plain")
    #expect(plain.header.model.weightsDigest == adapted.header.model.weightsDigest)
    #expect(adapted.usage?.itemsFromCache == 0, "the base's outcomes are not the adapter's")
    #expect(plain.outcomes.map(\.choices) != adapted.outcomes.map(\.choices))
    let again = try evaluate(folder, "again.jsonl", adapter: Self.adapter)
    #expect(again.usage?.itemsFromCache == again.outcomes.count && again.outcomes == adapted.outcomes)
    let comparison = try Program.run(["compare", folder.path("plain.jsonl"), folder.path("adapted.jsonl")])
    #expect(comparison.status == 0 && comparison.output.contains("adapter is none"), "\(comparison.output)")
  }

  /// The gate's records are those of evaluate: sharing the base's weights changes no bit.
  @Test func theGateSharesTheBase() throws {
    let folder = try TemporaryFolder()
    let policy = try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: adapters}
      tasks: [\(Program.fixture("tasks/stories.yaml"))]
      budgets:
        - {id: a, task: stories, metric: negative_flips, allowed_ratio: 100%}
      """, to: "policy.yaml")
    let copy = folder.path("llama3")
    try FileManager.default.copyItem(atPath: Self.base, toPath: copy)
    for (index, candidate) in [Self.base, copy].enumerated() {
      let report = folder.path("report\(index)")
      let run = try Program.run([
        "run", "--policy", policy, "--baseline", Self.base, "--candidate", candidate, "--candidate-adapter", Self.adapter, "--limit", "6",
        "--truncation", "left", "--no-cache", "--no-progress", "--report-dir", report,
      ])
      #expect(run.status == 0 || run.status == 3, "\(run.output)\(run.errors)")
      let (baseline, adapted) = (try RecordReader.read(report + "/baseline.jsonl"), try RecordReader.read(report + "/candidate.jsonl"))
      #expect(baseline.header.model.adapterDigest == nil && adapted.header.model.adapterDigest != nil)
      #expect(baseline.outcomes == (try evaluate(folder, "plain.jsonl", adapter: nil)).outcomes)
      #expect(adapted.outcomes == (try evaluate(folder, "adapted.jsonl", adapter: Self.adapter)).outcomes)
    }
    let record = try Program.run([
      "run", "--policy", policy, "--baseline", folder.path("plain.jsonl"), "--candidate", Self.base, "--baseline-adapter", Self.adapter,
      "--no-cache", "--no-progress", "--report-dir", folder.path("r"),
    ])
    #expect(record.status == 2 && record.errors.contains("run record"), "\(record.errors)")
  }

  @Test func whatDoesNotFitIsStatusTwo() throws {
    let wrong = Program.fixture("adapters/refused/other-width")
    for command in [
      ["evaluate", "--model", Self.base, "--adapter", wrong, "--tasks", Program.fixture("tasks/stories.yaml"), "--output", "/tmp/never.jsonl"],
      ["probe", Self.base, "--adapter", wrong, "--prompt", "a"], ["inspect", Self.base, "--adapter", wrong],
    ] {
      let run = try Program.run(command)
      #expect(run.status == 2 && run.errors.contains("[4, 24]"), "\(run.output)\(run.errors)")
    }
  }

  @Test func adaptersAreExplained() throws {
    let text = try Program.run(["inspect", Self.adapter])
    #expect(text.status == 0 && text.output.contains("rank") && text.output.contains("q_proj, v_proj"), "\(text.output)\(text.errors)")
    let json = try JSONValue.parse(try Program.run(["inspect", Self.adapter, "--json"]).output)
    #expect(json["rank"]?.integer == 4 && json["alpha"]?.double == 8 && json["modules"]?.array?.count == 4)
    let fits = try Program.run(["inspect", Self.base, "--adapter", Self.adapter])
    #expect(fits.status == 0 && fits.output.contains("the adapter fits the checkpoint"), "\(fits.output)\(fits.errors)")
    let probe = try Program.run(["probe", Self.base, "--adapter", Self.adapter, "--prompt", "a", "--top", "2", "--json"])
    let plain = try Program.run(["probe", Self.base, "--prompt", "a", "--top", "2", "--json"])
    #expect(probe.status == 0 && probe.output != plain.output)
  }
}

// Other tools' logs on the command line: compared, judged and gated without any model, and written beside a record.

import Documents
import Foundation
import Policies
import Records
import Testing

@Suite(.serialized) struct ForeignLogCommandTests {
  private static func sides(_ baseline: String, _ candidate: String) -> [String] {
    ["--baseline", Program.fixture("foreign/\(baseline)"), "--candidate", Program.fixture("foreign/\(candidate)")]
  }

  /// One of the five pairs went from right to wrong.
  private func policy(_ ratio: String, in folder: TemporaryFolder) throws -> String {
    try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: test}
      defaults: {min_items: 1, max_error_ratio: 1, max_unscored_ratio: 1}
      budgets:
        - {id: flips, task: sums, metric: negative_flips, allowed_ratio: \(ratio)}
      """, to: "policy-\(ratio).yaml")
  }

  @Test(arguments: ["auto", "inspect"]) func logsAreCompared(_ format: String) throws {
    let run = try Program.run([
      "compare", Program.fixture("foreign/inspect/baseline.json"), Program.fixture("foreign/inspect/candidate.eval"), "--format", format,
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("1 negative flips, 1 positive flips, 1 right on both sides, 1 wrong alike, 1 wrong differently"))
    #expect(run.output.contains("1 with errors"))
  }

  @Test func anotherFormatIsAnError() throws {
    let run = try Program.run([
      "compare", Program.fixture("foreign/openai_evals/baseline.jsonl"), Program.fixture("foreign/openai_evals/candidate.jsonl"), "--format",
      "promptfoo",
    ])
    #expect(run.status == 2 && run.errors.contains("baseline.jsonl"))
    #expect(try Program.run(["compare", "a", "b", "--format", "other"]).status == 2)
  }

  @Test(arguments: [("0.1", 1, Verdict.failed), ("0.5", 0, .passed)]) func logsAreJudgedWithTheirTexts(
    _ ratio: String, _ status: Int32, _ verdict: Verdict
  ) throws {
    let folder = try TemporaryFolder()
    for command in ["check", "run"] {
      let run = try Program.run(
        [command, "--policy", try policy(ratio, in: folder)] + Self.sides("promptfoo/baseline.json", "promptfoo/candidate.json")
          + ["--report-dir", folder.path(command)])
      #expect(run.status == status, "\(run.output)\(run.errors)")
      let result = try GateResult.read(folder.path("\(command)/result.json"))
      #expect(result.verdict == verdict)
      #expect(result.items.map(\.baseline.prediction) == ["6"] && result.items.map(\.candidate.prediction) == ["7"])
    }
  }

  @Test func aRunIsWrittenAsTheHarnessWouldToo() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run([
      "evaluate", "--model", Program.fixture("models/baseline"), "--tasks", Program.fixture("tasks/stories.yaml"), "--limit", "8",
      "--no-cache", "--no-progress", "--output", folder.path("out/record.jsonl"), "--also", "lm-eval",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let names = try Files.list(folder.path("out"))
    #expect(names.contains { $0.hasPrefix("samples_stories_") } && names.contains { $0.hasPrefix("results_") })
    let samples = names.first { $0.hasPrefix("samples_stories_") } ?? ""
    let (record, log) = (try RecordedRun(path: folder.path("out/record.jsonl")), try RecordedRun(path: folder.path("out/\(samples)")))
    #expect(log.outcomes.rows.map(\.isCorrect) == record.outcomes.rows.map(\.isCorrect) && log.outcomes.count == 8)
  }
}

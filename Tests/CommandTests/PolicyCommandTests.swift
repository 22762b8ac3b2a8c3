// policy, plan, compare and check as a user runs them: no model, only files.

import Documents
import Foundation
import Policies
import Records
import Testing

@Suite struct PolicyCommandTests {
  private func policy(_ body: String, in folder: TemporaryFolder, name: String = "p.yaml") throws -> String {
    try folder.write("apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: test}\n" + body, to: name)
  }

  /// 100 items: 90 right on both sides, 4 lost, 6 wrong.
  private func sides(_ folder: TemporaryFolder) throws -> (old: String, new: String) {
    let right = String(repeating: "A", count: 90)
    return (
      try RecordFiles.write(right + "AAAABBBBBB", as: "old.jsonl", model: "old", in: folder, clusterSize: 5, slices: ["de", "fr"]),
      try RecordFiles.write(right + "BBCCBBBBBB", as: "new.jsonl", model: "new", in: folder, clusterSize: 5, slices: ["de", "fr"])
    )
  }

  @Test func explain() throws {
    let folder = try TemporaryFolder()
    let file = try policy(
      """
      defaults: {unstable_items: exclude, allow_differences: [num_fewshot]}
      budgets:
        - {id: flips, task: quiz, metric: negative_flips, allowed_ratio: 0.05}
        - {id: mean, task: quiz, metric: acc, max_drop: 0.01, decide_on: bound}
      """, in: folder)
    let run = try Program.run(["policy", "explain", file, "--items", "100"])
    #expect(run.status == 0, "\(run.errors)")
    for sentence in [
      "in \"quiz\", at most 5% of the items may go from right to wrong.", "up to 5 pass, and at 6 it fails",
      "The two sides may differ in \"num_fewshot\"",
      "Items that flip against themselves in repeated records (--noise) are left out", "Passed if that is certain with 95% confidence",
    ] { #expect(run.output.contains(sentence), "\(sentence)\n\(run.output)") }
    let record = try sides(folder).old
    #expect(try Program.run(["policy", "explain", file, "--record", record]).output.contains("quiz, 100 items: up to 5 pass"))
    #expect(try Program.run(["policy", "explain", file, "--record", record, "--items", "5"]).status == 2)
  }

  @Test func brokenPoliciesAreRefusedEverywhere() throws {
    let folder = try TemporaryFolder()
    let file = try policy("budgets: [{id: b, task: quiz, metric: negativ_flips, allowed_ratio: 5}]", in: folder)
    let (old, new) = try sides(folder)
    for arguments in [
      ["policy", "explain", file], ["validate", file], ["check", "--policy", file, "--baseline", old, "--candidate", new],
      ["compare", old, new, "--policy", file],
    ] {
      let run = try Program.run(arguments)
      #expect(run.status == 2 && (run.errors + run.output).contains("p.yaml:4:"), "\(arguments): \(run.output)\(run.errors)")
    }
  }

  @Test func schemaIsTheShippedOne() throws {
    let run = try Program.run(["policy", "schema"])
    #expect(run.status == 0)
    #expect(run.output == (try Files.readText(Program.repository + "/policies/schema/policy.v1.schema.json")))
  }

  @Test func suggestedPoliciesPassTheirOwnHistory() throws {
    let folder = try TemporaryFolder()
    let (old, new) = try sides(folder)
    let run = try Program.run(["policy", "suggest", "--from", old, new, "--output", folder.path("s.yaml")])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Program.run(["check", "--policy", folder.path("s.yaml"), "--baseline", old, "--candidate", new]).status == 0)
    #expect(try Program.run(["policy", "suggest", "--from", old]).status == 2)
  }

  /// 0.95^59 = 0.0485: 59 items without a flip are the fewest that certify 5 %.
  @Test func plan() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["plan", "--budget", "5%", "--level", "0.95", "--power", "0.8", "--record", try sides(folder).old])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("A candidate whose true rate is 0% passes from 59 items on"), "\(run.output)")
    #expect(run.output.contains("They come in 20 clusters and count for about"), "\(run.output)")
    #expect(try Program.run(["plan", "--budget", "0"]).status == 2)
  }

  @Test(arguments: [(3, 1), (4, 0)]) func check(_ allowed: Int, _ status: Int32) throws {
    let folder = try TemporaryFolder()
    let (old, new) = try sides(folder)
    let file = try policy(
      """
      budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: \(allowed)}, {id: m, task: quiz, metric: acc, max_drop: 0.5}]
      slices: [{id: s, tasks: [quiz], by: lang, budgets: [{metric: negative_flips, allowed_ratio: 0.5}]}]
      """, in: folder)
    let compared = try Program.run(["compare", old, new, "--output", folder.path("c.json"), "--quiet"])
    #expect(compared.status == 0, "\(compared.errors)")
    let direct = try Program.run(["check", "--policy", file, "--baseline", old, "--candidate", new, "--report-dir", folder.path("a")])
    let saved = try Program.run(["check", folder.path("c.json"), "--policy", file, "--report-dir", folder.path("b")])
    let after = try Program.run(["check", "--policy", file, folder.path("c.json")])
    #expect([direct.status, saved.status, after.status] == [status, status, status], "\(direct.errors)\(saved.errors)\(after.errors)")
    #expect(direct.output == saved.output && saved.output == after.output)
    for name in ["result.json", "junit.xml"] {
      #expect(try Files.read(folder.path("a/\(name)")) == Files.read(folder.path("b/\(name)")), "\(name)")
    }
    let result = try GateResult.read(folder.path("b/result.json"))
    #expect(result.items.map(\.difference?.candidate) == ["B", "B", "C", "C"])
  }

  @Test func checkTakesOneKindOfSides() throws {
    let folder = try TemporaryFolder()
    let (old, new) = try sides(folder)
    let file = try policy("budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: 9}]", in: folder)
    for arguments in [["--baseline", old], [old, "--baseline", old, "--candidate", new], [], [folder.path("none.json")], [old]] {
      let run = try Program.run(["check", "--policy", file] + arguments)
      #expect(run.status == 2 || run.status == 4, "\(arguments): \(run.status)")
      #expect(!run.errors.isEmpty)
    }
  }

  /// The baseline asked again loses two of the four items that the candidate lost.
  @Test func noise() throws {
    let folder = try TemporaryFolder()
    let (old, new) = try sides(folder)
    let right = String(repeating: "A", count: 90)
    let again = try RecordFiles.write(right + "BBAABBBBBB", as: "again.jsonl", model: "old", in: folder, clusterSize: 5, slices: ["de", "fr"])
    let other = try RecordFiles.write(right + "BBAABBBBBB", as: "other.jsonl", model: "other", in: folder, clusterSize: 5, slices: ["de", "fr"])
    let counting = try policy("budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: 2}]", in: folder)
    let leaving = try policy(
      "budgets: [{id: flips, task: quiz, metric: negative_flips, allowed_count: 2, unstable_items: exclude}]", in: folder, name: "q.yaml")
    let sides = ["--baseline", old, "--candidate", new]
    #expect(try Program.run(["check", "--policy", counting] + sides + ["--noise", again]).status == 1)
    let left = try Program.run(["check", "--policy", leaving] + sides + ["--noise", again, old])
    #expect(left.status == 0 && left.output.contains("2 of 100 items flip against themselves"), "\(left.output)\(left.errors)")
    let refused = try Program.run(["check", "--policy", leaving] + sides + ["--noise", other])
    #expect(refused.status == 2 && refused.errors.contains("other.jsonl"), "\(refused.errors)")
    let compared = try Program.run(["compare", old, new, "--noise", again, "--output", folder.path("c.json")])
    #expect(compared.output.contains("noise of quiz (2 runs): 2 of 100 items flip against themselves"), "\(compared.output)")
    let saved = try Program.run(["check", folder.path("c.json"), "--policy", leaving])
    #expect(saved.status == 0 && saved.output.contains("2 of 100 items flip against themselves"), "\(saved.output)\(saved.errors)")
  }

  /// The built-in engine gives the same bits again: no jitter.
  @Test func repeatedEvaluations() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run([
      "evaluate", "--model", Program.fixture("models/baseline"), "--tasks", Program.fixture("tasks/stories.yaml"), "--limit", "6", "--no-cache",
      "--no-progress", "--output", folder.path("r.jsonl"), "--repeat", "3",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("noise of stories (3 runs): 0 of 6 items flip against themselves, 0 differ at all"), "\(run.output)")
    let records = try ["r.jsonl", "r.repeat2.jsonl", "r.repeat3.jsonl"].map { try RecordReader.read(folder.path($0)) }
    #expect(records.allSatisfy { $0.isComplete && $0.outcomes == records[0].outcomes })
    #expect(try Program.run(["evaluate", "--model", "m", "--tasks", "t", "--output", "o", "--repeat", "99"]).status == 2)
  }
}

// Where reports go: the folder's standard ones, those asked for, GitHub's channels, and what happens where one can't be written.

import Documents
import Foundation
import Policies
import Testing

@Suite(.serialized) struct PublicationTests {
  /// Two records, made once, and a policy that they fail.
  private func workplace() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for side in ["baseline", "candidate"] {
      let run = try Program.run([
        "evaluate", "--model", Program.fixture("models/\(side)"), "--tasks", Program.fixture("tasks/stories.yaml"), "--output",
        folder.path("\(side).jsonl"), "--limit", "30", "--no-cache", "--quiet",
      ])
      #expect(run.status == 0, "\(run.errors)")
    }
    try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: test}
      defaults: {min_items: 10}
      budgets: [{id: flips, task: stories, metric: negative_flips, allowed_count: 0}]
      """, to: "policy.yaml")
    return folder
  }

  private func check(_ folder: TemporaryFolder, _ more: [String], environment: [String: String] = [:]) throws -> ProgramRun {
    try Program.run(
      ["check", "--policy", "policy.yaml", "--baseline", "baseline.jsonl", "--candidate", "candidate.jsonl"] + more, folder: folder.path,
      environment: environment)
  }

  @Test func theFolderAndMore() throws {
    let folder = try workplace()
    let run = try check(folder, ["--report-dir", "r", "--report", "csv", "--report", "openmetrics=m/metrics.prom", "--junit-dialect", "rich"])
    #expect(run.status == 1 && run.errors.isEmpty, "\(run.errors)")
    for name in ["r/result.json", "r/junit.xml", "r/summary.md", "r/items.csv", "m/metrics.prom"] {
      #expect(Files.exists(folder.path(name)), "\(name)")
    }
    #expect(try Files.readText(folder.path("r/junit.xml")).contains("file=\"policy.yaml\""))
    // The result alone, in place of the summary.
    let json = try check(folder, ["--report", "json=-"])
    #expect(json.output == (try Files.readText(folder.path("r/result.json"))))
    for (arguments, word) in [
      (["--report", "csv"], "--report-dir"), (["--report", "pdf"], "pdf"), (["--report", "json=-", "--github"], "--github"),
    ] {
      let run = try check(folder, arguments)
      #expect(run.status == 2 && run.errors.contains(word), "\(arguments): \(run.errors)")
    }
  }

  /// What can't be written is said in one line; the verdict stands, but for the evidence itself.
  @Test func whatCantBeWritten() throws {
    let folder = try workplace()
    try folder.write("a file", to: "file")
    let run = try check(folder, ["--report", "csv=file/items.csv"])
    #expect(run.status == 1)
    #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains("csv") && run.errors.contains("the verdict stands"), "\(run.errors)")
    #expect(try check(folder, ["--report-dir", "file/r"]).status == 4)
  }

  @Test func gitHub() throws {
    let folder = try workplace()
    try folder.write("earlier\n", to: "summary")
    let channels = ["GITHUB_STEP_SUMMARY": folder.path("summary"), "GITHUB_OUTPUT": folder.path("output")]
    let run = try check(folder, ["--report-dir", "r", "--github", "--quiet"], environment: channels)
    #expect(run.status == 1 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.hasPrefix("::error title=FAILED%3A flips on stories::"), "\(run.output)")
    #expect(try Files.readText(folder.path("summary")).hasPrefix("earlier\n## ❌ FAILED · `test`\n"))
    let outputs = try Files.readText(folder.path("output")).split(separator: "\n")
    // Name and delimiter, value, delimiter; the delimiter is new each time.
    #expect(outputs[0].hasPrefix("verdict<<flipgate-") && outputs[1] == "failed")
    #expect(outputs.contains("r/junit.xml"))
    _ = try check(folder, ["--github", "--quiet"], environment: channels)
    let delimiters = Set(try Files.readText(folder.path("output")).matches(of: /<<(flipgate-[0-9a-f]{32})\n/).map { String($0.1) })
    #expect(delimiters.count == 2)
    // Without a runner it is said, and the verdict stands; a run without a result is told as well.
    let alone = try check(folder, ["--github"], environment: ["GITHUB_STEP_SUMMARY": "", "GITHUB_OUTPUT": ""])
    #expect(alone.status == 1 && alone.errors.contains("GITHUB_OUTPUT is not set"))
    let broken = try Program.run(
      ["check", "--policy", "absent.yaml", "--baseline", "a", "--candidate", "b", "--github"], folder: folder.path, environment: channels)
    #expect(broken.status == 2 && broken.output.hasPrefix("::error title=The gate did not run::"), "\(broken.output)")
    #expect(try Files.readText(folder.path("output")).contains("\nerror\n"))
  }

  @Test func widthAndColour() throws {
    let folder = try workplace()
    #expect(try check(folder, ["--report-dir", "r"]).status == 1)
    func summary(_ environment: [String: String], _ more: [String] = []) throws -> String {
      try Program.run(["report", "r/result.json"] + more, folder: folder.path, environment: environment).output
    }
    for columns in [40, 80, 200] {
      let lines = try summary(["COLUMNS": "\(columns)"]).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns }, "\(lines)")
    }
    let escape = "\u{1B}["
    #expect(try !summary([:]).contains(escape), "not a terminal")
    #expect(try summary(["NO_COLOR": "", "CLICOLOR_FORCE": "1"]).contains(escape))
    #expect(try !summary(["NO_COLOR": "1", "CLICOLOR_FORCE": "1"]).contains(escape))
    #expect(try summary(["NO_COLOR": "1"], ["--color", "always"]).contains(escape))
    #expect(try !summary(["NO_COLOR": "", "CLICOLOR_FORCE": "1"], ["--color", "never"]).contains(escape))
  }
}

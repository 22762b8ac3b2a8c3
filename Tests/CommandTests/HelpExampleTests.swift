// What the help promises: every subcommand has an example that runs, scripts complete in their shells, and the manual is a manual.

import Documents
import Foundation
import Testing

@Suite(.serialized) struct HelpExampleTests {
  /// The leaves of the tree of commands, as words behind `flipgate`.
  private static func leaves() throws -> [[String]] {
    let dump = try Program.run(["--experimental-dump-help"])
    func leaves(_ command: JSONValue, _ path: [String]) -> [[String]] {
      let inner = (command["subcommands"]?.array ?? []).filter { $0["commandName"] != "help" }
      if inner.isEmpty { return [path] }
      return inner.flatMap { leaves($0, path + [$0["commandName"]?.string ?? ""]) }
    }
    return leaves(try #require(try JSONValue.parse(dump.output, file: "dump")["command"]), [])
  }

  /// What the examples name: a policy, its tasks, two models, and what earlier commands leave.
  private static func workplace() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: example}
      tasks: [tasks/stories.yaml]
      budgets: [{id: flips, task: stories, metric: negative_flips, allowed_ratio: 5%}]
      """, to: "policy.yaml")
    try folder.write(
      (1...8).map { #"{"prompt": "The cup number \#($0) is", "completion": " red."}"# + "\n" }.joined(), to: "train.jsonl")
    try FileManager.default.createDirectory(atPath: folder.path("models"), withIntermediateDirectories: true)
    for (name, fixture) in [("models/current", "models/baseline"), ("models/next", "models/candidate"), ("tasks", "tasks")] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: Program.fixture(fixture))
    }
    func evaluate(_ model: String, _ output: String, _ more: [String] = []) throws {
      let run = try Program.run(
        ["evaluate", "--model", model, "--tasks", "tasks/stories.yaml", "--output", output, "--limit", "20", "--no-cache", "--quiet"] + more,
        folder: folder.path)
      #expect(run.status == 0, "\(run.errors)")
    }
    try evaluate("models/current", "current.jsonl")
    try evaluate("models/next", "next.jsonl")
    for shard in 1...2 { try evaluate("models/next", "shard-\(shard).jsonl", ["--shard", "\(shard)/2"]) }
    let check = try Program.run(
      ["check", "--policy", "policy.yaml", "--baseline", "current.jsonl", "--candidate", "next.jsonl", "--report-dir", "flipgate-report", "--quiet"],
      folder: folder.path)
    #expect([0, 1].contains(check.status), "\(check.errors)")
    return folder
  }

  @Test func everyExampleRuns() throws {
    let folder = try Self.workplace()
    for leaf in try Self.leaves() {
      let help = try Program.run(leaf + ["--help"], environment: ["COLUMNS": "1000"])
      let examples = help.output.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("$ flipgate ") }
      #expect(!examples.isEmpty, "flipgate \(leaf.joined(separator: " ")) --help has no example")
      for example in examples {
        #expect(example.hasPrefix("$ flipgate \(leaf.joined(separator: " "))"))
        let script = "cd '\(folder.path)'; \"$0\" " + example.dropFirst("$ flipgate ".count) + "; exit $?;"
        let run = try Program.run([], environment: ["XDG_CACHE_HOME": folder.path("cache")], shell: script)
        // A gate may come to any verdict; nothing may be misused or fail.
        let isGate = leaf == ["run"] || leaf == ["check"]
        #expect(run.status == 0 || isGate && [1, 3].contains(run.status), "\(example): \(run.status) \(run.errors)")
      }
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completions(_ shell: String) throws {
    let run = try Program.run(["--generate-completion-script", shell])
    #expect(run.status == 0 && run.errors.isEmpty)
    for word in ["flipgate", "check", "report-dir"] { #expect(run.output.contains(word), "\(shell)") }
    if shell == "bash" {
      let folder = try TemporaryFolder()
      let script = try folder.write(run.output, to: "flipgate.bash")
      let check = try Program.run([], shell: "bash -n '\(script)'; exit $?;")
      #expect(check.status == 0, "\(check.errors)")
    }
  }

  /// A page with every subcommand, and no line that roff would take for an unknown request.
  @Test func manual() throws {
    let page = try Program.run(["manual"]).output
    #expect(page.hasPrefix(".TH FLIPGATE 1 "))
    for leaf in try Self.leaves() { #expect(page.contains(".SS flipgate \(leaf.joined(separator: " "))\n")) }
    let requests: Set<Substring> = [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".nf", ".fi"]
    for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(requests.contains(line.prefix { $0 != " " }), "\(line)")
    }
  }
}

// action.yml itself: what it takes, and its steps run on the repository's checkpoints with the runner's files.

import Documents
import Foundation
import Testing

@Suite(.serialized) struct ActionTests {
  /// Inputs that are the action's own; all others are flags of `flipgate run`.
  private static let own: Set = [
    "policy-from", "binary", "cache", "upload", "artifact-name", "comment", "comment-key", "comment-author", "token",
  ]
  /// Flags that are no inputs: the log of a job is no terminal, what the gate says is what the job is for, and to GitHub the action speaks itself.
  private static let unused: Set = ["help", "version", "quiet", "no-progress", "color", "github"]

  private struct Flag {
    var name: String
    var isFlag: Bool
    var isList: Bool
    var isOptional: Bool
  }

  private static func flags() throws -> [Flag] {
    let run = try Program.run(["run", "--experimental-dump-help"])
    let arguments = try JSONValue.parse(run.output)["command"]?["arguments"]?.array ?? []
    var flags: [Flag] = []
    for argument in arguments {
      let names = argument["names"]?.array ?? []
      guard let name = names.first(where: { $0["kind"]?.string == "long" })?["name"]?.string else { continue }
      let isFlag = argument["kind"]?.string == "flag"
      flags.append(Flag(name: name, isFlag: isFlag, isList: argument["isRepeating"] == true, isOptional: argument["isOptional"] == true))
    }
    return flags
  }

  /// The fixtures, and a program that writes down its arguments, one a line with its newlines as `\n`.
  private static func recorder(_ folder: TemporaryFolder) throws -> String {
    let path = try folder.write(
      """
      #!/usr/bin/env bash
      if [ "$1" != run ]; then exit 0; fi
      for argument in "$@"; do printf '%s\\n' "${argument//$'\\n'/\\\\n}"; done >"$PWD/arguments.txt"
      exit 2
      """, to: "recorder")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  @Test func theInputsAreTheFlags() throws {
    let action = try ActionFile.load()
    let flags = try Self.flags()
    #expect(flags.count > 20, "the program's own list was read")
    #expect(Set(action.inputs.map(\.name)).subtracting(Self.own) == Set(flags.map(\.name)).subtracting(Self.unused))
    for input in action.inputs {
      #expect(!input.description.isEmpty, "\(input.name)")
      if let flag = flags.first(where: { $0.name == input.name }) { #expect(input.isRequired == !flag.isOptional, "\(input.name)") }
    }
    // The documents list every input and output.
    let page = try Files.readText(Program.repository + "/docs/ci/github.md")
    for name in action.inputs.map(\.name) + action.outputs.map(\.name) { #expect(page.contains("`\(name)`"), "docs/ci/github.md lacks \(name)") }
  }

  /// No text from outside is part of a command, and other people's actions are named by commit.
  @Test(arguments: ["action.yml", "setup/action.yml"]) func commandsHoldNoExpressions(name: String) throws {
    let action = try ActionFile.load(name)
    #expect(action.steps.count > 3)
    let pin = /^actions\/[a-z\/-]+@[0-9a-f]{40}$/
    let version = /\ # v[0-9]+\.[0-9]+\.[0-9]+$/
    for step in action.steps {
      if let command = step.command { #expect(!command.contains("${{") && step.shell == "bash", "\(step.name)") }
      if let uses = step.uses { #expect(uses.contains(pin), "\(uses)") }
    }
    for line in action.text.split(separator: "\n") where line.contains("uses:") { #expect(line.contains(version)) }
  }

  @Test func everyInputReachesTheProgramAsItIs() throws {
    let folder = try TemporaryFolder()
    var inputs = ["binary": try Self.recorder(folder), "policy-from": "head", "policy": folder.path("policy.yaml")]
    var expected: Set = ["--policy=\(folder.path("policy.yaml"))"]
    let hostile = #"--quiet $(touch owned) `touch owned`; touch owned & "x" 'y' \ * ${{ github.token }} é"#
    for flag in try Self.flags() where !Self.unused.contains(flag.name) && flag.name != "policy" {
      if flag.isFlag {
        inputs[flag.name] = "true"
        expected.insert("--\(flag.name)")
      } else if flag.isList {
        inputs[flag.name] = "\(hostile)\r\n\n  \nsecond"
        expected.formUnion(["--\(flag.name)=\(hostile)", "--\(flag.name)=second"])
      } else if flag.name.hasSuffix("-dir") {
        inputs[flag.name] = folder.path(flag.name)
        expected.insert("--\(flag.name)=\(folder.path(flag.name))")
      } else {
        inputs[flag.name] = hostile + "\nsecond"
        expected.insert("--\(flag.name)=\(hostile)\\nsecond")
      }
    }
    let outcome = try ActionFile.load().run(ActionJob(inputs: inputs, workspace: folder.path))
    #expect(outcome.status == 2, "\(outcome.log)")
    let given = try Files.readText(folder.path("arguments.txt")).split(separator: "\n").map(String.init)
    #expect(given.first == "run" && given.count == expected.count + 2)
    #expect(Set(given.dropFirst()).subtracting(["--no-progress"]) == expected)
    #expect(!Files.exists(folder.path("owned")))
  }

  private func quickstart(_ folder: TemporaryFolder, _ more: [String: String] = [:]) -> ActionJob {
    ActionJob(
      inputs: [
        "policy": Program.fixture("quickstart.yaml"), "baseline": Program.fixture("models/baseline"),
        "candidate": Program.fixture("models/candidate"), "binary": Program.path, "policy-from": "head",
      ].merging(more) { $1 }, workspace: folder.path)
  }

  @Test func aBrokenBudgetIsReportedAndEndsTheJob() throws {
    let folder = try TemporaryFolder()
    let outcome = try ActionFile.load().run(quickstart(folder, ["report-dir": "reports"]))
    #expect(outcome.status == 1, "\(outcome.log)")
    // What the README's transcript says of the same two checkpoints.
    #expect(outcome.outputs["verdict"] == "failed" && outcome.outputs["exit-status"] == "1")
    #expect(outcome.outputs["items"] == "500")
    #expect(outcome.outputs["negative-flips"] == "33" && outcome.outputs["positive-flips"] == "93")
    #expect(outcome.outputs["budgets"] == "4" && outcome.outputs["budgets-broken"] == "1" && outcome.outputs["budgets-undecided"] == "0")
    #expect(outcome.outputs["report-dir"] == folder.path("reports"))
    #expect(Files.exists(outcome.outputs["result"] ?? "") && Files.exists(outcome.outputs["junit"] ?? ""))
    #expect(outcome.summary.contains("stories-flips"), "\(outcome.summary)")
    #expect(outcome.log.contains("\n::error"), "an annotation")
    #expect(outcome.used.map(\.action).contains { $0.hasPrefix("actions/upload-artifact@") })
    #expect(outcome.used.last?.settings["path"] == folder.path("reports"))
    let keys = outcome.used.compactMap { $0.settings["key"] }
    #expect(keys.count == 2 && keys[0] == keys[1])
    let key = /^flipgate-outcomes-Linux-[a-z0-9_]+-[0-9a-f]{64}$/
    #expect(keys[0].contains(key), "\(keys)")
  }

  /// The program's output stands between two random words, where the runner obeys nothing.
  @Test func theProgramCantCommandTheRunner() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write(
      "#!/usr/bin/env bash\nif [ $1 != run ]; then exit 0; fi\necho '::error::out'; echo '##[error]err' >&2; exit 139\n", to: "program")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let outcome = try ActionFile.load().run(quickstart(folder, ["binary": program]))
    let quiet = /::stop-commands::([0-9a-f]{32})\n([\s\S]*)\n::\1::\n/
    let parts = try #require(outcome.log.firstMatch(of: quiet))
    #expect(parts.output.2.contains("::error::out") && parts.output.2.contains("##[error]err"))
    // One that crashes has no verdict; its words come back escaped, in one line.
    #expect(outcome.status == 4 && outcome.outputs["verdict"] == "error" && outcome.outputs["result"] == "")
    #expect(outcome.log.contains("::error title=Flipgate::Flipgate came to no result (exit status 4): ##[error]err\n"), "\(outcome.log)")
  }

  @Test func aRunWithoutAResultSaysWhy() throws {
    let folder = try TemporaryFolder()
    let outcome = try ActionFile.load().run(quickstart(folder, ["candidate": "<no>/@such.gguf"]))
    #expect(outcome.status == 2 && outcome.outputs["exit-status"] == "2" && outcome.outputs["verdict"] == "error")
    #expect(outcome.summary.contains("no result") && outcome.summary.contains("such.gguf"))
    #expect(!outcome.summary.contains("<no>") && !outcome.summary.contains("/@such"), "\(outcome.summary)")
    let missing = try ActionFile.load().run(quickstart(folder, ["binary": "nowhere/flipgate"]))
    #expect(missing.status == 2 && missing.log.contains("the input binary names nowhere/flipgate, which is no program that can be run"))
    let refused = try ActionFile.load().run(quickstart(folder, ["download": "yes"]))
    #expect(refused.status == 2 && refused.log.contains("the input download is 'yes'; it must be true or false"))
  }
}

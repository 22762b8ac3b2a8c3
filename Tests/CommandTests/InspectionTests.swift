// Help, inspect, tokenize, probe and validate.

import Documents
import Foundation
import Testing

@Suite struct InspectionTests {
  static let commands = ["run", "evaluate", "compare", "check", "report", "merge", "validate", "inspect", "tokenize", "probe"]

  @Test(arguments: commands)
  func everyCommandHasHelp(_ command: String) throws {
    let help = try Program.run([command, "--help"])
    #expect(help.status == 0 && help.output.contains("USAGE: flipgate \(command)"))
  }

  @Test func usageIsStatusTwo() throws {
    #expect(try Program.run(["--version"]).output == "0.1.0\n")
    #expect(try Program.run(["run"]).status == 2)
    #expect(try Program.run(["frobnicate"]).status == 2)
    #expect(try Program.run(["evaluate", "--shard", "3/2", "--model", "x", "--tasks", "y", "--output", "z"]).status == 2)
  }

  @Test func inspectSaysWhatIsThere() throws {
    let run = try Program.run(["inspect", Program.fixture("models/baseline"), "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let value = try JSONValue.parse(run.output)
    #expect(value["architecture"]?["name"]?.string == "llama")
    #expect(value["weights_sha256"]?.string?.hasPrefix("sha256:") == true)
    #expect(value["problem"]?.isNull == true)
    #expect((value["tensors"]?.array?.count ?? 0) > 10)
    let text = try Program.run(["inspect", Program.fixture("models/baseline-f32.gguf")])
    #expect(text.status == 0 && text.output.contains("GGUF") && text.output.contains("llama"))
    let lost = try Program.run(["inspect", "/nowhere/at/all"])
    #expect(lost.status == 2 && lost.errors.contains("/nowhere/at/all"))
  }

  @Test func tokenizeRoundTrips() throws {
    let text = "Zoe put the rope next to the window."
    let run = try Program.run(["tokenize", Program.fixture("models/baseline"), text, "--json", "--no-special"])
    let value = try JSONValue.parse(run.output)
    #expect(value["decoded"]?.string == text)
    #expect(value["ids"]?.array?.count == value["tokens"]?.array?.count)
    let gguf = try Program.run(["tokenize", Program.fixture("models/baseline-f32.gguf"), text, "--json", "--no-special"])
    #expect(try JSONValue.parse(gguf.output)["ids"] == value["ids"])
    #expect(try Program.run(["tokenize", Program.fixture("models/baseline")]).status == 2)
  }

  @Test func probeScoresGeneratesAndRanks() throws {
    let run = try Program.run([
      "probe", Program.fixture("models/baseline"), "--prompt", "Zoe put the rope next to the", "--continuation", " window.",
      "--continuation", " roof.", "--max-tokens", "4", "--top", "2", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let value = try JSONValue.parse(run.output)
    #expect(value["continuations"]?.array?.count == 2)
    for continuation in value["continuations"]?.array ?? [] {
      let sum = continuation["logprobs"]?.array?.reduce(0) { $0 + ($1.double ?? 0) } ?? 0
      #expect(abs(sum - (continuation["logprob"]?.double ?? 1)) < 1e-9)
    }
    #expect(value["top"]?.array?.count == value["prompt_ids"]?.array?.count)
    #expect((value["generated"]?["ids"]?.array?.count ?? 9) <= 4)
  }

  /// An empty prompt stands for the BOS or EOS token, and every token of the continuation is scored.
  @Test func anEmptyPromptScoresTheWholeContinuation() throws {
    let model = Program.fixture("models/baseline")
    let run = try Program.run(["probe", model, "--prompt", "", "--continuation", "Zoe put the rope", "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let scored = try #require(try JSONValue.parse(run.output)["continuations"]?.array?.first)
    let tokens = try JSONValue.parse(try Program.run(["tokenize", model, "Zoe put the rope", "--no-special", "--json"]).output)
    #expect(scored["ids"] == tokens["ids"])
    #expect(scored["logprobs"]?.array?.count == tokens["ids"]?.array?.count)
    let nothing = try Program.run(["probe", model, "--prompt", "Zoe", "--continuation", ""])
    #expect(nothing.status == 2 && nothing.errors.contains("no token"), "\(nothing.errors)")
  }

  /// Foreign text in what is printed is no command to a CI runner, and JSON keeps its value all the same.
  @Test func foreignTextGivesNoCommands() throws {
    let text = "##[error]stop"
    let model = Program.fixture("models/baseline")
    let json = try Program.run(["tokenize", model, text, "--no-special", "--json"])
    #expect(!json.output.contains("##["))
    #expect(try JSONValue.parse(json.output)["decoded"]?.string == text)
    let lost = try Program.run(["inspect", "/nowhere/##[error]stop"])
    #expect(lost.status == 2 && !lost.errors.contains("##["))
  }

  @Test func validateShowsEveryProblem() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["validate", Program.fixture("tasks"), Program.fixture("quickstart.yaml")]).status == 0)
    let policy = try folder.write(
      "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: p}\nbudgts: []\nbudgets:\n  - {id: a, task: t, metric: acc, allowed_ratio: 5}\n",
      to: "p.yaml")
    let run = try Program.run(["validate", policy])
    #expect(run.status == 2)
    #expect(run.output.contains("p.yaml:4:1") && run.output.contains("budgets"), "\(run.output)")
    #expect(run.output.contains("p.yaml:6:"), "\(run.output)")
  }
}

// What `evaluate` prints for a whole task, against lm-evaluation-harness's numbers for the same run.

import Documents
import Foundation
import Testing

@Suite(.serialized) struct WholeNumbersTests {
  /// `task, filter: 30 items, metric 0.5` -> `metric,filter`: 0.5.
  private func numbers(_ output: String) -> [String: Double] {
    var numbers: [String: Double] = [:]
    for line in output.split(separator: "\n") {
      guard let colon = line.range(of: ": ") else { continue }
      let filter = line[..<colon.lowerBound].components(separatedBy: ", ").dropFirst().first ?? "none"
      for part in line[colon.upperBound...].components(separatedBy: ", ") {
        let words = part.split(separator: " ")
        if words.count == 2, let value = Double(words[1]) { numbers["\(words[0]),\(filter)"] = value }
      }
    }
    return numbers
  }

  @Test(arguments: 0..<9)
  func agree(index: Int) throws {
    let folder = try TemporaryFolder()
    let path = Program.fixture("evaluation/golden.json")
    let run = try #require(try JSONValue.parse(try Files.read(path), file: path)["runs"]?.array?[index])
    var options: [String] = []
    if let limit = run["limit"]?.integer { options += ["--limit", "\(limit)"] }
    if run["style"]?["apply_chat_template"]?.bool == true { options.append("--apply-chat-template") }
    if run["style"]?["fewshot_as_multiturn"]?.bool == true { options.append("--fewshot-as-multiturn") }
    if let text = run["style"]?["system_instruction"]?.string { options += ["--system-instruction", text] }
    let program = try Program.run(
      [
        "evaluate", "--model", Program.fixture("models/\(run["model"]?.string ?? "")"), "--tasks", Program.fixture(run["task"]?.string ?? ""),
        "--output", folder.path("a.jsonl"), "--no-cache", "--no-progress",
      ] + options)
    #expect(program.status == 0, "\(program.errors)")
    let found = numbers(program.output)
    let expected = run["numbers"]?.members ?? []
    #expect(!expected.isEmpty)
    for (name, value) in expected {
      let value = try #require(value.double)
      // Four digits behind the point are printed; a perplexity is the exponential of a mean of f32 sums.
      let tolerance = 0.5001e-4 + (name.contains("perplexity") ? 1e-4 * value : 0)
      #expect(abs((found[name] ?? .nan) - value) <= tolerance, "\(name): \(program.output)")
    }
  }
}

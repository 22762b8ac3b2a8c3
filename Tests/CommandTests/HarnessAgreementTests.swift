// The gate's answers against lm-evaluation-harness's own run on the same checkpoints and tasks: item by item, flip by flip.

import Documents
import Foundation
import Records
import Testing

@Suite(.serialized) struct HarnessAgreementTests {
  private func outcomes(_ model: String, task: String, in folder: TemporaryFolder) throws -> [ItemOutcome] {
    let path = folder.path(model.replacingOccurrences(of: "/", with: "-") + "-\(task).jsonl")
    let run = try Program.run([
      "evaluate", "--model", Program.fixture(model), "--tasks", Program.fixture("tasks/\(task).yaml"), "--output", path, "--no-cache",
      "--no-progress",
    ])
    #expect(run.status == 0, "\(run.errors)")
    return try RecordReader.read(path).outcomes
  }

  private func golden(_ name: String) throws -> JSONValue {
    let path = Program.fixture("golden/\(name).json")
    return try JSONValue.parse(try Files.read(path), file: path)
  }

  @Test(arguments: [
    ("models/baseline", "tiny_baseline"), ("models/candidate", "tiny_candidate"), ("models/baseline-q4_0.gguf", "tiny_baseline-q4_0"),
  ])
  func everyItemAgrees(model: String, reference: String) throws {
    let folder = try TemporaryFolder()
    let golden = try golden(reference)
    for task in ["stories", "arithmetic", "arithmetic_greedy"] {
      let items = golden["tasks"]?[task]?["items"]?.array ?? []
      let outcomes = try outcomes(model, task: task, in: folder)
      #expect(outcomes.count == items.count && !items.isEmpty)
      for (outcome, item) in zip(outcomes, items) {
        let choices = outcome.choices ?? []
        let logprobs = (item["logprobs"]?.array ?? []).compactMap(\.double)
        #expect(choices.count == logprobs.count)
        for (choice, logprob) in zip(choices, logprobs) {
          #expect(abs(choice.logprob - logprob) < 2e-4, "\(task) item \(outcome.index)")
        }
        #expect(choices.map(\.tokens) == (item["tokens"]?.array ?? []).compactMap(\.integer))
        #expect(choices.map { $0.isGreedy ? 1 : 0 } == (item["greedy"]?.array ?? []).compactMap(\.integer))
        for metric in ["acc", "acc_norm"] {
          guard let expected = item[metric]?.double else { continue }
          #expect(outcome.score(metric) == expected, "\(task) item \(outcome.index), \(metric)")
        }
      }
    }
  }

  /// The flips between two models are those of the two harness runs, for `acc` and for `acc_norm`.
  @Test func everyFlipAgrees() throws {
    let folder = try TemporaryFolder()
    let golden = try golden("tiny_flips")
    for (pair, candidate) in [("baseline -> candidate", "models/candidate"), ("baseline -> baseline-q4_0", "models/baseline-q4_0.gguf")] {
      for task in ["stories", "arithmetic"] {
        let old = try outcomes("models/baseline", task: task, in: folder)
        let new = try outcomes(candidate, task: task, in: folder)
        for metric in ["acc", "acc_norm"] {
          let expected = golden[pair]?[task]?[metric]
          for (name, before, after) in [("negative", 1.0, 0.0), ("positive", 0.0, 1.0)] {
            let mine = zip(old, new).filter { $0.score(metric) == before && $1.score(metric) == after }.map(\.0.index)
            #expect(mine == (expected?[name]?.array ?? []).compactMap(\.integer), "\(pair), \(task), \(metric), \(name)")
            #expect(!mine.isEmpty || pair != "baseline -> candidate", "both directions occur")
          }
        }
      }
    }
  }
}

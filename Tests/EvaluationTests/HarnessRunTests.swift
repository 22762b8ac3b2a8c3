// Whole runs against lm-evaluation-harness's: prompts in tokens, texts, filtered answers, scores, log-likelihoods.

import Documents
import Evaluation
import Foundation
import Records
import Testing

/// One run of `fixtures/evaluation/golden.json`.
struct HarnessRun: Sendable, CustomTestStringConvertible {
  var task: String
  var model: String
  var json: JSONValue

  var testDescription: String { "\(task), \(model)" }

  static let all: [HarnessRun] = {
    let path = Lab.fixture("evaluation/golden.json")
    // Without the file there is no run; a test counts them.
    guard let json = try? JSONValue.parse(try Files.read(path), file: path) else { return [] }
    return (json["runs"]?.array ?? []).compactMap { run in
      guard let task = run["task"]?.string, let model = run["model"]?.string else { return nil }
      return HarnessRun(task: task, model: model, json: run)
    }
  }()

  var settings: EvaluationSettings {
    let style = json["style"]
    return EvaluationSettings(
      limit: json["limit"]?.integer,
      prompting: Prompting(
        appliesChatTemplate: style?["apply_chat_template"]?.bool ?? false, systemInstruction: style?["system_instruction"]?.string,
        examplesAsTurns: style?["fewshot_as_multiturn"]?.bool ?? false), threads: 2)
  }

  var items: [JSONValue] { json["items"]?.array ?? [] }
}

@Suite struct HarnessRunTests {
  @Test func theRunsAreThere() { #expect(HarnessRun.all.count == 9) }

  @Test(arguments: HarnessRun.all)
  func everyItemAgrees(run: HarnessRun) throws {
    let record = try Lab.evaluate([Lab.fixture(run.task)], model: Lab.fixture("models/\(run.model)"), settings: run.settings)
    #expect(Set(record.outcomes.map(\.index)) == Set(run.items.compactMap { $0["index"]?.integer }))
    for item in run.items {
      let outcomes = record.outcomes.filter { $0.index == item["index"]?.integer }
      let expected = item["answers"]?.members ?? []
      if !expected.isEmpty { #expect(outcomes.map(\.filter).sorted() == expected.map(\.key).sorted()) }
      for outcome in outcomes {
        #expect(outcome.error == nil && outcome.unscored == nil)
        #expect(outcome.tokens.prompt == item["prompt_tokens"]?.integer, "item \(outcome.index)")
        if let output = item["output"] { #expect(outcome.output == output.string, "item \(outcome.index)") }
        if let logprobs = item["logprobs"]?.array {
          #expect(outcome.choices?.count == logprobs.count)
          for (choice, logprob) in zip(outcome.choices ?? [], logprobs) {
            // Sums of up to a thousand tokens in f32.
            #expect(abs(choice.logprob - (logprob.double ?? .nan)) < 1e-3, "item \(outcome.index)")
          }
        }
        let answer = expected.first { $0.key == outcome.filter }?.value
        if let text = answer?["text"] { #expect(outcome.prediction == text.string, "item \(outcome.index), \(outcome.filter)") }
        for (metric, value) in answer?["scores"]?.members ?? [] {
          #expect(outcome.score(metric) == value.double, "item \(outcome.index), \(outcome.filter), \(metric)")
        }
      }
    }
  }
}

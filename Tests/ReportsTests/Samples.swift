// Results to report: a comparison whose items are given one by one, held against a policy.

import Comparison
import Documents
import Policies
import Records
import Reports

/// An item of a sample, with what both sides answered; the first choice is the target.
struct Answers {
  var baseline: String
  var candidate: String
  var target = "a warm oven"
  /// Log-probabilities of the choices: the target, what the candidate said, and one more.
  var baselineLogprobs = [-1.0, -2.5, -3.0]
  var candidateLogprobs = [-2.0, -0.75, -3.0]
}

func result(
  _ items: [Answers], policy: String, names: (policy: String, task: String) = ("nightly", "cooking"),
  models: (String, String) = ("tiny-a", "tiny-b"), refine: (inout ItemOutcome) -> Void = { _ in }
) throws -> GateResult {
  func record(isBaseline: Bool) -> RunRecord {
    var outcomes: [ItemOutcome] = []
    for (index, item) in items.enumerated() {
      let said = isBaseline ? item.baseline : item.candidate
      let digits = String((index + 1) &* 0x9E37_79B1 & 0xFFFF_FFFF, radix: 16)
      var outcome = ItemOutcome(
        task: names.task, item: "sha256:" + String(repeating: "0", count: 8 - digits.count) + digits + String(repeating: "e", count: 56),
        index: index, target: item.target,
        prediction: said, tokens: .init(prompt: 1, output: 0))
      let isRight = said == item.target
      outcome.isCorrect = isRight
      outcome.scores = [.init(metric: "acc", value: isRight ? 1 : 0)]
      let texts = [item.target, item.candidate, "a cold oven"]
      let logprobs = isBaseline ? item.baselineLogprobs : item.candidateLogprobs
      outcome.choices = zip(texts, logprobs).map { .init(text: $0, logprob: $1, tokens: 2, isGreedy: false) }
      refine(&outcome)
      outcomes.append(outcome)
    }
    let scores = outcomes.first?.scores ?? [.init(metric: "acc", value: nil)]
    let metrics = scores.map { RecordHeader.Task.Metric(name: $0.metric, higherIsBetter: true) }
    let header = RecordHeader(
      created: "2026-01-02T03:04:05Z",
      model: .init(
        name: isBaseline ? models.0 : models.1, weightsDigest: "sha256:" + String(repeating: isBaseline ? "a" : "b", count: 64),
        configDigest: "sha256:c", adapterDigest: nil, parameters: 10, architecture: "llama"),
      tokenizerDigest: "sha256:t", chatTemplateDigest: nil,
      engine: .init(name: "flipgate", version: "0.1.0", precision: "f32", matrixLibrary: "none", kernels: "none"),
      tasks: [
        .init(
          name: names.task, taskDigest: "sha256:1", dataDigest: "sha256:2", fewshotCount: 0, items: items.count,
          metrics: metrics, primaryMetric: "acc")
      ])
    return RunRecord(header: header, outcomes: outcomes, isComplete: true)
  }
  var parsed = try Policy.parse("apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: sample}\n" + policy, file: "policy.yaml")
  // A policy file can't hold a hostile name, but a saved result can.
  parsed.name = names.policy
  let today = CalendarDate("2026-01-01") ?? CalendarDate(unixTime: 0)
  return parsed.judge(Comparison.compare(record(isBaseline: true), record(isBaseline: false)), today: today)
}

/// 8 items both right, 2 negative flips, 1 positive, 1 wrong with another answer.
let mixed: [Answers] =
  Array(repeating: Answers(baseline: "a warm oven", candidate: "a warm oven"), count: 8)
  + [
    Answers(baseline: "a warm oven", candidate: "a wet fridge"),
    Answers(baseline: "a warm oven", candidate: "a red spoon", candidateLogprobs: [-4, -0.5, -3]),
    Answers(baseline: "a blue pan", candidate: "a warm oven"), Answers(baseline: "a blue pan", candidate: "a red spoon"),
  ]

/// One budget of each outcome on `mixed`.
let everyOutcomePolicy = """
  budgets:
    - {id: flips, task: cooking, metric: negative_flips, allowed_ratio: 0.1}
    - {id: churn, task: cooking, metric: changed_wrong, allowed_ratio: 0.5}
    - {id: accuracy, task: cooking, metric: acc, max_drop: 0.2, min_value: 0.9, action: warn}
    - {id: waivable, task: cooking, metric: negative_flips, allowed_count: 1}
    - {id: many, task: cooking, metric: negative_flips, allowed_count: 5, min_items: 100}
    - {id: absent, task: baking, metric: negative_flips, allowed_count: 5, action: info}
  waivers: [{id: W-1, budget: waivable, allowed_count: 2, owner: jane, reason: label errors, expires: 2026-12-31}]
  """

// Small comparisons and policies to judge: every item's way of moving is given, the rest follows through the real comparison.

import Comparison
import Policies
import Records

/// One item of a sample: what both sides answered to it, and how it was scored.
struct SampleItem {
  var baseline: Double?
  var candidate: Double?
  var isBinary = true
  /// For items that are wrong on both sides.
  var keepsAnswer = true
  var slices: [ItemOutcome.Slice] = []
  var baselineFailure: String?
  var candidateFailure: String?
  var isOnBaseline = true
  var isOnCandidate = true
  /// By how much each side's answer led, in nats; nil for items without choices.
  var margins: (baseline: Double, candidate: Double)?

  static func flips(
    bothCorrect: Int = 0, negative: Int = 0, positive: Int = 0, same: Int = 0, changed: Int = 0, slices: [ItemOutcome.Slice] = []
  ) -> [SampleItem] {
    let kinds: [(Int, Double, Double, Bool)] = [
      (bothCorrect, 1, 1, true), (negative, 1, 0, true), (positive, 0, 1, true), (same, 0, 0, true), (changed, 0, 0, false),
    ]
    return kinds.flatMap { count, old, new, keeps in
      Array(repeating: SampleItem(baseline: old, candidate: new, keepsAnswer: keeps, slices: slices), count: count)
    }
  }

  /// Items that went from right to wrong, with the margins of their choices on both sides.
  static func negative(margins: [(Double, Double)]) -> [SampleItem] {
    margins.map { SampleItem(baseline: 1, candidate: 0, margins: (baseline: $0.0, candidate: $0.1)) }
  }

  /// Items with a continuous score.
  static func scores(_ pairs: [(Double, Double)]) -> [SampleItem] {
    pairs.map { SampleItem(baseline: $0.0, candidate: $0.1, isBinary: false) }
  }
}

/// A task of a sample.
struct SampleTask {
  var name = "quiz"
  var metric = "acc"
  var higherIsBetter = true
  var digest = "sha256:task"
  var items: [SampleItem]
}

func comparison(_ tasks: [SampleTask], candidateDigest: String = "sha256:new", candidateTaskDigest: String? = nil) -> Comparison {
  Comparison.compare(
    record(tasks, isBaseline: true), record(tasks, isBaseline: false, digest: candidateDigest, taskDigest: candidateTaskDigest))
}

/// One side's record; `digest` and `taskDigest` are the candidate's.
func record(_ tasks: [SampleTask], isBaseline: Bool, digest: String = "sha256:new", taskDigest: String? = nil) -> RunRecord {
  var outcomes: [ItemOutcome] = []
  var declared: [RecordHeader.Task] = []
  for task in tasks {
    var held = 0
    for (index, item) in task.items.enumerated() where isBaseline ? item.isOnBaseline : item.isOnCandidate {
      let value = isBaseline ? item.baseline : item.candidate
      let isRight = value == (task.higherIsBetter ? 1 : 0)
      let wrong = isBaseline || item.keepsAnswer ? "wrong" : "also wrong"
      var outcome = ItemOutcome(
        task: task.name, item: itemIdentity(index), index: index, target: "right", prediction: isRight ? "right" : wrong,
        tokens: .init(prompt: 1, output: 1))
      outcome.slices = item.slices
      if let margins = item.margins {
        let lead = isBaseline ? margins.baseline : margins.candidate
        outcome.choices = [outcome.prediction, "other"].enumerated().map { place, text in
          .init(text: text, logprob: place == 0 ? 0 : -lead, tokens: 1, isGreedy: place == 0)
        }
      }
      if let failure = isBaseline ? item.baselineFailure : item.candidateFailure {
        outcome.error = .init(kind: failure, message: failure)
      } else if let value {
        outcome.scores = [.init(metric: task.metric, value: value)]
        outcome.isCorrect = item.isBinary ? isRight : nil
      } else {
        outcome.unscored = "no answer found"
      }
      outcomes.append(outcome)
      held += 1
    }
    let definition = isBaseline ? task.digest : taskDigest ?? task.digest
    declared.append(
      .init(
        name: task.name, taskDigest: definition, dataDigest: "sha256:data", fewshotCount: 0, items: held,
        metrics: [.init(name: task.metric, higherIsBetter: task.higherIsBetter)], primaryMetric: task.metric))
  }
  let header = RecordHeader(
    created: "2026-01-02T03:04:05Z",
    model: .init(
      name: isBaseline ? "old" : "new", weightsDigest: isBaseline ? "sha256:old" : digest, configDigest: "sha256:c",
      adapterDigest: nil, parameters: 10, architecture: "llama"),
    tokenizerDigest: "sha256:t", chatTemplateDigest: nil,
    engine: .init(name: "flipgate", version: "0.1.0", precision: "f32", matrixLibrary: "none", kernels: "none"), tasks: declared)
  return RunRecord(header: header, outcomes: outcomes, isComplete: true)
}

/// `sha256:` and the number in 64 digits.
func itemIdentity(_ number: Int) -> String {
  let digits = "\(number)"
  return "sha256:" + String(repeating: "0", count: 64 - digits.count) + digits
}

/// A policy around some sections, with the fixed lines in front: `body` starts at line 4.
func policyText(_ body: String) -> String { "apiVersion: flipgate/v1\nkind: Policy\nmetadata: {name: test}\n" + body }

func policy(_ body: String) throws -> Policy { try Policy.parse(policyText(body), file: "p.yaml") }

let newYear = CalendarDate("2026-01-01") ?? CalendarDate(unixTime: 0)

func judge(_ body: String, _ items: [SampleItem], today: CalendarDate = newYear) throws -> GateResult {
  try policy(body).judge(comparison([SampleTask(items: items)]), today: today)
}

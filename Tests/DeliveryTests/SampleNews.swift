// Results to tell of: a small one that reads like a real run, and ones of any size with any text.

import Delivery
import Documents
import Policies

enum SampleNews {
  /// 500 items of two tasks: 37 flips where 20 are allowed, one budget that waits for evidence, one that holds.
  static func failed() throws -> GateResult {
    let task = taskJSON("hellaswag", paired: 500, negative: 37, positive: 12, before: 0.712, after: 0.662)
    let other = taskJSON("support:strict", paired: 40, negative: 1, positive: 0, before: 0.9, after: 0.875)
    let budgets = [
      budgetJSON(
        "hellaswag-flips", "hellaswag", status: "failed", observed: 37, allowed: 20,
        reason: "37 of 500 items went from right to wrong (7.4%), more than the allowed 20"),
      budgetJSON(
        "all-acc", "hellaswag", status: "passed", observed: 0.05, allowed: 0.06, reason: "the mean acc fell by 0.05, within the allowed 0.06"),
      budgetJSON("support-flips", "support:strict", status: "undecided", observed: 1, allowed: 2, reason: "40 items are fewer than min_items: 100"),
    ]
    let items = [
      itemJSON(
        "hellaswag", "sha256:" + String(repeating: "1a2b3c4d", count: 8), target: "goes back to <work> & rests.", before: "goes back to work.",
        after: "flies to the @moon.", margin: 2.5),
      itemJSON("support:strict", "ticket-17", target: "refund", before: "refund", after: "*no* refund", margin: 0.5),
    ]
    return try result("failed", policy: "assistant-prod", tasks: [task, other], budgets: budgets, items: items)
  }

  static func passed() throws -> GateResult {
    let task = taskJSON("hellaswag", paired: 500, negative: 3, positive: 12, before: 0.712, after: 0.73)
    let budget = budgetJSON(
      "hellaswag-flips", "hellaswag", status: "passed", observed: 3, allowed: 20,
      reason: "3 of 500 items went from right to wrong, within the allowed 20")
    return try result("passed", policy: "assistant-prod", tasks: [task], budgets: [budget], items: [])
  }

  static let failedRun = GateNews.failedRun(
    .init(
      policy: "assistant-prod", baseline: "org/base@v1", candidate: "out/step-4000",
      reason: "the candidate can't be used\n  because out/step-4000/model.safetensors: the file ends in the header"))

  /// A result with so many of everything, each name and text the given one.
  static func hostile(_ text: String, verdict: String = "failed", count: Int) throws -> GateResult {
    let statuses = ["failed", "undecided", "warned", "waived", "passed"]
    return try result(
      verdict, policy: text, baseline: text, candidate: text,
      tasks: (0..<count).map { taskJSON("\($0)\(text)", paired: .max, negative: .max - 1, positive: 3, before: 0.5, after: -1e300, metric: text) },
      budgets: (0..<count).map {
        budgetJSON("\($0)\(text)", text, status: statuses[$0 % 5], observed: 1e300, allowed: -0.5, reason: text, slice: text)
      },
      items: (0..<count).map { itemJSON(text, "\($0)\(text)", target: text, before: text, after: text, margin: 1) })
  }

  static func result(
    _ verdict: String, policy: String, baseline: String = "org/base@v1", candidate: String = "out/step-4000", tasks: [JSONValue],
    budgets: [JSONValue], items: [JSONValue]
  ) throws -> GateResult {
    func header(_ name: String) -> JSONValue {
      [
        "format": "flipgate.run", "version": 1, "created": "2026-01-02T03:04:05Z",
        "model": [
          "name": .string(name), "weights_sha256": "w", "config_sha256": "c", "adapter_sha256": .null, "parameters": 1, "architecture": "llama",
        ], "tokenizer_sha256": "t", "chat_template_sha256": .null,
        "engine": ["name": "flipgate", "version": "0", "precision": "f32", "matrix_library": "none", "kernels": "none"], "tasks": [],
        "shard": .null,
      ]
    }
    let json: JSONValue = [
      "format": "flipgate.result", "version": 1, "verdict": .string(verdict), "exit_status": 0,
      "policy": ["name": .string(policy), "sha256": .string("sha256:" + String(repeating: "c0ffee00", count: 8)), "path": "p.yaml"],
      "baseline": header(baseline), "candidate": header(candidate), "differences": [], "tasks": .array(tasks), "budgets": .array(budgets),
      "findings": [], "waivers": [], "remedy": .null, "items": .array(items),
    ]
    return try GateResult(json: json, file: "result.json")
  }

  private static func taskJSON(
    _ name: String, paired: Int, negative: Int, positive: Int, before: Double, after: Double, metric: String = "acc"
  ) -> JSONValue {
    let means: JSONValue = ["baseline_mean": .number(before), "candidate_mean": .number(after)]
    return [
      "task": .string(name), "primary_metric": .string(metric), "items": ["paired": .integer(paired)],
      "flips": ["both_correct": 1, "negative": .integer(negative), "positive": .integer(positive), "both_wrong_same": 0, "both_wrong_changed": 0],
      "metrics": .object(of: [(metric, means)]),
    ]
  }

  private static func budgetJSON(
    _ id: String, _ task: String, status: String, observed: Double, allowed: Double, reason: String, slice: String? = nil
  ) -> JSONValue {
    [
      "id": .string(id), "task": .string(task), "slice": slice.map(JSONValue.string) ?? .null, "metric": "negative_flips", "limit": "flips",
      "observed": .number(observed), "allowed": .number(allowed), "unit": "count", "interval": .null, "n": 500, "status": .string(status),
      "action": "fail", "waiver": .null, "reason": .string(reason),
    ]
  }

  private static func itemJSON(_ task: String, _ id: String, target: String, before: String, after: String, margin: Double) -> JSONValue {
    func answer(_ text: String, _ correct: Bool) -> JSONValue {
      ["prediction": .string(text), "correct": .bool(correct), "margin": .number(margin), "scores": ["acc": correct ? 1 : 0]]
    }
    return [
      "task": .string(task), "item": .string(id), "index": 0, "flip": "negative", "target": .string(target), "baseline": answer(before, true),
      "candidate": answer(after, false),
    ]
  }
}

extension Notification {
  /// A notification of a service with everything let out.
  static func sample(
    _ service: Service, on occasions: Set<Occasion> = [.failed, .undecided, .warned, .error], detail: Detail = .items, report: String? = nil,
    allowsPrivate: Bool = false, required: Bool = false
  ) -> Notification {
    let secret: String? = service == .webhook ? "HOOK_SECRET" : service == .pagerDuty ? "PD_KEY" : nil
    return Notification(
      id: "alerts", service: service, addressVariable: "HOOK_URL", secretVariable: secret, occasions: occasions, isRequired: required,
      allowsPrivate: allowsPrivate, detail: detail, reportAddress: report)
  }
}

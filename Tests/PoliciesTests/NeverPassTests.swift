// A policy, a waiver or evidence that is wrong in any way never turns a failure into a pass: random comparisons that fail, and everything done to them.

import Comparison
import Documents
import Policies
import Records
import Testing

@Suite struct NeverPassTests {
  /// A policy whose every budget has one limit, so that no part of it can be taken away without a fault or a stricter policy.
  static func document(_ extra: [(String, JSONValue)] = []) -> JSONValue {
    let defaults: JSONValue = [
      "action": "fail", "on_missing": "error", "on_insufficient_evidence": "undecided", "min_items": 5, "max_error_ratio": 0,
      "max_unscored_ratio": 0, "confidence": ["level": 0.95, "correction": "none", "resamples": 200],
    ]
    let budgets: JSONValue = [
      ["id": "flips", "task": "quiz", "metric": "negative_flips", "allowed_ratio": 0.01, "action": "fail"],
      ["id": "bound", "task": "quiz", "metric": "negative_flips", "allowed_ratio": 0.05, "decide_on": "bound"],
      ["id": "drop", "task": "quiz", "metric": "acc", "max_drop": 0.01],
    ]
    return .object(
      of: [
        ("apiVersion", "flipgate/v1"), ("kind", "Policy"), ("metadata", ["name": "p"]), ("required_tasks", ["quiz"]), ("defaults", defaults),
        ("budgets", budgets),
      ] + extra)
  }

  /// Between 40 and 80 % of the items go from right to wrong: every budget of the policy is broken.
  static func items(_ random: inout Dice) -> [SampleItem] {
    let n = 30 + random.below(60)
    let flips = n * (4 + random.below(5)) / 10
    return SampleItem.flips(bothCorrect: n - flips - 2, negative: flips, same: 1, changed: 1)
  }

  /// nil where the policy can't be used.
  static func verdict(_ policy: JSONValue, _ comparison: Comparison) -> Verdict? {
    do { return try Policy.parse(policy.serialized(), file: "p.yaml").judge(comparison, today: newYear).verdict } catch { return nil }
  }

  static func isNoPass(_ verdict: Verdict?) -> Bool { verdict == nil || verdict == .failed || verdict == .undecided }

  /// Every document that has one key or element less, or one unknown key more.
  static func mutations(_ value: JSONValue) -> [JSONValue] {
    switch value {
    case .object:
      let members = (value.members ?? []).map { ($0.key, $0.value) }
      var results: [JSONValue] = [.object(of: members + [("allowed_ration", 1)])]
      for (place, member) in members.enumerated() {
        var without = members
        without.remove(at: place)
        results.append(.object(of: without))
        results += mutations(member.1).map { changed in
          var others = members
          others[place].1 = changed
          return .object(of: others)
        }
      }
      return results
    case .array(let elements):
      return elements.indices.flatMap { place in
        mutations(elements[place]).map { changed in
          var others = elements
          others[place] = changed
          return JSONValue.array(others)
        }
      }
    case .number, .integer:
      // A percentage without its sign, what is no number, a negative one.
      return [.integer(95), .string("NaN"), .string("1e999"), .integer(-1), .null]
    default: return [.string("pas"), .null, .integer(1)]
    }
  }

  @Test(arguments: 0..<20) func wrongPolicies(_ seed: UInt64) throws {
    var random = Dice(seed: seed)
    let comparison = comparison([SampleTask(items: Self.items(&random))])
    let policy = Self.document()
    #expect(Self.verdict(policy, comparison) == .failed)
    for mutation in Self.mutations(policy) {
      // `min_items: 95` is a wish for more evidence, and `max_drop: 95` and `level` say what they say: only what passes is wrong.
      let verdict = Self.verdict(mutation, comparison)
      #expect(Self.isNoPass(verdict), "\(mutation.serialized()): \(verdict?.rawValue ?? "")")
    }
  }

  @Test(arguments: 0..<20) func wrongWaivers(_ seed: UInt64) throws {
    var random = Dice(seed: 100 + seed)
    let items = Self.items(&random)
    let comparison = comparison([SampleTask(items: items)])
    let right: [(String, JSONValue)] = [
      ("id", "W"), ("budget", "flips"), ("owner", "jane"), ("reason", "known"), ("expires", "2026-06-30"), ("allowed_ratio", 1),
      ("candidate", "sha256:new"),
    ]
    /// A policy of the one budget that the waiver is for.
    func verdict(_ waiver: [(String, JSONValue)]) -> Verdict? {
      let members = (Self.document([("waivers", [.object(of: waiver)])]).members ?? []).map { member -> (String, JSONValue) in
        member.key == "budgets" ? (member.key, .array(Array((member.value.array ?? []).prefix(1)))) : (member.key, member.value)
      }
      return Self.verdict(.object(of: members), comparison)
    }
    #expect(verdict(right) == .warned, "the waiver as it should be lets the candidate through")
    let wrong: [(String, JSONValue?)] = [
      ("id", nil), ("budget", nil), ("owner", nil), ("reason", nil), ("expires", nil), ("allowed_ratio", nil), ("expires", "2025-12-31"),
      ("expires", "2026-02-30"), ("expires", "never"), ("budget", "flip"), ("candidate", "sha256:other"), ("allowed_ratio", 1.01),
      ("allowed_ratio", 5), ("allowed_ratio", "NaN"), ("allowed_ratio", 0.01), ("allowed_ratio", 0.02), ("allowed_ratio", -1),
      ("expire", "2027-01-01"),
    ]
    for (key, value) in wrong {
      var waiver = right.filter { $0.0 != key }
      if let value { waiver.append((key, value)) }
      let verdict = verdict(waiver)
      #expect(Self.isNoPass(verdict), "\(key): \(value?.serialized() ?? "removed"): \(verdict?.rawValue ?? "")")
    }
  }

  /// Evidence that is taken away or broken: items missing on either side, scores that are not numbers, errors, other questions, a torn record.
  @Test(arguments: 0..<40) func wrongEvidence(_ seed: UInt64) throws {
    var random = Dice(seed: 200 + seed)
    let whole = Self.items(&random)
    var items = whole
    for place in items.indices where items[place].baseline == 1 && items[place].candidate == 0 && random.chance(0.95) {
      switch random.below(5) {
      case 0: items[place].isOnCandidate = false
      case 1: items[place].isOnBaseline = false
      case 2: items[place].candidate = nil
      case 3: items[place].candidateFailure = "oom"
      default: items[place].baselineFailure = "oom"
      }
    }
    let policy = Self.document()
    #expect(Self.isNoPass(Self.verdict(policy, comparison([SampleTask(items: items)]))))
    #expect(Self.isNoPass(Self.verdict(policy, comparison([SampleTask(items: whole)], candidateTaskDigest: "sha256:other"))))
    #expect(Self.isNoPass(Self.verdict(policy, comparison([SampleTask(name: "quizz", items: whole)]))))
    #expect(Self.isNoPass(Self.verdict(policy, comparison([]))))
    // Scores that are not numbers on the candidate's side, where right and wrong are known, and where they are not.
    for value in [Double.nan, .infinity, -.infinity] {
      for isKnown in [true, false] {
        var candidate = record([SampleTask(items: whole)], isBaseline: false)
        for place in candidate.outcomes.indices {
          candidate.outcomes[place].scores = [.init(metric: "acc", value: value)]
          if !isKnown { candidate.outcomes[place].isCorrect = nil }
        }
        let comparison = Comparison.compare(record([SampleTask(items: whole)], isBaseline: true), candidate)
        #expect(Self.isNoPass(Self.verdict(policy, comparison)), "\(value), known: \(isKnown)")
      }
    }
  }

  /// An allowance by name judges the evidence, it does not pass it.
  @Test func allowedDifferencesAreJudged() throws {
    let items = SampleItem.flips(bothCorrect: 50, negative: 50)
    let other = comparison([SampleTask(items: items)], candidateTaskDigest: "sha256:other")
    let body = "defaults: {allow_differences: [task]}\nbudgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: "
    #expect(try policy(body + "0.1}]").judge(other, today: newYear).verdict == .failed)
    #expect(try policy(body + "0.5}]").judge(other, today: newYear).verdict == .warned)
    #expect(
      try policy(body.replacing("[task]", with: "[data, prompts]") + "0.5}]").judge(other, today: newYear).verdict == .undecided)
  }
}

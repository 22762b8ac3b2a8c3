// Thousands of gates through the judge itself: how often a policy blocks where nothing is wrong, and how often where something is.
//
// FLIPGATE_SIMULATED_GATES=10000 swift test --filter GateSimulation prints the numbers of Benchmarks/README.md; without it 400 gates are judged.

import Comparison
import Foundation
import Policies
import Records
import Testing

@Suite struct GateSimulationTests {
  static let gates = ProcessInfo.processInfo.environment["FLIPGATE_SIMULATED_GATES"].flatMap { Int($0) } ?? 400

  /// `limit` and four standard errors of a share of so many gates.
  static func atMost(_ limit: Double) -> Double { limit + 4 * (limit * (1 - limit) / Double(gates)).squareRoot() }
  static func atLeast(_ limit: Double) -> Double { limit - 4 * (limit * (1 - limit) / Double(gates)).squareRoot() }

  /// Tasks of independent items, a share of which go from right to wrong; counts alone, as a comparison has them.
  static func comparison(_ flips: [Int], of n: Int) -> Comparison {
    let header = record([SampleTask(items: [])], isBaseline: true).header
    let tasks = flips.enumerated().map { place, negative in
      var counts = TaskComparison.ItemCounts()
      (counts.baseline, counts.candidate, counts.paired) = (n, n, n)
      var moved = FlipCounts()
      (moved.negative, moved.bothCorrect) = (negative, n - negative)
      return TaskComparison(task: "task-\(place)", primaryMetric: "acc", items: counts, flips: moved, metrics: [], pairs: [])
    }
    return Comparison(baseline: header, candidate: header, tasks: tasks, differences: [])
  }

  static func policy(correction: String = "holm", budgets: Int = 1) throws -> Policy {
    let entries = (0..<budgets).map { "{id: b\($0), task: task-\($0), metric: negative_flips, allowed_ratio: 0.02}" }
    return try PoliciesTests.policy(
      "defaults: {decide_on: bound, confidence: {level: 0.95, correction: \(correction)}}\nbudgets: [\(entries.joined(separator: ", "))]")
  }

  /// The share of gates with a verdict, where each task's true rate of flips is `rate`.
  static func share(_ verdict: Verdict, _ policy: Policy, rates: [Double], n: Int, seed: UInt64) -> Double {
    var random = Dice(seed: seed)
    let hits = (0..<gates).count { _ in
      policy.judge(comparison(rates.map { random.binomial(n, $0) }, of: n), today: newYear).verdict == verdict
    }
    return Double(hits) / Double(gates)
  }

  /// The worst case of "nothing is wrong": each true rate is all that its budget allows.
  @Test(arguments: [(1, 300), (1, 1000), (10, 300), (10, 1000)]) func falseAlarms(_ budgets: Int, _ n: Int) throws {
    let policy = try Self.policy(budgets: budgets)
    let blocked = Self.share(.failed, policy, rates: Array(repeating: 0.02, count: budgets), n: n, seed: UInt64(n + budgets))
    print("false alarms, \(budgets) budgets of 2 % at their limit, \(n) items each, Holm: \(blocked * 100) % of \(Self.gates) gates")
    #expect(blocked <= Self.atMost(0.05))
  }

  /// Without a correction ten budgets at their limit block far more often than one.
  @Test func withoutHolmAlarmsAddUp() throws {
    let rates = Array(repeating: 0.02, count: 10)
    let plain = Self.share(.failed, try Self.policy(correction: "none", budgets: 10), rates: rates, n: 1000, seed: 3)
    print("false alarms, 10 budgets, 1000 items each, no correction: \(plain * 100) %")
    #expect(plain > 0.15)
  }

  /// At the numbers that `flipgate plan` gives, twice the budget blocks and half of it passes at least four times in five.
  @Test func plannedPower() throws {
    let plan = GatePlan(budget: 0.02, level: 0.95, power: 0.8)
    let policy = try Self.policy()
    let toFail = try #require(plan.itemsToFail(rate: 0.04))
    let blocked = Self.share(.failed, policy, rates: [0.04], n: toFail, seed: 5)
    let toPass = try #require(plan.itemsToPass(rate: 0.01))
    let passed = Self.share(.passed, policy, rates: [0.01], n: toPass, seed: 6)
    print("power at the plan: a rate of 4 % on \(toFail) items blocks \(blocked * 100) %, one of 1 % on \(toPass) items passes \(passed * 100) %")
    #expect(blocked >= Self.atLeast(0.8) && passed >= Self.atLeast(0.8))
  }

  /// Means judged by their bound: accuracy that does not change with 10 % of the items flipping either way (Newcombe), and a continuous score whose
  /// mean stays (bootstrap). Both intervals are approximate: their error is allowed a tenth more than its name.
  @Test(arguments: ["newcombe", "percentile", "bca"]) func falseAlarmsOfMeans(_ method: String) throws {
    let isBinary = method == "newcombe"
    let gates = isBinary ? Self.gates : min(Self.gates, 2_000)
    let policy = try PoliciesTests.policy(
      """
      defaults: {decide_on: bound, confidence: {resamples: 1000, bootstrap: \(isBinary ? "percentile" : method)}}
      budgets: [{id: b, task: quiz, metric: \(isBinary ? "acc" : "rouge1"), max_drop: 0}]
      """)
    var random = Dice(seed: 7)
    var blocked = 0
    for _ in 0..<gates {
      let items = (0..<200).map { _ -> SampleItem in
        if isBinary {
          let roll = random.unit()
          return SampleItem(baseline: roll < 0.05 || roll > 0.3 ? 1 : 0, candidate: roll > 0.05 && (roll < 0.1 || roll > 0.3) ? 1 : 0)
        }
        return SampleItem(baseline: 0.5, candidate: 0.5 + 0.1 * random.normal(), isBinary: false)
      }
      let task = SampleTask(metric: isBinary ? "acc" : "rouge1", items: items)
      let compared = Comparison.compare(record([task], isBaseline: true), record([task], isBaseline: false), settings: policy.comparisonSettings)
      if policy.judge(compared, today: newYear).verdict == .failed { blocked += 1 }
    }
    let share = Double(blocked) / Double(gates)
    print("false alarms of means, \(method), 200 items: \(share * 100) % of \(gates) gates")
    #expect(share <= 0.055 + 4 * (0.05 * 0.95 / Double(gates)).squareRoot())
  }
}

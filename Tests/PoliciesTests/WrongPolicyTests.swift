// Whatever is wrong with a policy, it never turns a failure into a pass: random comparisons under damaged policies.

import Comparison
import Documents
import Policies
import Records
import Testing

@Suite struct WrongPolicyTests {
  /// A small generator (Lehmer's, modulus 2^31 - 1), so that a seed names its case.
  struct Dice {
    var state: UInt64
    init(_ seed: Int) { state = UInt64(seed) % 2_147_483_646 + 1 }
    mutating func roll(_ sides: Int) -> Int {
      state = state * 48_271 % 2_147_483_647
      return Int(state % UInt64(sides))
    }
  }

  /// A comparison with 1 to 6 confident negative flips among up to 90 items, in two languages.
  static func failing(_ seed: Int) -> Comparison {
    var dice = Dice(seed)
    let languages = ["de", "en"].map { [ItemOutcome.Slice(name: "language", value: $0)] }
    var items = SampleItem.flips(bothCorrect: 1 + dice.roll(40), slices: languages[0])
    items += SampleItem.flips(positive: dice.roll(20), same: dice.roll(10), changed: dice.roll(10), slices: languages[1])
    items += SampleItem.flips(negative: 1 + dice.roll(4), slices: languages[dice.roll(2)])
    items += SampleItem.negative(margins: [(0.01, 0.01), (1, 2)])
    return comparison([SampleTask(items: items)])
  }

  /// Every key of a budget that loosens or tightens it; each is broken by one confident flip.
  static let limits: [[(key: String, value: String)]] = [
    [("allowed_count", "0"), ("min_margin", "0.1"), ("action", "fail"), ("on_missing", "fail"), ("min_items", "1"), ("decide_on", "bound")],
    [("allowed_ratio", "0"), ("on_insufficient_evidence", "fail"), ("min_margin", "4.5")],
    [("allowed_count", "0"), ("allowed_ratio", "0.5"), ("combine", "min"), ("action", "fail")],
  ]

  static func body(_ limits: [(key: String, value: String)]) -> String {
    let keys = limits.map { ", \($0.key): \($0.value)" }.joined()
    return "budgets: [{id: b, task: quiz, metric: negative_flips\(keys)}]\n"
      + "slices: [{id: s, tasks: [quiz], by: language, budgets: [{metric: negative_flips\(keys)}]}]\n"
  }

  /// Either the policy is refused, or the verdict is no pass.
  static func neverPasses(_ text: String, _ comparison: Comparison, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    guard let policy = try? Policy.parse(text, file: "p.yaml", knownMetrics: ["acc"]) else { return }  // Refused: that is what is asked for.
    let result = policy.judge(comparison, today: newYear)
    #expect(result.exitStatus != .passed, "\(text)\n\(result.budgets.map(\.reason))", sourceLocation: sourceLocation)
  }

  @Test(arguments: 0..<6) func damagedKeys(_ seed: Int) {
    let comparison = Self.failing(seed)
    for limits in Self.limits {
      Self.neverPasses(policyText(Self.body(limits)), comparison)
      for place in limits.indices {
        func changed(_ change: (inout (key: String, value: String)) -> Void) -> String {
          var damaged = limits
          change(&damaged[place])
          return policyText(Self.body(damaged))
        }
        var without = limits
        without.remove(at: place)
        Self.neverPasses(policyText(Self.body(without)), comparison)
        Self.neverPasses(changed { $0.key += "s" }, comparison)
        Self.neverPasses(changed { $0.key = String($0.key.dropLast()) }, comparison)
        for value in [".nan", "1.5", "-1", "'150%'", "101%", ".inf", "null", "[]", "{}", "1e400", "pass?", "''"] {
          Self.neverPasses(changed { $0.value = value }, comparison)
        }
      }
    }
  }

  @Test(arguments: [
    "allowed_count: 99, expires: 2025-12-31", "allowed_count: 99, expires: 2025-02-30", "allowed_count: 99", "expires: 2027-01-01",
    "allowed_count: 99, expires: 2027-01-01, candidate: 'sha256:another'", "allowed_ratio: 1.01, expires: 2027-01-01",
    "allowed_count: 0, expires: 2027-01-01", "allowed_count: 99, expires: 2027-01-01, budgets: b", "allowed_ratio: .nan, expires: 2027-01-01",
    "allowed_count: 1e9, expires: 2027-01-01",
  ])
  func wrongWaivers(_ waiver: String) {
    for seed in 0..<10 {
      let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_count: 0}]\n"
      let text = policyText(body + "waivers: [{id: W, budget: b, owner: jane, reason: none, \(waiver)}]")
      Self.neverPasses(text, Self.failing(seed))
    }
  }

  /// What a child adds takes nothing away from its parent: the failure stays, whatever else is there.
  @Test(arguments: 0..<8) func extensionsThatOnlyAdd(_ seed: Int) throws {
    var dice = Dice(seed)
    let additions = [
      "tasks: [piqa]", "required_tasks: [quiz]", "defaults: {}", "defaults: {confidence: {}}", "budgets: []", "slices: []", "waivers: []",
      "budgets: [{id: more, task: quiz, metric: acc, min_value: 0}]", "must_not_flip: []", "x-own: 1",
      "slices: [{id: t, tasks: [quiz], by: language, budgets: [{metric: acc, max_drop: 1}]}]", "budgets: [{id: b}]", "slices: [{id: s}]",
    ]
    let own = additions.filter { _ in dice.roll(2) == 0 }
    var seen: Set<String> = []
    let lines = own.filter { seen.insert(String($0.prefix { $0 != ":" })).inserted }
    for limits in Self.limits {
      let folder = try PolicyFolder([
        "base.yaml": policyText(Self.body(limits)),
        "child.yaml": policyText("extends: base.yaml\n" + lines.joined(separator: "\n")),
      ])
      let (base, child) = (try folder.load("base.yaml"), try folder.load("child.yaml"))
      let comparison = Self.failing(seed)
      #expect(base.judge(comparison, today: newYear).verdict == .failed)
      #expect(child.judge(comparison, today: newYear).verdict == .failed, "\(lines)")
    }
  }

  @Test(arguments: ["extends: gone.yaml", "extends: p.yaml", "extends: ''", "extends: null", "extends: [p.yaml]", "extends: .", "extend: base.yaml"])
  func wrongParents(_ line: String) {
    #expect(throws: PolicyError.self) { try Policy.parse(policyText(line), file: "p.yaml") }
    #expect(throws: PolicyError.self) { try Policy.parse(policyText(line + "\n" + Self.body(Self.limits[0])), file: "p.yaml") }
  }

  /// A score that is not a number is no evidence.
  @Test func scoresThatAreNoNumbers() throws {
    let policy = try policy("budgets: [{id: b, task: quiz, metric: acc, max_drop: 0.5}]")
    for pair in [(0.5, Double.nan), (Double.nan, 0.5), (0.5, -Double.infinity), (Double.infinity, Double.infinity)] {
      let result = policy.judge(comparison([SampleTask(items: SampleItem.scores([(0.5, 0.5), pair]))]), today: newYear)
      #expect(result.verdict == .undecided)
    }
  }
}

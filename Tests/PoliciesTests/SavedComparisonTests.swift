// A comparison that was written to a file is judged as the two records are, byte for byte; one that can't be is refused.

import Comparison
import Documents
import Policies
import Records
import Testing

@Suite struct SavedComparisonTests {
  static let policyBody = """
    defaults: {max_unscored_ratio: 1, max_error_ratio: 1, confidence: {level: 0.9, resamples: 300, seed: 5, bootstrap: bca}}
    budgets:
      - {id: flips, task: "*", metric: negative_flips, allowed_ratio: 0.1, decide_on: bound}
      - {id: sure, task: quiz, metric: multiple_choice_negative_flips, allowed_ratio: 0.1, min_margin: 0.5}
      - {id: drops, task: sums, metric: rouge1, item_drop: 0.2, allowed_ratio: 0.1, max_drop: 0.05, mean_regression: 0.2, min_value: 0.1}
      - {id: means, task: sums, metric: rouge1, max_drop: 0.05, max_relative_drop: 0.1, max_gain: 0.1, mean_regression: 0.2, decide_on: bound}
    slices: [{id: s, tasks: ["*"], by: lang, budgets: [{metric: negative_flips, allowed_ratio: 0.05}]}]
    must_not_flip: [{id: m, task: quiz, items: ["\(itemIdentity(1))", "\(itemIdentity(17))"]}]
    """

  static func tasks(_ random: inout Dice) -> [SampleTask] {
    let binary = (0..<60).map { _ in
      var item = SampleItem(baseline: random.chance(0.7) ? 1 : 0, candidate: random.chance(0.7) ? 1 : 0, keepsAnswer: random.chance(0.5))
      if random.chance(0.5) { item.margins = (random.unit() * 2, random.unit() * 2) }
      if random.chance(0.6) { item.slices = [.init(name: "lang", value: random.chance(0.5) ? "de" : "fr")] }
      if random.chance(0.05) { item.candidateFailure = "context_overflow" }
      if random.chance(0.05) { item.baseline = nil }
      return item
    }
    let scores = (0..<40).map { _ in
      SampleItem(baseline: random.unit(), candidate: random.chance(0.02) ? nil : random.unit(), isBinary: false)
    }
    return [SampleTask(items: binary), SampleTask(name: "sums", metric: "rouge1", items: scores)]
  }

  @Test(arguments: 0..<12) func judgedAlike(_ seed: UInt64) throws {
    var random = Dice(seed: seed)
    let tasks = Self.tasks(&random)
    let policy = try policy(Self.policyBody)
    let (old, new) = (RecordedRun(record(tasks, isBaseline: true)), RecordedRun(record(tasks, isBaseline: false)))
    let noise = seed.isMultiple(of: 2) ? try NoiseFloor(baseline: old, candidate: new, repeats: [("a", old)]) : nil
    let comparison = try Comparison.compare(old, new, settings: policy.comparisonSettings, noise: noise)
    // Saved with other settings: the policy's own count when it is judged.
    let text = try Comparison.compare(old, new, noise: noise).document(showing: policy.notablePairs)
    let saved = try SavedComparison(json: try JSONValue.parse(text), file: "c.json")
    let again = try Comparison.compare(saved, settings: policy.comparisonSettings, notable: policy.notablePairs)
    let expected = policy.judge(comparison, today: newYear).json.serialized(.indented)
    #expect(policy.judge(again, today: newYear).json.serialized(.indented) == expected)
    #expect(again.document(showing: policy.notablePairs) == comparison.document(showing: policy.notablePairs))
  }

  /// Items past their item_drop are judged without their texts, which a note says.
  @Test func missingTextsAreSaid() throws {
    let tasks = [SampleTask(metric: "rouge1", items: SampleItem.scores([(1, 0), (0.5, 0.5)]))]
    let policy = try policy("budgets: [{id: b, task: quiz, metric: rouge1, item_drop: 0.5, allowed_count: 1}]")
    let saved = try SavedComparison(json: comparison(tasks).json, file: "c.json")
    let result = policy.judge(try Comparison.compare(saved.baseline, saved.candidate), today: newYear)
    #expect(result.verdict == .passed && result.budgets.map(\.observed) == [1])
    #expect(
      result.findings.map(\.message) == [
        "the texts of 1 item past their item_drop are not in the saved comparison; make it with flipgate compare --policy"
      ])
  }

  @Test func aTornSideStaysTorn() throws {
    var torn = record([SampleTask(items: SampleItem.flips(bothCorrect: 3))], isBaseline: false)
    torn.isComplete = false
    let comparison = Comparison.compare(record([SampleTask(items: SampleItem.flips(bothCorrect: 3))], isBaseline: true), torn)
    let saved = try SavedComparison(json: comparison.json, file: "c.json")
    let result = try policy("budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 1}]").judge(
      try Comparison.compare(saved.baseline, saved.candidate), today: newYear)
    #expect(result.verdict == .undecided)
  }

  static let faults: [(String, JSONValue?, String)] = [
    ("format", "flipgate.result", "c.json: this is no comparison of flipgate"), ("version", 2, "c.json: the comparison has version 2"),
    ("outcomes", nil, "c.json: this comparison holds counts alone"), ("complete", nil, "c.json: complete is missing"),
    ("outcomes", [["task": "quiz", "filter": "none"]], "c.json: outcomes[0].items is missing"),
    ("items", 3, "c.json: items is a number"),
  ]

  @Test(arguments: faults) func brokenFilesAreRefused(_ key: String, _ value: JSONValue?, _ message: String) throws {
    let json = comparison([SampleTask(items: SampleItem.flips(bothCorrect: 2, negative: 1))]).json
    let members = (json.members ?? []).compactMap { member in member.key == key ? value.map { (key, $0) } : (member.key, member.value) }
    let error = #expect(throws: ComparisonError.self) { try SavedComparison(json: .object(of: members), file: "c.json") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  /// Whatever is changed in the columns, it is read as something else or refused, and never traps.
  @Test func columnsOfOtherLengthsAreRefused() throws {
    let json = comparison([SampleTask(items: SampleItem.flips(bothCorrect: 2, negative: 1))]).json
    let text = json.serialized()
    for (old, new) in [
      ("\"answers\":\"==x\"", "\"answers\":\"==\""), ("\"answers\":\"==x\"", "\"answers\":\"==y\""), ("\"state\":\"333\"", "\"state\":\"33z\""),
      ("\"state\":\"333\"", "\"state\":\"3333\""), ("\"index\":[0,1,2]", "\"index\":[0,1]"), ("\"slices\":[]", "\"slices\":[3]"),
    ] {
      let broken = text.replacing(old, with: new)
      #expect(broken != text, "\(old) is not in \(text)")
      #expect(throws: ComparisonError.self) { try SavedComparison(json: try JSONValue.parse(broken), file: "c.json") }
    }
  }
}

/// A small seeded generator (SplitMix64) for samples.
struct Dice {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0..<1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
  mutating func chance(_ p: Double) -> Bool { unit() < p }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  /// Nearly standard normal: twelve uniform numbers less 6 (variance 12 / 12).
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
  /// A draw of Binomial(n, p), by n draws.
  mutating func binomial(_ n: Int, _ p: Double) -> Int { (0..<n).count { _ in chance(p) } }
}

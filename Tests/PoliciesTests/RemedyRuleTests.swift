// The remedy that a policy asks for: read, taken over from a parent, and explained.

import Policies
import Testing

@Suite struct RemedyRuleTests {
  static let budgets = "budgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]\n"

  @Test func theFormatsOwnExample() throws {
    let rule = try #require(
      try policy(Self.budgets + "remedy: {kind: compatibility_adapter, recipe: muscle, train: data/train.jsonl, rank: 16, when: failed}").remedy)
    var expected = RemedyRule(train: ["data/train.jsonl"])
    expected.rank = 16
    #expect(rule == expected)
    #expect(!rule.decides && rule.when == .failed && rule.mask == nil)
  }

  @Test func everyKey() throws {
    let text = """
      remedy: {kind: compatibility_adapter, recipe: muscle, train: [a.jsonl, hellaswag], validation: v.jsonl, when: always, decides: true,
        drop_overlap: true, rank: 8, mask: always-old, start: residual, weighting: old-right, weight: 6, rest_weight: 0.5, lambda: 80%,
        temperature: 1.5, learning_rate: 0.001, epochs: 2, max_steps: 100, max_minutes: 15, seed: 3, sweep: ["rank=4,8"]}
      """
    let rule = try #require(try policy(Self.budgets + text).remedy)
    #expect(rule.train == ["a.jsonl", "hellaswag"] && rule.validation == "v.jsonl" && rule.when == .always && rule.decides && rule.dropsOverlap)
    #expect(rule.rank == 8 && rule.mask == .alwaysOld && rule.start == .residual)
    #expect(rule.weighting == .oldRight && rule.weight == 6 && rule.restWeight == 0.5)
    #expect(rule.lambda == 0.8 && rule.temperature == 1.5 && rule.learningRate == 0.001)
    #expect(rule.epochs == 2 && rule.maxSteps == 100 && rule.maxMinutes == 15 && rule.seed == 3 && rule.sweep == ["rank=4,8"])
    let lines = try policy(Self.budgets + text).explanation()
    let start = try #require(lines.firstIndex(of: "Remedy"))
    #expect(
      Array(lines[start...]) == [
        "Remedy",
        "  Whatever the verdict, a compatibility adapter is trained on \"a.jsonl\" and \"hellaswag\" (rank 8, mask always-old, start residual, "
          + "weighting old-right, weight 6, weight of the rest 0.5, lambda 0.8, "
          + "temperature 1.5, learning rate 0.001, 2 epochs, at most 100 steps, at most 15 minutes, the best of rank=4,8), "
          + "and the candidate is judged again with it.",
        "  Training examples that hold an item of the gate are left out.",
        "  The verdict is that of the candidate with the adapter.",
      ])
  }

  @Test func noRemedyIsNoRemedy() throws { #expect(try policy(Self.budgets).remedy == nil) }
}

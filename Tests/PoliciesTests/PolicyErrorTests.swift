// Faults of policy files: each at its place, all at once, with what to do.

import Comparison
import Documents
import Policies
import Testing

@Suite struct PolicyErrorTests {
  struct Case: CustomTestStringConvertible {
    var body: String
    var errors: [String]
    var testDescription: String { body }
  }

  /// `body` starts at line 4 of the file.
  static let cases: [Case] = [
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, alowed_ratio: 0.1}]",
      errors: [
        "4:11: the budget \"b\" on \"negative_flips\" has no limit; add allowed_ratio or allowed_count",
        "4:52: unknown key \"alowed_ratio\" in a budget; did you mean \"allowed_ratio\"?",
      ]),
    Case(
      body: "budget: []",
      errors: [
        "1:1: the policy judges nothing, so everything would pass; add budgets, slices or must_not_flip",
        "4:1: unknown key \"budget\" in the policy; did you mean \"budgets\"?",
      ]),
    Case(
      body: "budgets: []", errors: ["1:1: the policy judges nothing, so everything would pass; add budgets, slices or must_not_flip"]),
    Case(
      body: "budgets: {id: b}",
      errors: [
        "1:1: the policy judges nothing, so everything would pass; add budgets, slices or must_not_flip",
        "4:10: \"budgets\" is a mapping; expected a list",
      ]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: 5}]",
      errors: ["4:67: \"allowed_ratio\" is 5, which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\""]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: -0.1}]",
      errors: ["4:67: \"allowed_ratio\" is -0.1, which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\""]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: '101%'}]",
      errors: ["4:67: \"allowed_ratio\" is 101%, which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\""]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: '0.05'}]",
      errors: ["4:67: \"allowed_ratio\" is \"0.05\"; expected a number from 0 to 1, or a percentage such as \"5%\""]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: .nan}]",
      errors: ["4:67: \"allowed_ratio\" is .nan; expected a number from 0 to 1, or a percentage such as \"5%\""]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1.5}]",
      errors: ["4:67: \"allowed_count\" is 1.5; expected a whole number, at least 0"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_count: [1]}]",
      errors: ["4:67: \"allowed_count\" is a list; expected a whole number, at least 0"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1, allowed_ratio: 0.1}]",
      errors: ["4:85: allowed_count and allowed_ratio are both given; say which one counts with combine: max or combine: min"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1, combine: max}]",
      errors: ["4:79: combine chooses between allowed_count and allowed_ratio, but only one is given; remove it or give both"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, max_drop: 0.1}]",
      errors: [
        "4:11: the budget \"b\" on \"negative_flips\" has no limit; add allowed_ratio or allowed_count",
        "4:62: \"max_drop\" does not apply to the metric \"negative_flips\": flips are limited by allowed_ratio and allowed_count",
      ]),
    Case(
      body: "budgets: [{id: b, task: t, metric: acc}]",
      errors: [
        "4:11: the budget \"b\" on \"acc\" has no limit; add one of max_drop, max_relative_drop, min_value, max_gain, mean_regression, item_drop"
      ]),
    Case(
      body: "budgets: [{id: b, task: t, metric: acc, allowed_ratio: 0.1}]",
      errors: [
        "4:56: \"allowed_ratio\" does not apply to the metric \"acc\": it counts items; say with item_drop how much an item must lose to count"
      ]),
    Case(
      body: "budgets: [{id: b, task: t, metric: acc, item_drop: 0.1}]",
      errors: ["4:52: item_drop in the budget \"b\" has no \"allowed_ratio\"; add it"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flip, allowed_ratio: 0.1}]",
      errors: ["4:36: there is no metric \"negative_flip\"; did you mean \"negative_flips\"?"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: ac, max_drop: 0.1}]",
      errors: ["4:36: there is no metric \"ac\"; did you mean \"acc\"?"]),
    Case(
      body: "budgets:\n  - {id: b, task: t, metric: acc, max_drop: 0.1}\n  - {id: b, task: u, metric: acc, max_drop: 0.1}",
      errors: ["6:10: the budget id \"b\" is already used at line 5; give each its own, it is what reports are compared by"]),
    Case(
      body: "budgets: [{metric: acc, max_drop: 0.1}]",
      errors: ["4:11: a budget has no \"id\"; add it", "4:11: a budget has no \"task\"; add it"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: acc, max_drop: 0.1, action: block}]",
      errors: ["4:64: \"action\" is \"block\"; expected fail, warn, info"]),
    Case(
      body: "defaults: {action: fial}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: ["4:20: \"action\" is \"fial\"; expected fail, warn, info (did you mean \"fail\"?)"]),
    Case(
      body: "defaults: {unstable_items: skip}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: ["4:28: \"unstable_items\" is \"skip\"; expected count, exclude"]),
    Case(
      body: "defaults: {allow_differences: [promts, items]}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: [
        "4:31: \"allow_differences\" is \"promts\"; expected task, data, num_fewshot, prompts, truncation, system_instruction, fewshot_as_multiturn "
          + "(did you mean \"prompts\"?)",
        "4:31: \"allow_differences\" is \"items\"; expected task, data, num_fewshot, prompts, truncation, system_instruction, fewshot_as_multiturn",
      ]),
    Case(
      body: "defaults: {confidence: {level: 95, method: wilson}}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: [
        "4:32: \"level\" is 95; expected a number above 0.5 and below 1.0", "4:44: \"method\" is \"wilson\"; expected clopper_pearson",
      ]),
    Case(
      body: "remedy: {kind: compatibility_adapter}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: ["4:9: the remedy has no \"train\"; add it"]),
    Case(
      body: "remedy: {kind: potion, train: [], when: often, mask: always-oldd, lambda: 2}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: [
        "4:16: \"kind\" is \"potion\"; expected compatibility_adapter",
        "4:31: \"train\" is an empty list; expected at least one training file or task",
        "4:41: \"when\" is \"often\"; expected failed, always",
        "4:54: \"mask\" is \"always-oldd\"; expected student-wrong, always-old, old-correct, token-likelihood, sequence-likelihood "
          + "(did you mean \"always-old\"?)",
        "4:75: \"lambda\" is 2, which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\"",
      ]),
    Case(
      body: "extends: [a, b]\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]",
      errors: ["4:10: \"extends\" is a list; expected the path of a policy file"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: acc, max_drop: 0.1, min_margin: 0.1}]",
      errors: [
        "4:68: min_margin leaves close calls out of a count of flips, and \"acc\" is no such count; remove it, or use "
          + "negative_flips, positive_flips, changed_wrong, multiple_choice_negative_flips"
      ]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1, min_margin: 0}]",
      errors: ["4:82: \"min_margin\" is 0; expected a number above 0.0 and below 5.0"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1, min_margin: 100}]",
      errors: ["4:82: \"min_margin\" is 100; expected a number above 0.0 and below 5.0"]),
    Case(
      body: """
        budgets: [{id: flips, task: t, metric: negative_flips, allowed_count: 3}, {id: a, task: t, metric: acc, max_drop: 0.1}]
        waivers:
          - {id: W, budget: flip, allowed_count: 4, owner: j, reason: r, expires: 2026-02-30}
          - {id: W, budget: flips, allowed_count: 3, owner: j, reason: r, expires: 2026-02-28}
          - {id: X, budget: a, allowed_count: 3, owner: j, reason: r, expires: 2026-02-28}
          - {id: Y, budget: flips, owner: j, reason: r}
        """,
      errors: [
        "6:21: the waiver is for the budget \"flip\", which this policy does not have; did you mean \"flips\"?",
        "6:75: \"2026-02-30\" is no date; write an existing day as YYYY-MM-DD, such as 2026-12-31",
        "7:43: the waiver allows 3, and the budget already allows 3; a waiver only raises a ceiling",
        "8:21: a waiver raises allowed_count or allowed_ratio, and the budget \"a\" has neither; change the budget itself",
        "9:5: the waiver (a waiver raises a ceiling, it never removes one) has no \"allowed_count\"; add it",
        "9:5: a waiver has no \"expires\"; add it",
      ]),
    Case(
      body: "must_not_flip: [{id: m, task: '*', items: ['sha256:abc', name-7]}]",
      errors: [
        "4:31: \"task\" is \"*\"; expected the one task that the items belong to",
        "4:44: \"items\" is \"sha256:abc\"; expected an item identity as records hold it: the item's own name, or \"sha256:\" and 64 hexadecimal digits",
      ]),
    Case(
      body: "slices: [{id: s, tasks: [], by: language, budgets: [{metric: negative_flips, allowed_ratio: 2, task: t}]}]",
      errors: [
        "4:25: \"tasks\" is an empty list; expected task names, or \"*\" for all",
        "4:93: \"allowed_ratio\" is 2, which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\"",
        "4:96: unknown key \"task\" in a slice's budget; remove it, or start it with \"x-\" if it is your own",
      ]),
    Case(
      body: "budgets: [{id: \"a\\nb\", task: t, metric: acc, max_drop: 0.1}]",
      errors: ["4:16: \"id\" is a string of 3 bytes; expected 1 to 1000 bytes without control characters"]),
    Case(
      body: "budgets: [{id: b, task: t, metric: acc, max_drop: !python 0.1}]",
      errors: ["4:51: \"!python\" is not supported by this version of flipgate; write the value without a tag"]),
    Case(
      body: "budgets: [{id: b, task: t, task: u, metric: acc, max_drop: 0.1}]",
      errors: ["4:19: the key \"task\" appears twice in one mapping; remove one of them"]),
  ]

  @Test(arguments: cases) func faults(_ test: Case) {
    let error = #expect(throws: PolicyError.self) {
      try Policy.parse(policyText(test.body), file: "p.yaml", knownMetrics: ["acc", "acc_norm"])
    }
    #expect(error?.problems.map(\.description) == test.errors.map { "p.yaml:" + $0 })
  }

  @Test func theHead() {
    let error = #expect(throws: PolicyError.self) {
      try Policy.parse("apiVersion: flipgate/v2\nmetadata: {}\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]\n", file: "p.yaml")
    }
    #expect(
      error?.problems.map(\.description) == [
        "p.yaml:1:1: the policy has no \"kind\"; add it",
        "p.yaml:1:13: \"apiVersion\" is \"flipgate/v2\"; expected flipgate/v1",
        "p.yaml:2:11: metadata has no \"name\"; add it",
      ])
    #expect(error?.severity == .configuration)
  }

  @Test(arguments: ["", "[]", "text", "a: [", "- 1\n- 2", "\u{0}"]) func noPolicyAtAll(_ text: String) {
    #expect(throws: PolicyError.self) { try Policy.parse(text, file: "p.yaml") }
  }

  @Test func ownKeysAreLeftAlone() throws {
    let policy = try policy("x-note: hello\nbudgets: [{id: b, task: t, metric: acc, max_drop: 0.1, x-why: [1, 2]}]")
    #expect(policy.budgets.map(\.id) == ["b"])
  }

  /// The example of the format's description, without what this version leaves out.
  @Test func aFullPolicy() throws {
    let text = """
      # yaml-language-server: $schema=schema/policy.v1.schema.json
      apiVersion: flipgate/v1
      kind: Policy
      metadata: {name: assistant-prod, owner: ml-platform, description: what the assistant may lose}
      tasks: [hellaswag, ../tasks/support.yaml]
      required_tasks: [hellaswag]
      defaults:
        action: fail
        on_missing: error
        on_insufficient_evidence: undecided
        min_items: 100
        decide_on: point
        confidence: {level: 0.9, method: clopper_pearson, correction: holm, seed: 7, resamples: 2000}
        max_error_ratio: 0.0
        max_unscored_ratio: 2%
      budgets:
        - {id: hellaswag-flips, task: hellaswag, metric: negative_flips, allowed_ratio: 0.05, allowed_count: 20, combine: max}
        - {id: hellaswag-acc, task: hellaswag, metric: acc_norm, max_drop: 0.01, max_relative_drop: 0.02, min_value: 0.30, max_gain: 0.2}
        - {id: samsum-items, task: samsum, metric: rouge1, item_drop: 0.10, allowed_ratio: 1e-3}
        - {id: samsum-size, task: samsum, metric: rouge1, mean_regression: 0.05}
        - {id: all-changed, task: "*", metric: changed_wrong, allowed_ratio: 0.10, action: warn, min_items: 5}
      slices:
        - {id: by-language, tasks: ["*"], by: language, min_items: 50, budgets: [{metric: negative_flips, allowed_ratio: 0.02}]}
      must_not_flip:
        - {id: refunds, task: support, items: ["\(itemIdentity(1))", "\(itemIdentity(1))#2"], reason: "contractual"}
      waivers:
        - {id: W-14, budget: hellaswag-flips, allowed_count: 40, owner: jane@example.com, approved_by: lead@example.com,
           reason: label errors, ticket: ML-482, candidate: "sha256:...", expires: 2026-12-31}
      """
    let policy = try Policy.parse(text, file: "p.yaml")
    #expect(policy.name == "assistant-prod")
    #expect(policy.tasks == ["hellaswag", "../tasks/support.yaml"])
    #expect(policy.maxUnscoredRatio == 0.02)
    #expect(policy.confidence.correction == .holm)
    #expect(policy.comparisonSettings == ComparisonSettings(level: 0.9, bootstrap: PairedBootstrap(resamples: 2000, seed: 7)))
    #expect(policy.budgets[0].limits == [.flips(.combined(count: 20, ratio: 0.05, .max))])
    #expect(policy.budgets[1].limits == [.maxDrop(0.01), .maxRelativeDrop(0.02), .minValue(0.3), .maxGain(0.2)])
    #expect(policy.budgets[2].limits == [.itemDrop(0.1, .ratio(0.001))])
    #expect(policy.budgets[3].limits == [.meanRegression(0.05)])
    #expect(policy.budgets[4].task == .all)
    #expect(policy.budgets[4].rules.action == .warn)
    #expect(policy.budgets.map(\.rules.minItems) == [100, 100, 100, 100, 5])
    #expect(policy.slices[0].budgets[0].rules.minItems == 50)
    #expect(policy.waivers[0].expires == CalendarDate(year: 2026, month: 12, day: 31))
    #expect(policy.digest.hasPrefix("sha256:"))
  }
}

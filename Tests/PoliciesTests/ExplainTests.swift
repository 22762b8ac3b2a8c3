// A policy in sentences, and the counts that would pass.

import Comparison
import Policies
import Records
import Testing

@Suite struct ExplainTests {
  static let body = """
    required_tasks: [quiz]
    defaults: {min_items: 100, max_unscored_ratio: 2%, confidence: {level: 0.95, correction: holm}}
    budgets:
      - {id: flips, task: quiz, metric: negative_flips, allowed_ratio: 5%, allowed_count: 20, combine: max}
      - {id: certain, task: "*", metric: negative_flips, allowed_ratio: 5%, decide_on: bound, action: warn}
      - {id: none, task: quiz, metric: changed_wrong, allowed_count: 0, min_margin: 0.1}
      - {id: acc, task: quiz, metric: acc, max_drop: 0.01, min_value: 0.3}
    slices: [{id: by-language, tasks: ["*"], by: language, min_items: 10, budgets: [{metric: negative_flips, allowed_ratio: 10%}]}]
    must_not_flip: [{id: refunds, task: quiz, items: [one, two], reason: contract}]
    waivers: [{id: W, budget: flips, allowed_count: 40, owner: jane, reason: labels, ticket: ML-1, expires: 2026-12-31}]
    """

  @Test func sentences() throws {
    #expect(
      try policy(Self.body).explanation().joined(separator: "\n") == """
        test (p.yaml)
        Evidence
          Both sides must have answered "quiz"; else the gate is undecided.
          No item may have failed with an error; else its task is undecided.
          At most 2% of a task's items may be without a score; else its task is undecided.
        Budgets
          flips: in "quiz", at most the larger of 20 items and 5% of the items may go from right to wrong.
            Broken, it fails; fewer than 100 items: undecided; task, slice or metric missing: undecided.
          certain: in each task, at most 5% of the items may go from right to wrong.
            Passed if that is certain with 95% confidence, broken if the opposite is, else undecided. Where several budgets are judged so, \
        Holm's correction asks for more before one is broken.
            Broken, it warns; fewer than 100 items: undecided; task, slice or metric missing: undecided.
          none: in "quiz", no item may stay wrong with another answer.
            A flip whose choice was ahead by less than 0.1 on both sides is a close call and does not count (nats, or nats a character where \
        the primary metric divides by length). Without choices in the records every flip counts.
            Broken, it fails; fewer than 100 items: undecided; task, slice or metric missing: undecided.
          acc: in "quiz", the mean acc may get worse by at most 0.01.
          acc: in "quiz", the candidate's mean acc must be at least 0.3.
            Broken, it fails; fewer than 100 items: undecided; task, slice or metric missing: undecided.
        Slices
          by-language/negative_flips: for each value of "language" in each task, at most 10% of the items may go from right to wrong.
            Broken, it fails; fewer than 10 items: undecided; task, slice or metric missing: undecided.
        Items that must not flip
          refunds: in "quiz", none of 2 items may go from right to wrong (contract); otherwise it fails. \
        An item that is not right or wrong on both sides: undecided.
        Waivers
          W: until the end of 2026-12-31 (UTC), flips may reach 40 items, for any candidate: labels (ML-1); owner jane.
        """)
  }

  /// 300 items at 5 %: 15 by the count; by the bound 8 pass (design/metrics.md) and 22 fail (see BoundTests); 20 is the larger of 20 and 15.
  @Test func countsForANumberOfItems() throws {
    let lines = try policy(Self.body).explanation(on: .each(300)).filter { $0.contains("With 300") }.map { $0.trimming() }
    #expect(
      lines == [
        "With 300 items: up to 20 pass, and at 21 it fails.",
        "With 300 items: up to 8 pass, from 22 on it warns, and between them it is undecided.",
        "With 300 items: up to 0 pass, and at 1 it fails.", "With 300 items: up to 30 pass, and at 31 it fails.",
      ])
  }

  /// What is said to pass passes, and what is said to fail fails, budget by budget.
  @Test(arguments: [1, 40, 59, 120], ["point", "bound"]) func countsAreTheJudges(_ items: Int, _ basis: String) throws {
    for allowance in [
      "allowed_ratio: 0.05", "allowed_count: 3", "allowed_count: 0", "allowed_ratio: 1", "allowed_count: 2, allowed_ratio: 0.1, combine: min",
    ] {
      let body = "budgets: [{id: b, task: quiz, metric: negative_flips, \(allowance), decide_on: \(basis)}]"
      let counts = Array(0...min(items, 20)) + [items]
      let statuses = try counts.map { count in
        try judge(body, SampleItem.flips(bothCorrect: items - count, negative: count)).budgets[0].status
      }
      let line = try #require(try policy(body).explanation(on: .each(items)).first { $0.contains("With \(items) item") })
      let (passed, failed) = (statuses.lastIndex(of: .passed).map { counts[$0] }, statuses.firstIndex(of: .failed).map { counts[$0] })
      if passed == items {
        #expect(line.contains("any number passes"), "\(line)")
      } else if let passed {
        #expect(line.contains(": up to \(passed) pass"), "\(line)")
      } else {
        #expect(line.contains("not even 0 passes"), "\(line)")
      }
      if let failed { #expect(line.contains("at \(failed) it fails") || line.contains("from \(failed) on it fails"), "\(line)") }
    }
  }

  /// 1 - 0.95^(1/58) > 5 %: 59 items are the fewest that certify 5 % with no flip.
  @Test func tooFewToPass() throws {
    let body = "budgets: [{id: b, task: quiz, metric: negative_flips, allowed_ratio: 5%, decide_on: bound}]"
    let line = try #require(try policy(body).explanation(on: .each(58)).last)
    #expect(line.contains("not even 0 passes, which takes at least 59 items; from 7 on it fails"), "\(line)")
  }

  @Test func countsForARecord() throws {
    let languages = ["de", "en"].map { [ItemOutcome.Slice(name: "language", value: $0)] }
    var items = SampleItem.flips(bothCorrect: 90, slices: languages[0]) + SampleItem.flips(bothCorrect: 20, slices: languages[1])
    items[0].candidate = nil
    let supply = ItemSupply(RecordedRun(record([SampleTask(items: items)], isBaseline: false)))
    #expect(
      supply
        == .tasks([
          .init(
            name: "quiz", items: 109, hasRightAndWrong: true, metrics: ["acc"], slices: ["language": ["de": 89, "en": 20]])
        ]))
    let lines = try policy(Self.body).explanation(on: supply).filter { $0.contains("quiz, ") }.map { $0.trimming() }
    #expect(
      lines == [
        "quiz, 109 items: up to 20 pass, and at 21 it fails.",
        "quiz, 109 items: up to 1 pass, from 10 on it warns, and between them it is undecided.",
        "quiz, 109 items: up to 0 pass, and at 1 it fails.", "quiz, language=de, 89 items: up to 8 pass, and at 9 it fails.",
        "quiz, language=en, 20 items: up to 2 pass, and at 3 it fails.",
      ])
    let other = try policy("budgets: [{id: b, task: other, metric: negative_flips, allowed_count: 1}]").explanation(on: supply)
    #expect(other.contains("    The record has nothing that it is about: undecided."))
  }

  @Test func whatAParentSaid() throws {
    let folder = try ExtendsTests.child("budgets: [{id: flips, allowed_ratio: 0.1}]")
    let lines = try folder.load("child.yaml").explanation().map { $0.replacing(folder.path + "/", with: "") }
    #expect(lines.contains("  extends base.yaml"))
    #expect(lines.contains("  budgets.flips.allowed_ratio is 0.1 (child.yaml:5:38), not 0.2 (base.yaml:8:68)"), "\(lines)")
  }

  @Test func aPlan() {
    let lines = GatePlan(budget: 0.01).explanation(rate: 0)
    // 0.99^299 < 0.05 <= 0.99^298.
    #expect(lines[1] == "  A candidate whose true rate is 0% passes from 299 items on (at most 0 of 299 may flip).")
    let present = GatePlan(budget: 0.05).explanation(of: 300, rate: 0)
    #expect(present[0] == "Up to 8 of 300 flips pass, 22 or more fail.")
    #expect(GatePlan(budget: 0.05).explanation(of: 58, rate: 0)[0].hasPrefix("Not even 0 of 58 flips pass"))
  }
}

extension String {
  fileprivate func trimming() -> String { String(drop { $0 == " " }) }
}

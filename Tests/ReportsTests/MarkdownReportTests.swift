// Markdown: a golden of the sample, limits that are kept and said, and texts that stay code.

import Documents
import Policies
import Testing

@testable import Reports

@Suite struct MarkdownReportTests {
  private func markdown(_ result: GateResult, _ place: MarkdownReport.Place = .summary, room: Int = .max) -> String {
    String(decoding: MarkdownReport(place, room: room).render(result), as: UTF8.self)
  }

  @Test func everyOutcome() throws {
    let text = markdown(try result(mixed, policy: everyOutcomePolicy))
    #expect(
      text.hasPrefix(
        """
        ## ❌ FAILED · `nightly`

        1 of 7 budgets is broken, 1 could not be judged. The budget "flips" on "cooking" is broken: 2 of 12 items went from right to wrong \
        (16.67%), 1 more than the allowed 1 (10%); judged by the count (95% bounds: 3.05% to 43.81%)

        | | model | weights | engine |
        |---|---|---|---|
        | baseline | `tiny-a` | `aaaaaaaaaaaa` | `flipgate f32` |
        | candidate | `tiny-b` | `bbbbbbbbbbbb` | `flipgate f32` |

        | task | items | metric | baseline | candidate | change | negative flips | positive flips |
        |---|--:|---|--:|--:|--:|--:|--:|
        | `cooking` | 12 | `acc` | 0.8333 | 0.7500 | -0.0833 | **2** | 1 |

        | | budget | task | used | allowed | items | why |
        |---|---|---|--:|--:|--:|---|
        | ❌ FAILED | `flips` | `cooking` | 16.67% | ≤ 10% | 12 | 2 of 12 items went from right to wrong (16.67%), 1 more than the allowed 1 (10%); judged by the count (95% bounds: 3.05% to 43.81%) |
        | ❔ undecided | `many` | `cooking` | 2 | ≤ 5 | 12 |
        """), "\(text)")
    #expect(text.contains("### What got worse: 2 negative flips"))
    #expect(
      text.contains(
        """
        <details><summary><code>8ff34739</code> · <code>cooking</code> · item 8 · right before, wrong now</summary>

        Target

        ```text
        a warm oven
        ```

        Baseline, ahead by 1.50 · `acc` 1.0000

        ```text
        a warm oven
        ```

        Candidate, ahead by 1.25 · `acc` 0.0000

        ```text
        a wet fridge
        ```

        </details>
        """), "\(text)")
  }

  @Test func remedy() throws {
    let text = markdown(try HostileResult.remedied())
    #expect(text.contains("FAILED without it, UNDECIDED with it; the verdict is that of the candidate as it came."), "\(text)")
    #expect(text.contains("`out/adapter`: rank 16, 1024 values, trained on 80 examples in 2 steps, 2 s; loss 0.750 → 0.500."))
    #expect(text.contains("| `cooking` | negative flips | 2 | 0 |\n| `cooking` | `acc` | 0.7500 | 1.0000 |"))
    #expect(
      text.contains(
        """
        2 recipes were tried, on 400 validation tokens; as it came, the candidate has 12 negative flips there and predicts 0.7500.

        | recipe | negative flips | predicted | cross-entropy | steps | |
        |---|--:|--:|--:|--:|---|
        | `mask=student-wrong` | 9 | 0.7475 | 1.5000 | 2 |  |
        | `mask=always-old` | 3 | 0.7550 | 1.2500 | 2 | **taken**, on the frontier |
        """), "\(text)")
    let terminal = TerminalSummary(width: 100).render(try HostileResult.remedied())
    #expect(terminal.contains("    mask=always-old: 3 negative flips, 0.7550 predicted, taken\n"), "\(terminal)")
    #expect(text.contains("- `rank=64` failed: training diverged at step 3\n"), "\(text)")
    #expect(terminal.contains("    rank=64 failed: training diverged at step 3\n"), "\(terminal)")
    #expect(terminal.contains("    cooking: 2 negative flips without it, 0 with it\n"), "\(terminal)")
  }

  /// A remedy that failed is told with its causes in one line, wherever remedies are told; nothing of it can end a line or a tag.
  @Test func aFailedRemedy() throws {
    let sample = try result([Answers(baseline: "right", candidate: "wrong")], policy: everyOutcomePolicy)
    let failed = sample.remedyFailed("training <b>diverged</b>\n  because 1 is `2`\n  t.jsonl:1 is the same", decides: true)
    let sentence = "training <b>diverged</b>: 1 is `2`; t.jsonl:1 is the same"
    #expect(
      markdown(failed).contains(
        "### Remedy: a compatibility adapter\n\n⚠️ It failed, and there is no repaired candidate:\n\n```text\n\(sentence)\n```"))
    let terminal = TerminalSummary(width: 100).render(failed)
    #expect(terminal.contains("  Remedy: a compatibility adapter\n    It failed: \(sentence)\n"), "\(terminal)")
    let page = String(decoding: HTMLReport().render(failed), as: UTF8.self)
    #expect(page.contains("training &lt;b&gt;diverged&lt;/b&gt;: 1 is `2`; t.jsonl:1 is the same.") && !page.contains("With the adapter"))
  }

  /// 3,000 flips and 900 broken budgets: both places keep their limit and say what is missing, at any room.
  @Test func limitsAreKeptAndSaid() throws {
    let long = String(repeating: "right ", count: 200)
    var result = try result([Answers(baseline: long, candidate: "wrong", target: long)], policy: everyOutcomePolicy)
    result.items = Array(repeating: result.items[0], count: 3_000)
    result.budgets = (1...900).map { number in
      var outcome = result.budgets[0]
      (outcome.id, outcome.status) = ("b\(number)", .failed)
      return outcome
    }
    let comment = markdown(result, .comment)
    #expect(comment.hasPrefix(MarkdownReport.commentMarker + "\n## "))
    #expect(comment.utf8.count <= 65_536)
    let summary = markdown(result)
    #expect(summary.utf8.count <= 1 << 20)
    // Each place shows so many items at most, and counts the others.
    #expect(summary.hasSuffix("…and 2800 more items in `result.json`.\n"), "\(summary.suffix(200))")
    #expect(summary.split(separator: "<details>").count - 1 == 200)
    let shown = comment.split(separator: "<details>").count - 1
    #expect(shown > 0 && comment.hasSuffix("…and \(3_000 - shown) more items in `result.json`.\n"), "\(shown) \(comment.suffix(200))")
    #expect(comment.contains(/…and \d+ more budgets in `result.json`/))
    for room in [0, 1, 100, 500, 1_000, 2_000, 5_000, 10_000] {
      let text = markdown(result, room: room)
      #expect(text.utf8.count <= room)
      #expect(MarkdownForm.faults(text).isEmpty)
    }
  }

  @Test(arguments: [
    ("plain", "`plain`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("``", "``` `` ```"), ("a|b", "`a│b`"), ("", "*empty*"), ("  ", "*blank*"),
    ("a\nb", "`a↵b`"), ("@everyone", "`@everyone`"), (" x", "`  x `"),
  ])
  func code(_ text: String, _ expected: String) { #expect(MarkdownText.code(text, limit: 100) == expected) }

  @Test(arguments: [
    ("2 of 12 items (16.67%), 1 more: a_b", "2 of 12 items (16.67%), 1 more: a\\_b"), ("see www.a.example", "`see www.a.example`"),
    ("a task:strict", "`a task:strict`"), ("ask @jane", "`ask @jane`"), ("<b>", "`<b>`"), ("see #12", "`see #12`"), ("GH-12", "`GH-12`"),
    ("*bold*", "`*bold*`"), ("漢字", "`漢字`"),
  ])
  func prose(_ text: String, _ expected: String) { #expect(MarkdownText.prose(text, limit: 100) == expected) }

  @Test func aFenceIsLongerThanWhatItHolds() {
    #expect(MarkdownText.block("a\n```\nb", limit: 100) == "````text\na\n```\nb\n````\n")
    #expect(MarkdownText.block("a\n::error::b", limit: 100) == "```text\na\n: :error::b\n```\n")
  }

  @Test func aRunWithoutResult() {
    let text = String(decoding: MarkdownReport().render(failedRun: "no file\n  because: ```"), as: UTF8.self)
    #expect(text.hasPrefix("## ❗ NO VERDICT\n") && MarkdownForm.faults(text).isEmpty)
  }
}

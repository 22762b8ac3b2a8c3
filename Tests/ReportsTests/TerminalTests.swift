// The terminal summary: goldens without colour, aligned columns for wide text, and texts that can't act.

import Comparison
import Documents
import Policies
import Records
import Testing

@testable import Reports

@Suite struct TerminalTests {
  @Test func everyOutcome() throws {
    #expect(
      TerminalSummary(width: 100).render(try result(mixed, policy: everyOutcomePolicy)) == """
        FAILED  nightly: 1 of 7 budgets is broken, 1 could not be judged

          baseline   tiny-a  aaaaaaaaaaaa  flipgate f32
          candidate  tiny-b  bbbbbbbbbbbb  flipgate f32

          task     items  metric  baseline  candidate   change  neg. flips  pos. flips
          cooking     12  acc       0.8333     0.7500  -0.0833           2           1

          status     budget              task       used   allowed
          FAILED     flips               cooking  16.67%     ≤ 10%  ██████████+
                     2 of 12 items went from right to wrong (16.67%), 1 more than the allowed 1 (10%);
                     judged by the count (95% bounds: 3.05% to 43.81%)
          ok         churn               cooking   8.33%     ≤ 50%  █░░░░░░░░░
          ok         accuracy max_drop   cooking  0.0833  ≤ 0.2000  ████░░░░░░
          warning    accuracy min_value  cooking  0.7500  ≥ 0.9000
                     acc is 0.7500, below the floor of 0.9
          waived     waivable            cooking       2       ≤ 1  ██████████+
                     2 of 12 items went from right to wrong (16.67%), more than the allowed 1; the waiver
                     W-1 allows 2 until 2026-12-31
          undecided  many                cooking       2       ≤ 5  ████░░░░░░
                     2 of 12 items went from right to wrong (16.67%), but 100 items are asked for: 88 more
                     are needed
          undecided  absent              baking        -       ≤ 5
                     the task "baking" can't be judged: it is not in the comparison

          Worst changes (2)

          2e2ac0ea  cooking item 9
              target     a warm oven
              baseline   a warm oven                                                          ahead by 1.50
              candidate  a red spoon                                                          ahead by 2.50

          8ff34739  cooking item 8
              target     a warm oven
              baseline   a warm oven                                                          ahead by 1.50
              candidate  a wet fridge                                                         ahead by 1.25

        """)
  }

  @Test func passed() throws {
    let items = Array(repeating: Answers(baseline: "a warm oven", candidate: "a warm oven"), count: 3)
    #expect(
      TerminalSummary(width: 80).render(
        try result(items, policy: "budgets: [{id: zero, task: '*', metric: negative_flips, allowed_count: 0}]")) == """
          PASSED  nightly: the budget holds

            baseline   tiny-a  aaaaaaaaaaaa  flipgate f32
            candidate  tiny-b  bbbbbbbbbbbb  flipgate f32

            task     items  metric  baseline  candidate  change  neg. flips  pos. flips
            cooking      3  acc       1.0000     1.0000  0.0000           0           0

            status  budget  task     used  allowed
            ok      zero    cooking     0      ≤ 0  ░░░░░░░░░░

          """)
  }

  /// Wide characters take two columns, an emoji of several scalars too; what is too long is cut with `…`.
  @Test func wideAndLongTexts() throws {
    let items = [
      Answers(
        baseline: "温かいオーブンに入れてから三十分ほど待ち、それから静かに取り出して冷ます",
        candidate: "👩‍🍳👨‍👩‍👧‍👦 e\u{301}te\u{301} " + String(repeating: "zu lang ", count: 50),
        target: "温かいオーブンに入れてから三十分ほど待ち、それから静かに取り出して冷ます")
    ]
    let summary = TerminalSummary(width: 80).render(
      try result(
        items, policy: "budgets: [{id: 予算, task: '*', metric: negative_flips, allowed_count: 0}]", names: ("夜間", "料理の問題集・完全版・第一部・第二部")))
    #expect(
      summary == """
        FAILED  夜間: 1 of 1 budget is broken

          baseline   tiny-a  aaaaaaaaaaaa  flipgate f32
          candidate  tiny-b  bbbbbbbbbbbb  flipgate f32

          task       items  metric  baseline  candidate   change  neg. flips  pos. flips
          料理の問…      1  acc       1.0000     0.0000  -1.0000           1           0

          status  budget  task                                used  allowed
          FAILED  予算    料理の問題集・完全版・第一部・第…      1      ≤ 0  ██████████+
                     1 of 1 item went from right to wrong (100%), 1 more than the
                     allowed 0; judged by the count (95% bounds: 5% to 100%)

          Worst changes (1)

          9e3779b1  料理の問題集・完全版・第一部・第二部 item 0
              target     温かいオーブンに入れてから三十分ほど待ち、それ…
              baseline   温かいオーブンに入れてから三十分ほど待ち、それ…  ahead by 1.50
              candidate  👩‍🍳👨‍👩‍👧‍👦 e\u{301}te\u{301} zu lang zu lang zu lang zu lang zu la…  ahead by 1.25

        """, "\(summary)")
  }

  static let hostile =
    JUnitTests.hostile + [
      "::error file=a::owned", "  ::set-output name=x::y", "a ##[command]b ##vso[task.setvariable]c ####[x]", "line\n::add-mask::x",
      "\u{1B}]8;;http://example\u{7}link\u{1B}]8;;\u{7}", "\u{9B}31m", "section_start:1:x\r\u{1B}[0K",
      HostileText(String(repeating: "x", count: 1_000_000)),
      HostileText(String(repeating: "::error::x ", count: 200)),
    ]

  @Test(arguments: hostile, [80, 160]) func hostileTexts(_ hostile: HostileText, _ width: Int) throws {
    let text = hostile.text
    let items = [Answers(baseline: text + "right", candidate: text + "wrong", target: text + "right")]
    var result = try result(
      items, policy: "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]", names: (text + "p", text + "t"),
      models: (text + "a", text + "b"))
    result.budgets[0].id = text + "b"
    result.budgets[0].reason = text + "reason " + text
    result.findings = [Finding(kind: .limit, level: .warning, task: text + "t", message: text + "message")]
    for color in [false, true] {
      var summary = TerminalSummary(width: width, color: color).render(result)
      #expect(summary.utf8.count < 20_000)
      for parameters in ["1", "2", "32", "33", "1;31", "0"] { summary = summary.replacing("\u{1B}[\(parameters)m", with: "") }
      for scalar in summary.unicodeScalars {
        let isPlain =
          scalar == "\n" || scalar == "\u{200D}" || ![.control, .format, .unassigned].contains(scalar.properties.generalCategory)
        #expect(isPlain, "\(scalar.escaped(asASCII: true))")
      }
      for line in summary.split(separator: "\n") {
        #expect(!line.drop { $0.isWhitespace }.hasPrefix("::"), "\(line)")
        #expect(!line.contains(/##[A-Za-z]*\[/), "\(line)")
      }
    }
  }

  /// Without its escape sequences the coloured text is the plain one.
  @Test func colorAddsNothingButColor() throws {
    let result = try result(mixed, policy: everyOutcomePolicy)
    var colored = TerminalSummary(width: 90, color: true).render(result)
    #expect(colored.contains("\u{1B}[1;31mFAILED\u{1B}[0m"))
    for parameters in ["1", "2", "32", "33", "1;31", "0"] { colored = colored.replacing("\u{1B}[\(parameters)m", with: "") }
    func trimmed(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.reversed().drop { $0 == " " }.reversed()) }
    }
    #expect(trimmed(colored) == trimmed(TerminalSummary(width: 90).render(result)))
  }

  @Test(arguments: [40, 60, 79, 80, 100, 120, 160, 200]) func linesStayWithinTheWidth(_ width: Int) throws {
    let long = String(repeating: "long-name ", count: 30)
    let result = try result(mixed, policy: everyOutcomePolicy, names: (long, "cooking"), models: (long, long))
    for line in TerminalSummary(width: width).render(result).split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
    }
  }

  /// Under 80 columns what stands in a row stands below each other.
  @Test func narrow() throws {
    let policy = "budgets: [{id: flips, task: '*', metric: negative_flips, allowed_count: 0}]"
    let text = TerminalSummary(width: 40, itemCount: 1).render(try result(Array(mixed.prefix(9)), policy: policy))
    for block in [
      "FAILED  nightly: 1 of 1 budget is broken\n\n  baseline tiny-a aaaaaaaaaaaa\n  candidate tiny-b bbbbbbbbbbbb\n\n",
      "  cooking, 9 items\n    acc 1.0000 → 0.8889 (-0.1111)\n    1 negative flips, 0 positive flips\n\n",
      "  FAILED     flips on cooking\n    1 of 9 items went from right to\n",
      "  8ff34739  cooking item 8\n  target     a warm oven\n  baseline   a warm oven\n  candidate  a wet fridge\n",
    ] { #expect(text.contains(block), "\(text)") }
  }

  /// With many budgets only those that do not hold are listed.
  @Test func manyBudgets() throws {
    let lines = (1...40).map { "  - {id: b\($0), task: cooking, metric: negative_flips, allowed_count: \($0 == 7 ? 0 : 5)}" }
    let summary = TerminalSummary().render(try result(mixed, policy: "budgets:\n" + lines.joined(separator: "\n")))
    #expect(summary.contains("FAILED  b7 "))
    #expect(summary.contains("39 more budgets hold"))
    #expect(!summary.contains(" b8 "))
  }

  /// Columns as `wcwidth` counts them: ASCII 1, Han 2, fullwidth 2, combining 0, emoji 2 however many scalars it has.
  @Test(arguments: [
    ("abc", 3), ("漢字", 4), ("ｆｕ", 4), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("❤\u{FE0F}", 2), ("한국", 4), ("…→≤█", 4), ("", 0), ("\u{1}", 0),
  ])
  func displayWidth(_ text: String, _ columns: Int) { #expect(DisplayWidth.of(text) == columns) }

  @Test(arguments: [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字", 4, "漢字"), ("漢字", 3, "漢…"), ("漢字", 2, "…"), ("漢", 1, "…"), ("a", 0, "")])
  func cut(_ text: String, _ columns: Int, _ expected: String) { #expect(DisplayWidth.cut(text, to: columns) == expected) }
}

// The HTML report's bytes: bounded for any run, honest about what it leaves out, the same each time, and escaped.

import Comparison
import Documents
import Foundation
import Policies
import Records
import Testing

@testable import Reports

@Suite struct HTMLReportTests {
  private func text(_ result: GateResult) -> String { String(decoding: HTMLReport().render(result), as: UTF8.self) }

  /// The numbers of what each list leaves out.
  private func omissions(_ page: String) -> [Int] {
    page.components(separatedBy: "<p class=\"rest\">and ").dropFirst().compactMap { Int($0.prefix { $0 != " " }.filter { $0 != "," }) }
  }

  @Test func theSameBytes() throws {
    for sample in HTMLSample.allCases {
      let result = try sample.result()
      #expect(HTMLReport().render(result) == HTMLReport().render(result))
    }
  }

  @Test(arguments: HTMLSample.allCases) func aSavedResultGivesTheSamePage(_ sample: HTMLSample) throws {
    let result = try sample.result()
    let saved = try GateResult(json: try JSONValue.parse(result.json.serialized(), file: "result.json"), file: "result.json")
    #expect(text(saved) == text(result))
  }

  @Test func oneSentenceNamesTheRuleThatDecided() throws {
    let page = text(try result(mixed, policy: everyOutcomePolicy))
    #expect(page.contains("<span>Failed</span>"))
    #expect(
      page.contains(
        "The budget <a href=\"#budget-cooking-flips\"><bdi>flips</bdi></a> on <bdi>cooking</bdi> is broken: 2 of 12 items went from right to wrong "
          + "(16.67%), 1 more than the allowed 1 (10%); judged by the count (95% bounds: 3.05% to 43.81%)."))
    let passed = text(
      try result(
        mixed, policy: "budgets: [{id: a, task: '*', metric: negative_flips, allowed_count: 4}, {id: b, task: '*', metric: acc, max_drop: 0.5}]"))
    // 2 of 4 allowed flips; acc falls from 10 to 9 of 12, a sixth of 0.5.
    #expect(
      passed.contains("The closest call is <a href=\"#budget-cooking-a\"><bdi>a</bdi></a> on <bdi>cooking</bdi>, which uses 50.0% of what it allows.")
    )
  }

  /// 4,000 flips, 5,000 budgets, 2,000 findings: at most 5 MB, and what is shown and what is left out make up all of it.
  @Test func boundedForLongLists() throws {
    let items = Array(
      repeating: Answers(baseline: "right", candidate: "wrong " + String(repeating: "and so on ", count: 30), target: "right"), count: 4_000)
    var result = try result(items, policy: "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]")
    result.budgets = (0..<5_000).map { number in
      var outcome = result.budgets[0]
      outcome.slice = "user=\(number)"
      return outcome
    }
    result.findings = (0..<2_000).map {
      Finding(kind: .difference, level: .note, task: nil, message: "finding \($0) " + String(repeating: "x", count: 200))
    }
    let page = text(result)
    #expect(page.utf8.count <= 5_000_000)
    #expect(page.utf8.count > 3_000_000)
    let shown = ["<details class=\"item\"", "<li id=\"budget-", "<p>finding "].map { page.components(separatedBy: $0).count - 1 }
    #expect(shown.allSatisfy { $0 > 100 })
    #expect(omissions(page).sorted() == [4_000 - shown[0], 5_000 - shown[1], 2_000 - shown[2]].sorted())
  }

  /// Names and sentences of a million characters, everywhere at once, in thousands of tasks.
  @Test func boundedForLongTexts() throws {
    var result = try HTMLSample.remedied.result()
    let long = String(repeating: "漢<", count: 500_000)
    result.policy.name = long
    result.baseline.model.name = long
    result.candidate.engine.kernels = long
    result.budgets = result.budgets.map { budget in
      var budget = budget
      (budget.id, budget.reason, budget.task) = (long, long, long)
      return budget
    }
    result.tasks = (0..<3_000).map { number in
      var task = result.tasks[0]
      task.task = "task \(number) " + long.prefix(2_000)
      return task
    }
    #expect(text(result).utf8.count <= 5_000_000)
  }

  @Test func anEmptyResult() throws {
    var result = try result([], policy: "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]")
    (result.budgets, result.tasks, result.items, result.findings) = ([], [], [], [])
    let page = text(result)
    #expect(page.contains("No budget was judged."))
    #expect(page.hasSuffix("</html>\n"))
  }

  /// What can't be summed or drawn: the largest counts, infinities read back as nothing.
  @Test func numbersWithoutBounds() throws {
    var result = try HTMLSample.remedied.result()
    var flips = FlipCounts()
    (flips.bothCorrect, flips.negative) = (.max, .max)
    for index in result.tasks.indices {
      result.tasks[index].flips = flips
      result.tasks[index].paired = .max
    }
    for index in result.budgets.indices {
      (result.budgets[index].observed, result.budgets[index].allowed, result.budgets[index].n) = (1e308, -1e308, .max)
      result.budgets[index].interval = -1e308...1e308
    }
    var repair = try #require(result.remedy?.repair)
    repair.training.curve = [
      .init(step: .min, epoch: 0, loss: -1e308, validationLoss: nil, learningRate: 0),
      .init(step: .max, epoch: 0, loss: 1e308, validationLoss: .infinity, learningRate: 0),
    ]
    result.remedy?.outcome = .trained(repair)
    #expect(text(result).hasSuffix("</html>\n"))
  }

  @Test func everyTextIsEscaped() {
    let html = tag("p", ["title": "\"><b>"]) { "<i>&amp;'\u{0}\u{202E}" }
    #expect(
      String(decoding: html.bytes, as: UTF8.self)
        == "<p title=\"&quot;&gt;&lt;b&gt;\">&lt;i&gt;&amp;amp;&#39;␀\\u{202E}</p>")
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "−1,000"), (Int.min, "−9,223,372,036,854,775,808"),
  ]) func groupedCounts(_ value: Int, _ text: String) { #expect(HTMLText.count(value) == text) }

  @Test(arguments: [
    (0, "0"), (1, "1"), (0.5, "0.5"), (-0.25, "-0.25"), (-0.05, "-0.05"), (12.345, "12.35"), (Double.nan, "0"), (1e300, "1000000"),
  ]) func coordinates(_ value: Double, _ text: String) { #expect(Plot.number(value) == text) }

  @Test func ticksAreRoundAndInside() {
    #expect(PlotScale(0, 1).ticks(4).map { Plot.label($0) } == ["0", "0.5", "1"])
    #expect(PlotScale(-0.3, 0.1).ticks(4).map { Plot.label($0) } == ["−0.3", "−0.2", "−0.1", "0", "0.1"])
    #expect(PlotScale(5, 5).ticks(4).count <= 12)
  }
}

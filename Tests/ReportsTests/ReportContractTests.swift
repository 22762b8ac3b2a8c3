// Every report of the catalogue keeps the contract, on ordinary, empty, huge and hostile results.

import Documents
import Foundation
import Policies
import Testing

@testable import Reports

@Suite struct ReportContractTests {
  static let names = Reports.all.map(\.name)

  private func check(_ name: String, on result: GateResult) throws {
    try ReportContract.check(try #require(Reports.named(name)), on: result)
  }

  @Test(arguments: names) func ordinary(_ name: String) throws { try check(name, on: try result(mixed, policy: everyOutcomePolicy)) }

  /// No item, no budget, no task.
  @Test(arguments: names) func empty(_ name: String) throws {
    try check(name, on: try result([], policy: "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]"))
    var nothing = try result([], policy: everyOutcomePolicy)
    (nothing.tasks, nothing.budgets, nothing.findings, nothing.waivers, nothing.differences) = ([], [], [], [], [])
    for verdict in Verdict.allCases {
      nothing.verdict = verdict
      try check(name, on: nothing)
    }
  }

  /// 3,000 flips, 300 budgets.
  @Test(arguments: names) func huge(_ name: String) throws { try check(name, on: try Self.huge.get()) }

  /// The sample's items and budgets many times over, each under a name of its own.
  private static let huge = Result {
    var result = try result(mixed, policy: everyOutcomePolicy)
    result.items = (0..<3_000).map { number in
      var item = result.items[number % result.items.count]
      item.index = number
      item.document = .object(of: (item.document.members ?? []).map { ($0.key, $0.key == "index" ? .integer(number) : $0.value) })
      return item
    }
    result.budgets = (0..<300).map { number in
      var outcome = result.budgets[number % result.budgets.count]
      outcome.id = "b\(number)"
      return outcome
    }
    return result
  }

  /// The same hostile results go through every format.
  @Test(arguments: names) func hostile(_ name: String) throws {
    for result in try HostileResult.all.get() { try check(name, on: result) }
  }

  @Test(arguments: names) func aMillionCharacters(_ name: String) throws { try check(name, on: try HostileResult.make(HostileResult.million)) }

  /// Numbers that no run gives, but a written file may hold.
  @Test(arguments: names) func hostileNumbers(_ name: String) throws {
    for number: JSONValue in [.integer(.max), .integer(.min), .integer(-1), .number(1e308), .number(-1e-308), .number(0.1)] {
      guard let result = try? HostileResult.make("n", numbers: number) else { continue }  // A count that is no whole number is refused.
      try check(name, on: result)
    }
  }

  /// The kit finds what it looks for: each of these would be reported.
  @Test func theKitSees() {
    #expect(CSVRows.faults("\"a\",\"=1+1\"\r\n").count == 1)
    #expect(CSVRows.faults("\"a\",\"b\"\r\n\"c\"\r\n").count == 1)
    #expect(CSVRows.faults("\"a\n").count == 1)
    #expect(CSVRows.parse("\"a\"\"b\",,1\r\n") == [["a\"b", "", "1"]])
    #expect(OpenMetricsText.faults("# HELP a b\n# TYPE a gauge\na{b=\"c\"} 1\na{b=\"c\"} 2\n# EOF\n").count == 1)
    #expect(OpenMetricsText.faults("# HELP a b\n# TYPE a gauge\na{b=\"\"c\"} 1\n# EOF\n").count == 1)
    for markup in ["<b>", "@everyone", "[a](b)", "https://a.example", "a `b", "```\na", "| a |\n| b | c |"] {
      #expect(!MarkdownForm.faults(markup + "\n").isEmpty, "\(markup)")
    }
    #expect(MarkdownForm.faults("a ``b`<c>`` d\n\n| `@a` |\n|---|\n").isEmpty)
    #expect(ReportContract.acts("\u{202E}") && ReportContract.acts("\u{9B}") && !ReportContract.acts("é"))
  }

  @Test func theCatalogueHasEveryFormat() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Reports/Formats").standardized
    let files = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
    let types = Set(Reports.all.map { "\(type(of: $0)).swift" })
    #expect(Set(files.filter { $0.hasSuffix("Report.swift") }.map { URL(filePath: $0).lastPathComponent }) == types)
    #expect(Set(Reports.all.map(\.name)).count == Reports.all.count)
    #expect(Set(Reports.all.map(\.fileName)).count == Reports.all.count)
    for report in Reports.standard { #expect(Reports.named(report.name) != nil) }
  }
}

// JUnit's dialects: what each schema asks for, and what its readers look at.

import Documents
import Policies
import Testing

@testable import Reports

@Suite struct JUnitDialectTests {
  private func report(_ dialect: JUnitDialect, _ result: GateResult) throws -> XMLElement {
    try #require(XMLElement.parse(try JUnitReport(dialect: dialect).render(result)))
  }

  /// Every dialect keeps the contract that the catalogue's keeps.
  @Test(arguments: JUnitDialect.allCases) func contract(_ dialect: JUnitDialect) throws {
    for text in HostileResult.fragments { try ReportContract.check(JUnitReport(dialect: dialect), on: try HostileResult.make(text)) }
    try ReportContract.check(JUnitReport(dialect: dialect), on: try result([], policy: everyOutcomePolicy))
  }

  /// The same cases with the same states in all of them.
  @Test(arguments: JUnitDialect.allCases) func sameCases(_ dialect: JUnitDialect) throws {
    func states(_ root: XMLElement) -> [[String?]] {
      root.all("testcase").map { testCase in
        [testCase["classname"], testCase["name"], ["failure", "error", "skipped"].first { !testCase.all($0).isEmpty }]
      }
    }
    let result = try result(mixed, policy: everyOutcomePolicy)
    #expect(try states(report(dialect, result)) == states(report(.jenkins, result)))
  }

  /// Ant's schema (windyroad's JUnit.xsd), as its text asks: required attributes, the order of elements, one child a case, no zone.
  @Test func strict() throws {
    for result in [try result(mixed, policy: everyOutcomePolicy), try HostileResult.make("\n"), try HostileResult.make("")] {
      let root = try report(.strict, result)
      #expect(root.attributes.isEmpty && root.children.allSatisfy { $0.name == "testsuite" })
      for (index, suite) in root.children.enumerated() {
        #expect(
          Set(suite.attributes.keys)
            == ["name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"])
        #expect(suite["id"] == "\(index)" && suite["name"] != "")
        #expect(suite["timestamp"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil)
        let names = suite.children.map(\.name)
        #expect(names.first == "properties" && names.suffix(2) == ["system-out", "system-err"])
        #expect(names.dropFirst().dropLast(2).allSatisfy { $0 == "testcase" })
        for testCase in suite.all("testcase") {
          #expect(Set(testCase.attributes.keys) == ["name", "classname", "time"])
          #expect(testCase.children.count <= 1)
          for child in testCase.children where child.name != "skipped" { #expect(child["type"] != nil && child["message"] != nil) }
        }
      }
    }
    let suite = try report(.strict, try result(mixed, policy: everyOutcomePolicy)).children[1]
    #expect(suite["timestamp"] == "2026-01-02T03:04:05")
    // What a case can't hold here stands in the suite's output.
    #expect(suite.children[suite.children.count - 2].text.contains("accuracy min_value: warning: acc is 0.7500"))
  }

  @Test func rich() throws {
    let root = try report(.rich, try result(mixed, policy: everyOutcomePolicy))
    let broken = try #require(root.all("testcase").first { $0["name"] == "flips" })
    #expect(broken["file"] == "policy.yaml")
    let properties = Dictionary(broken.all("property").map { ($0["name"] ?? "", $0["value"] ?? "") }, uniquingKeysWith: { $1 })
    #expect(properties["status"] == "failed" && properties["items"] == "12" && properties["metric"] == "negative_flips")
    #expect(root.all("testsuite").allSatisfy { $0["timestamp"] == "2026-01-02T03:04:05" })
  }

  @Test(arguments: [
    ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05"), ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05"),
    ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05"), ("2026-01-02T03:04:05+02:00", nil), ("2026-02-30T03:04:05Z", nil),
    ("2026-01-02T24:04:05Z", nil),
    ("2026-01-02", nil), ("", nil), ("20é6-01-02T03:04:05Z", nil),
  ])
  func timestamps(_ text: String, _ expected: String?) { #expect(JUnitTimestamp.local(text) == expected) }

  /// What servers read: GitLab classname, name and the text of a failure; Jenkins and Azure the attribute `message` as well; the actions'
  /// parsers the counts of the suites and of the root.
  @Test func whatServersRead() throws {
    let root = try report(.jenkins, try result(mixed, policy: everyOutcomePolicy))
    #expect(root.name == "testsuites" && root["tests"] == "10" && root["failures"] == "1" && root["errors"] == "1")
    for suite in root.children {
      let cases = suite.all("testcase")
      #expect(suite["tests"] == "\(cases.count)")
      #expect(
        suite["failures"] == "\(cases.count { !$0.all("failure").isEmpty })" && suite["errors"] == "\(cases.count { !$0.all("error").isEmpty })")
      #expect(suite["skipped"] == "\(cases.count { !$0.all("skipped").isEmpty })")
      for testCase in cases {
        #expect(testCase["name"]?.isEmpty == false && testCase["classname"]?.isEmpty == false)
        for bad in testCase.all("failure") + testCase.all("error") { #expect(!bad.text.isEmpty && bad["message"]?.isEmpty == false) }
      }
      #expect(Set(cases.map { "\($0["classname"] ?? "") \($0["name"] ?? "")" }).count == cases.count)
    }
  }
}

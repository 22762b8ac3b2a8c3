// JUnit: what each outcome becomes, names that stay, and hostile texts that stay texts.

import Comparison
import Documents
import Foundation
import Policies
import Records
import Testing

@testable import Reports

@Suite struct JUnitTests {
  func junit(_ result: GateResult) throws -> XMLElement { try #require(XMLElement.parse(try JUnitReport().render(result))) }

  @Test func everyOutcome() throws {
    let root = try junit(try result(mixed, policy: everyOutcomePolicy))
    #expect(root.name == "testsuites")
    // failed: flips (2 of 12 > 10 %); undecided and blocking: many; skipped: waivable, absent.
    #expect(root.attributes == ["name": "flipgate", "tests": "10", "failures": "1", "errors": "1"])
    let suites = root.all("testsuite")
    #expect(suites.map { $0["name"] } == ["comparison", "cooking", "baking"])
    #expect(suites.map { $0["tests"] } == ["1", "7", "2"])
    #expect(suites.map { $0["failures"] } == ["0", "1", "0"])
    #expect(suites.map { $0["errors"] } == ["0", "1", "0"])
    #expect(suites.map { $0["skipped"] } == ["0", "1", "1"])
    let cases = suites[1].all("testcase")
    #expect(cases.map { $0["name"] } == ["evidence", "flips", "churn", "accuracy max_drop", "accuracy min_value", "waivable", "many"])
    #expect(Set(root.all("testcase").map { $0["classname"] }) == ["nightly.comparison", "nightly.cooking", "nightly.baking"])
    #expect(cases.map { $0.children.first?.name ?? "" } == ["", "failure", "system-out", "system-out", "system-out", "skipped", "error"])
    let failure = cases[1].children[0]
    #expect(failure["type"] == "flips")
    let message =
      "2 of 12 items went from right to wrong (16.67%), 1 more than the allowed 1 (10%); judged by the count (95% bounds: 3.05% to 43.81%)"
    #expect(failure["message"] == message)
    // The text holds the evidence, for servers that read only the text.
    #expect(failure.text.hasPrefix("2 of 12 items went from right to wrong"))
    #expect(failure.text.contains("observed 16.67%, at most 10%"))
    #expect(failure.text.contains("candidate: a wet fridge  (ahead by 1.25)"))
    #expect(cases[4].children[0].text == "warning: acc is 0.7500, below the floor of 0.9")
    #expect(cases[5].children[0]["message"]?.hasPrefix("waived: ") == true)
  }

  /// The same cases have the same names when every number differs.
  @Test func namesHoldNoNumbersThatChange() throws {
    func names(_ items: [Answers]) throws -> [String?] {
      try junit(try result(items, policy: everyOutcomePolicy)).all("testcase").map { $0["name"] }
    }
    #expect(try names(mixed) == names(Array(mixed.prefix(9))))
  }

  @Test func onlyAttributesThatTheSchemaHas() throws {
    let root = try junit(try result(mixed, policy: everyOutcomePolicy))
    let allowed: [String: Set<String>] = [
      "testsuites": ["name", "time", "tests", "failures", "errors"],
      "testsuite": ["name", "tests", "failures", "errors", "skipped"], "properties": [], "property": ["name", "value"],
      "testcase": ["name", "classname", "time"], "failure": ["message", "type"], "error": ["message", "type"],
      "skipped": ["message", "type"], "system-out": [],
    ]
    func check(_ element: XMLElement) {
      #expect(allowed[element.name]?.isSuperset(of: element.attributes.keys) == true, "\(element.name) \(element.attributes)")
      for child in element.children { check(child) }
    }
    check(root)
  }

  /// Everything that XML can't hold or that ends a section, in every place where foreign text gets in.
  static let hostile: [HostileText] = [
    "]]><script>alert(1)</script>", "</failure></testcase>", "&amp; &lt; \" '", "\u{0}\u{1}\u{8}\u{B}\u{1B}[31m red",
    "\u{FFFE}\u{FFFF}\u{FFF0}",
    "\u{202E}reversed\u{2066}", "a\r\nb\tc", "<!-- --> <?pi?> <![CDATA[", "\u{85}\u{9F}",
    HostileText("e" + String(repeating: "\u{301}", count: 1000)),
    "👩‍🚀 漢字 עברית", "",
  ]

  @Test(arguments: hostile) func hostileTexts(_ hostile: HostileText) throws {
    let text = hostile.text
    let items = [Answers(baseline: "right" + text, candidate: "wrong" + text, target: "right" + text)]
    let result = try result(
      items, policy: "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]", names: ("p" + text, "t" + text),
      models: (text, text))
    let bytes = try JUnitReport().render(result)
    let root = try #require(XMLElement.parse(bytes))
    #expect(root.all("testcase").count == 3)
    #expect(root.all("failure").count == 1)
    let all = String(decoding: bytes, as: UTF8.self)
    for scalar in all.unicodeScalars {
      let isPlain = scalar == "\n" || scalar == "\u{200D}" || ![.control, .format, .unassigned].contains(scalar.properties.generalCategory)
      #expect(isPlain, "\(scalar.escaped(asASCII: true))")
    }
  }

  @Test func controlCharactersAreVisible() throws {
    let items = [Answers(baseline: "right", candidate: "\u{1B}[2J\u{0}\u{202E}", target: "right")]
    let result = try result(items, policy: "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]")
    #expect(try junit(result).all("failure").first?.text.contains("candidate: ␛[2J␀\\u{202E}") == true)
  }

  /// A text of 1 MB, and 3,000 flips: a case stays under 64 KiB.
  @Test func casesAreBounded() throws {
    let long = [Answers(baseline: "right", candidate: String(repeating: "漢", count: 350_000), target: "right")]
    let many = Array(repeating: Answers(baseline: "right", candidate: "wrong", target: "right"), count: 3_000)
    let policy = "budgets: [{id: b, task: '*', metric: negative_flips, allowed_count: 0}]"
    for items in [long, many] {
      let result = try result(items, policy: policy)
      let failure = try #require(try junit(result).all("failure").first, "\(result.findings) \(result.budgets)")
      #expect(failure.text.utf8.count + (failure["message"] ?? "").utf8.count < 64 * 1024)
    }
    #expect(try junit(try result(many, policy: policy)).all("failure").first?.text.hasSuffix("more in result.json") == true)
  }

  /// Jenkins' own schema, where the machine has it.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["FLIPGATE_SHARED"] != nil)) func jenkinsSchema() throws {
    let shared = try #require(ProcessInfo.processInfo.environment["FLIPGATE_SHARED"])
    for text in Self.hostile.map(\.text) {
      let items = mixed + [Answers(baseline: "right" + text, candidate: "wrong" + text, target: "right" + text)]
      let bytes = try JUnitReport().render(try result(items, policy: everyOutcomePolicy, names: ("p" + text, "cooking")))
      #expect(XMLElement.isValid(bytes, schema: shared + "/oracles/junit/junit-10.xsd") == true)
    }
  }
}

/// A text that the test's own log must not act on either.
struct HostileText: ExpressibleByStringLiteral, CustomTestStringConvertible {
  var text: String

  init(stringLiteral value: String) { text = value }
  init(_ text: String) { self.text = text }

  var testDescription: String { quoted(text) }
}

// GitHub: annotations as the runner reads them, ten of a level, and outputs that nothing foreign gets into.

import Comparison
import Documents
import Policies
import Records
import Testing

@testable import Reports

@Suite struct GitHubReportTests {
  private func lines(_ result: GateResult) -> [String] {
    String(decoding: GitHubReport().render(result), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func everyOutcome() throws {
    let lines = lines(try result(mixed, policy: everyOutcomePolicy))
    #expect(
      lines.first
        == "::error title=FAILED%3A flips on cooking::2 of 12 items went from right to wrong (16.67%25), 1 more than the allowed 1 (10%25); "
        + "judged by the count (95%25 bounds: 3.05%25 to 43.81%25)")
    #expect(lines.count { $0.hasPrefix("::error ") } == 2)
    #expect(lines.contains { $0.hasPrefix("::warning title=waived%3A waivable on cooking::") })
    #expect(lines.contains("::notice title=FAILED%3A nightly::1 of 7 budgets is broken, 1 could not be judged; tiny-b against tiny-a"))
  }

  /// As the runner reads a command: the name and its properties up to the next `::`, then the data; escapes undone.
  private static func read(_ line: String) -> (command: String, title: String, message: String)? {
    guard line.hasPrefix("::"), let end = line.dropFirst(2).firstRange(of: "::") else { return nil }
    let head = line[..<end.lowerBound].dropFirst(2).split(separator: " ", maxSplits: 1)
    guard head.count == 2, head[1].hasPrefix("title="), !head[1].contains(",") else { return nil }
    func plain(_ text: Substring) -> String {
      String(text).replacing("%0D", with: "\r").replacing("%0A", with: "\n").replacing("%3A", with: ":").replacing("%2C", with: ",").replacing(
        "%25", with: "%")
    }
    return (String(head[0]), plain(head[1].dropFirst("title=".count)), plain(line[end.upperBound...]))
  }

  @Test func hostileTextsStayInTheirMessage() throws {
    for text in HostileResult.fragments + [HostileResult.million] {
      let result = try HostileResult.make(text)
      for line in lines(result) {
        let read = try #require(Self.read(line), "\(quoted(line))")
        #expect(["error", "warning", "notice"].contains(read.command))
        #expect(read.message.unicodeScalars.count <= 4_096)
      }
    }
  }

  @Test func tenOfALevel() throws {
    let budgets = (1...15).map { "  - {id: b\($0), task: cooking, metric: negative_flips, allowed_count: 0}\n" }
    let errors = lines(try result(mixed, policy: "budgets:\n" + budgets.joined())).filter { $0.hasPrefix("::error ") }
    #expect(errors.count == 10)
    #expect(errors.last == "::error title=6 more::All of them are in result.json and in the summary.")
    let ten = lines(try result(mixed, policy: "budgets:\n" + budgets.prefix(10).joined())).filter { $0.hasPrefix("::error ") }
    #expect(ten.count == 10 && ten.allSatisfy { !$0.contains("more::") })
  }

  @Test func outputs() throws {
    let outputs = GitHubOutputs(delimiter: "flipgate-0123456789abcdef", files: [("junit", "r/junit.xml")])
    let sample = try result(mixed, policy: everyOutcomePolicy)
    let text = String(decoding: outputs.render(sample), as: UTF8.self)
    func block(_ name: String, _ value: String) -> String { "\(name)<<flipgate-0123456789abcdef\n\(value)\nflipgate-0123456789abcdef\n" }
    #expect(
      text == block("verdict", "failed") + block("exit-status", "1") + block("budgets", "7") + block("budgets-broken", "1")
        + block("budgets-undecided", "2") + block("items", "12") + block("negative-flips", "2") + block("positive-flips", "1")
        + block("policy-sha256", Digest.hexadecimal(sample.policy.digest) ?? "")
        + block("baseline-sha256", String(repeating: "a", count: 64)) + block("candidate-sha256", String(repeating: "b", count: 64))
        + block("report-junit", "r/junit.xml"))
  }

  /// Nothing of a hostile result is in the outputs; a path with a line break is left out.
  @Test func outputsHoldNothingForeign() throws {
    let outputs = GitHubOutputs(delimiter: "D", files: [("csv", "a\nD\nverdict<<D\npassed")])
    for text in HostileResult.fragments {
      let lines = String(decoding: outputs.render(try HostileResult.make(text)), as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 12 * 3 + 1)
      for line in lines { #expect(line.wholeMatch(of: /[a-z0-9-]*(<<D)?|D/) != nil, "\(quoted(line))") }
    }
    let failed = String(decoding: GitHubOutputs(delimiter: "D").render(failedRun: .failure), as: UTF8.self)
    #expect(failed == "verdict<<D\nerror\nD\nexit-status<<D\n4\nD\n")
  }
}

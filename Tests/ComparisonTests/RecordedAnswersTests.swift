// Additional: the published solutions of two real models to GSM8K's 1,319 questions, where FLIPGATE_SHARED names the folder that holds them.

import Documents
import Foundation
import Records
import Testing

@testable import Comparison

private let sharedFolder = ProcessInfo.processInfo.environment["FLIPGATE_SHARED"]

@Suite(.enabled(if: sharedFolder != nil)) struct RecordedAnswersTests {
  private func record(_ model: String) throws -> RunRecord {
    let path = "\(sharedFolder ?? "")/data/gsm8k/solutions_\(model)_finetuning.jsonl"
    let lines = try Files.readText(path).split(separator: "\n").map { try JSONValue.parse(String($0), file: path) }
    var record = ComparisonSamples.record(String(lines.map { $0["is_correct"] == true ? "A" : "B" }))
    for (place, line) in lines.enumerated() { record.outcomes[place].prediction = line["solution"]?.string ?? "" }
    return record
  }

  /// 458 and 286 right answers; item by item 260 are lost and 88 won on the way from the large model to the small one. The p-values are scipy's
  /// `binomtest(260, 348, 0.5, alternative="greater")` and `binomtest(88, 348, ...)`, the bounds `beta.ppf`.
  @Test func countsAndExactPValues() throws {
    let comparison = Comparison.compare(try record("175b"), try record("6b"))
    let task = comparison.tasks[0]
    let flips = try #require(task.flips)
    #expect((flips.negative, flips.positive, flips.bothCorrect, flips.total) == (260, 88, 198, 1319))
    #expect(agreesRelatively(task.tests?.mcnemarOneSidedP ?? .nan, 3.733003221523189e-21, within: 1e-9))
    let back = Comparison.compare(try record("6b"), try record("175b")).tasks[0]
    #expect((back.flips?.negative, back.flips?.positive) == (88, 260) && (back.tests?.mcnemarOneSidedP ?? 0) > 1 - 1e-9)
    let bounds = try #require(task.tests?.negativeFlipRateInterval)
    #expect(agrees(bounds.lowerBound, 0.17923486610110081) && agrees(bounds.upperBound, 0.21600976366591357))
    #expect(comparison.overall?.flips == flips)
  }
}

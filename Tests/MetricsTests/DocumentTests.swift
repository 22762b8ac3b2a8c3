// docs/metrics.md is made from the catalogue; with FLIPGATE_UPDATE_DOCS=1 the test writes it anew.

import Documents
import Foundation
import Metrics
import Testing

@Test func theMetricsDocumentIsUpToDate() throws {
  let path = "\(Files.parent(of: #filePath))/../../docs/metrics.md"
  let text = MetricDocument.text(MetricCatalog.all)
  if ProcessInfo.processInfo.environment["FLIPGATE_UPDATE_DOCS"] == "1" { try Files.write(text, to: path) }
  let isUpToDate = try Files.readText(path) == text
  #expect(isUpToDate, "docs/metrics.md is stale: run FLIPGATE_UPDATE_DOCS=1 swift test --filter theMetricsDocumentIsUpToDate")
}

enum MetricDocument {
  static func text(_ metrics: [any Metric]) -> String {
    let rows = metrics.map { metric in
      "| "
        + [
          "`\(metric.name)`", metric.documentation, metric.scores.map(\.rawValue).sorted().joined(separator: ", "),
          "\(metric.unit.rawValue), \(range(metric.range)), \(metric.higherIsBetter ? "higher" : "lower") is better"
            + (metric.judgesCorrectness ? "; 1 is right, 0 is wrong" : ""),
          number(metric), options(metric), metric.source,
        ].map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return """
      # Metrics

      What `metric_list` of a task file can name. This page is made from `MetricCatalog`; a test holds it against the code.

      An answer is of one of four kinds: *choices* (`multiple_choice`), *likelihood* of one continuation (`loglikelihood`), *rolling* likelihood of a
      whole text (`loglikelihood_rolling`), generated *text* (`generate_until`). An answer that a metric can't score, or whose score would not be a finite
      number, is unscored with the reason; it is never a wrong answer. A task's number is computed from the sums of what stands in brackets over its
      items: any subset has its number, in any order, and to the last bit.

      A metric's options stand beside its name in `metric_list`. Name, version and all options, set or not, are the metric's identity, such as
      `rouge1/1{"stemmer":false}`: two metrics of one identity give the same numbers.

      | metric | what it says | answers | an item's score | a task's number | options | whose definition |
      |---|---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  private static func number(_ metric: any Metric) -> String {
    let aggregation = metric.aggregation
    return "`\(aggregation.name)` [\(aggregation.statistic)]" + (aggregation.range.map { ", \(range($0))" } ?? "")
  }

  private static func options(_ metric: any Metric) -> String {
    let options = metric.options.map { option in
      "`\(option.name)`: \(option.documentation)"
        + (option.choices.map { " (\($0.map { "`\($0)`" }.joined(separator: ", ")))" } ?? "") + "; `\(option.value.serialized())`"
    }
    return options.isEmpty ? "none" : options.joined(separator: "<br>")
  }

  private static func range(_ range: ClosedRange<Double>) -> String { "\(bound(range.lowerBound)) to \(bound(range.upperBound))" }
  private static func bound(_ value: Double) -> String { value.isInfinite ? "infinity" : "\(Int(value))" }
}

// OpenMetrics text: the verdict, flips, means and budgets as gauges, for Prometheus' textfile collector or a push gateway.

internal import Comparison
public import Policies
internal import Records

/// OpenMetrics 1.0 text that Prometheus' older text format reads as well: gauges alone, with HELP, TYPE and, where it has one, UNIT.
///
/// A series is told apart by the policy's name, the task, the slice, the budget and its limit.
public struct OpenMetricsReport: Report {
  public let name = "openmetrics"
  public let fileName = "metrics.txt"
  public let mediaType = "application/openmetrics-text"

  public init() {}

  public func render(_ result: GateResult) -> [UInt8] {
    var labels = DistinctNames(limit: 200)
    var families = [Self.verdict(result, &labels), Self.models(result, &labels)]
    families += Self.tasks(result, &labels) + Self.budgets(result, &labels)
    families.append(
      Family(
        "flipgate_findings", "Findings about the evidence and the policy.",
        samples: Finding.Level.allCases.map { level in
          ([("policy", labels.name(result.policy.name)), ("level", level.rawValue)], Double(result.findings.count { $0.level == level }))
        }))
    return Array((families.map(\.text).joined() + "# EOF\n").utf8)
  }

  private static func verdict(_ result: GateResult, _ labels: inout DistinctNames) -> Family {
    let policy = labels.name(result.policy.name)
    return Family(
      "flipgate_verdict", "1 for the verdict that the gate came to.",
      samples: Verdict.allCases.map { ([("policy", policy), ("verdict", $0.rawValue)], $0 == result.verdict ? 1 : 0) })
  }

  private static func models(_ result: GateResult, _ labels: inout DistinctNames) -> Family {
    let policy = labels.name(result.policy.name)
    return Family(
      "flipgate_model", "Which models were compared; always 1.",
      samples: [("baseline", result.baseline.model), ("candidate", result.candidate.model)].map { side, model in
        (
          [
            ("policy", policy), ("side", side), ("model", labels.name(model.name)),
            ("weights_sha256", Digest.hexadecimal(model.weightsDigest) ?? ""),
            ("adapter_sha256", model.adapterDigest.flatMap(Digest.hexadecimal) ?? ""),
          ], 1
        )
      })
  }

  private static func tasks(_ result: GateResult, _ labels: inout DistinctNames) -> [Family] {
    let policy = labels.name(result.policy.name)
    var items = Family("flipgate_task_items", "Items with a scored answer on both sides.", unit: "items")
    var flips = Family("flipgate_flipped_items", "Items by what became of them.", unit: "items")
    var ratio = Family("flipgate_negative_flip_ratio", "Share of the items that were right before and are wrong now.", unit: "ratio")
    var means = Family("flipgate_metric_mean", "Mean of a metric over the items of both sides.")
    for task in result.tasks {
      let common = [("policy", policy), ("task", labels.name(task.task))]
      items.add(common, Double(task.paired))
      if let counts = task.flips {
        for (kind, count) in [
          ("negative", counts.negative), ("positive", counts.positive), ("both_correct", counts.bothCorrect),
          ("both_wrong_same", counts.bothWrongSame), ("both_wrong_changed", counts.bothWrongChanged),
        ] { flips.add(common + [("kind", kind)], Double(count)) }
        if task.paired > 0 { ratio.add(common, Double(counts.negative) / Double(task.paired)) }
      }
      for metric in task.metrics {
        let metricLabel = ("metric", labels.name(metric.name))
        if let mean = metric.baselineMean { means.add(common + [metricLabel, ("side", "baseline")], mean) }
        if let mean = metric.candidateMean { means.add(common + [metricLabel, ("side", "candidate")], mean) }
      }
    }
    return [items, flips, ratio, means]
  }

  private static func budgets(_ result: GateResult, _ labels: inout DistinctNames) -> [Family] {
    let policy = labels.name(result.policy.name)
    var status = Family("flipgate_budget_status", "1 for how the budget came out.")
    var observed = Family("flipgate_budget_observed", "What was measured, in the budget's own measure.")
    var allowed = Family("flipgate_budget_allowed", "What the budget allows; a floor where the limit is min_value.")
    for outcome in result.budgets {
      let common = [
        ("policy", policy), ("budget", labels.name(outcome.id)), ("task", labels.name(outcome.task)),
        ("slice", outcome.slice.map { labels.name($0) } ?? ""), ("limit", outcome.limit.rawValue), ("metric", labels.name(outcome.metric)),
      ]
      for state in BudgetStatus.allCases { status.add(common + [("status", state.rawValue)], state == outcome.status ? 1 : 0) }
      if let value = outcome.observed { observed.add(common + [("measure", outcome.unit.rawValue)], value) }
      if let value = outcome.allowed { allowed.add(common + [("measure", outcome.unit.rawValue)], value) }
    }
    return [status, observed, allowed]
  }
}

/// A metric family: its metadata and its samples.
private struct Family {
  var name: String
  var help: String
  var unit: String?
  var samples: [String] = []
  private var seen: Set<String> = []

  init(_ name: String, _ help: String, unit: String? = nil, samples: [([(String, String)], Double)] = []) {
    self.name = name
    self.help = help
    self.unit = unit
    for (labels, value) in samples { add(labels, value) }
  }

  /// A sample; a value that is not finite says nothing and is left out, and so is a series that is there already.
  mutating func add(_ labels: [(String, String)], _ value: Double) {
    let text = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    guard value.isFinite, seen.insert(text).inserted else { return }
    samples.append("\(name){\(text)} \(value)\n")
  }

  var text: String {
    if samples.isEmpty { return "" }
    return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + (unit.map { "# UNIT \(name) \($0)\n" } ?? "") + samples.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

/// Foreign names as visible lines, still told apart where cutting or showing them made two the same.
struct DistinctNames {
  private let limit: Int
  private var names: [String: String] = [:]
  private var used: Set<String> = []

  /// - Parameter limit: scalars of a name.
  init(limit: Int) { self.limit = limit }

  mutating func name(_ raw: String) -> String {
    if let known = names[raw] { return known }
    let visible = withoutCommands(VisibleText.of(raw, limit: limit))
    var name = visible
    var number = 2
    while !used.insert(name).inserted {
      name = "\(visible)~\(number)"
      number += 1
    }
    names[raw] = name
    return name
  }
}

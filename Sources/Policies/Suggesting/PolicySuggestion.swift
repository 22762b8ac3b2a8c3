// A policy drawn from history: what earlier updates did, with what their items leave possible, as numbers to start from.

public import Comparison
internal import Documents
internal import Records

/// Budgets that every update of a history keeps.
///
/// Flips get the largest rate that the worst update leaves possible (Clopper-Pearson's upper bound), so that an update as good as the worst one
/// before passes by its count with at least that confidence; a mean may fall by as much as it did, or by what the items can't tell from chance.
public struct PolicySuggestion: Sendable {
  /// Confidence of the bounds, above 0.5 and below 1.
  public var level: Double
  /// A fall of a mean between 0 and 1 that is no limit any more.
  private static let largestDrop = 0.5
  /// The metrics that a policy can name; empty for any.
  private let knownMetrics: [String]
  private let updates: [Comparison]

  /// - Parameter updates: comparable ones, each of a record with the one before.
  public init(_ updates: [Comparison], level: Double = 0.95, knownMetrics: [String] = []) {
    self.updates = updates
    self.knownMetrics = knownMetrics
    self.level = level
  }

  /// The policy file.
  public var text: String {
    var lines = [
      "# yaml-language-server: $schema=schema/policy.v1.schema.json", "#",
      "# Suggested by flipgate from \(updates.count == 1 ? "1 update, which passes it" : "\(updates.count) updates, which all pass it"). It allows "
        + "what was, not what should be:", "# look at each number, and tighten those that your users would notice.",
    ]
    for update in updates { lines.append("# - \(Self.name(of: update))") }
    lines += ["apiVersion: flipgate/v1", "kind: Policy", "metadata: {name: suggested}", "defaults:"]
    lines.append("  max_unscored_ratio: \(Self.percent(largestUnscoredShare))")
    lines.append("  confidence: {level: \(Numbers.short(level, 6))}")
    lines.append("budgets:")
    for task in taskNames { lines += budgets(of: task) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether there is a task to suggest a budget for.
  public var isEmpty: Bool { taskNames.isEmpty }

  private var taskNames: [String] {
    var names: [String] = []
    for task in updates.flatMap(\.tasks) where task.items.paired > 0 && !names.contains(task.label) { names.append(task.label) }
    return names
  }

  private func budgets(of name: String) -> [String] {
    let seen = updates.flatMap { update in
      update.tasks.filter { $0.label == name && $0.items.paired > 0 }.map { (update: update, task: $0) }
    }
    let fewest = seen.map(\.task.items.paired).min() ?? 1
    var lines: [String] = []
    for (metric, action) in [(FlipMetric.negativeFlips, Action.fail), (.changedWrong, .warn)] {
      let counts = seen.compactMap { seen in seen.task.flips.map { (seen.update, count: $0.count(of: metric), n: $0.total) } }
      let worst = counts.max {
        ClopperPearson.upperBound($0.count, of: $0.n, level: level) < ClopperPearson.upperBound($1.count, of: $1.n, level: level)
      }
      guard let worst else { continue }
      let bound = ClopperPearson.upperBound(worst.count, of: worst.n, level: level)
      lines.append(
        "  # \(worst.count) of \(Numbers.items(worst.n)) \(metric.phrase) (\(Self.name(of: worst.0))): with \(Numbers.percent(level)) confidence at most "
          + "\(Numbers.percent(bound))")
      lines.append(
        entry(name, metric.rawValue, metric.rawValue, "allowed_ratio: \(Self.percent(bound)), min_items: \(fewest), action: \(action.rawValue)"))
    }
    let primary = seen.compactMap { seen in
      seen.task.metrics.first { $0.name == seen.task.primaryMetric }.map { (seen.update, metric: $0) }
    }
    guard let last = primary.last?.metric, let drop = allowedDrop(primary.map(\.metric)) else { return lines }
    let allowed = max(drop.seen, drop.detectable)
    if !knownMetrics.isEmpty, !knownMetrics.contains(last.name) {
      lines.append("  # the mean of \(visible(last.name)) can't be limited: it is no metric of flipgate's own")
    } else if last.isWithinUnit, allowed >= Self.largestDrop {
      lines.append(
        "  # there are too few items to limit the mean of \(visible(last.name)): they can't show less than \(Numbers.short(drop.detectable))")
    } else {
      lines.append(
        "  # \(visible(last.name)) fell by \(Numbers.short(drop.seen)) at most; these items can't show less than \(Numbers.short(drop.detectable))")
      lines.append(entry(name, last.name, last.name, "max_drop: \(Self.roundedUp(allowed, 4)), min_items: \(fewest)"))
    }
    return lines
  }

  /// The largest fall of a mean that was seen, and the smallest change that the last items can show; nil where neither is known.
  private func allowedDrop(_ metrics: [MetricComparison]) -> (seen: Double, detectable: Double)? {
    let falls = metrics.compactMap { metric in metric.meanChange.map { metric.higherIsBetter ? -$0 : $0 } }.filter(\.isFinite)
    guard let largest = falls.max() else { return nil }
    return (max(0, largest), metrics.last?.minimumDetectableChange.finite ?? 0)
  }

  private func entry(_ task: String, _ id: String, _ metric: String, _ rest: String) -> String {
    func text(_ value: String) -> String { JSONValue.string(value).serialized() }
    return "  - {id: \(text("\(task)-\(id)")), task: \(text(task)), metric: \(text(metric)), \(rest)}"
  }

  private var largestUnscoredShare: Double {
    updates.flatMap(\.tasks).map { task in
      let all = max(1, task.items.baseline + task.items.onlyCandidate, task.items.paired + task.items.errors + task.items.unscored)
      return Double(task.items.unscored) / Double(all)
    }.max() ?? 0
  }

  /// `old → new`, and whether it is noise.
  private static func name(of update: Comparison) -> String {
    let (old, new) = (update.baseline.model, update.candidate.model)
    let isNoise = old.weightsDigest != RecordHeader.unknown && old.weightsDigest == new.weightsDigest && old.adapterDigest == new.adapterDigest
    return "\(visible(old.name, limit: 80)) → \(visible(new.name, limit: 80))\(isNoise ? ", the same weights: noise" : "")"
  }

  /// A ratio as a percentage, up to the next tenth of a percent; at most 100 %.
  private static func percent(_ ratio: Double) -> String { roundedUp(min(1, ratio) * 100, 1) + "%" }

  private static func roundedUp(_ value: Double, _ digits: Int) -> String {
    let scale = digits == 1 ? 10.0 : 10_000.0
    // A hair's breadth above a number of these digits is that number.
    return Numbers.short((value * scale - 1e-9).rounded(.up) / scale, digits)
  }
}

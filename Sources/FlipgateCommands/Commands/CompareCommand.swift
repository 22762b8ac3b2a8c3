// `flipgate compare`: two records or logs, item by item.

internal import ArgumentParser
internal import Comparison
internal import Documents
internal import Metrics
internal import Policies
internal import Records
internal import Reports

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two run records, or two logs of another tool, item by item.",
    discussion: """
      Exit status 0 once the comparison is made, 3 if the two sides were asked different things. What --output writes can be judged later with \
      flipgate check.

      EXAMPLE:
        $ flipgate compare current.jsonl next.jsonl --output comparison.json
      """)

  @Argument(help: ArgumentHelp("The baseline's run record or log.", valueName: "baseline"))
  var baseline: String

  @Argument(help: ArgumentHelp("The candidate's run record or log.", valueName: "candidate"))
  var candidate: String

  @Option(name: [.long, .short], help: ArgumentHelp("Write the comparison as JSON.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Keep the texts of the items that this policy would show, and its settings of intervals.", valueName: "file"))
  var policy: String?

  @OptionGroup var noise: NoiseOptions
  @OptionGroup var logs: LogOptions
  @OptionGroup var messages: OutputOptions

  func run() async throws {
    let policy = try policy.map { try Policy.load($0, knownMetrics: MetricCatalog.all.map(\.name)) }
    let (old, new) = try await logs.read(baseline, candidate)
    for note in old.notes + new.notes where !messages.quiet { Console.output("note: \(VisibleText.of(note, limit: 400))") }
    let shown = { (task: TaskComparison) in policy?.notablePairs(of: task) ?? [] }
    let comparison = try Comparison.compare(
      old, new, settings: policy?.comparisonSettings ?? ComparisonSettings(), noise: noise.floor(old, new, format: logs.format.format),
      fetchesTexts: output != nil, notable: shown)
    if let output { try Files.write(comparison.document(showing: shown), to: output) }
    if !messages.quiet { Console.output(ComparisonSummary.text(comparison)) }
    let invalid = comparison.differences.filter(\.isInvalidating)
    if !invalid.isEmpty || comparison.tasks.allSatisfy({ $0.items.paired == 0 }) { throw CommandExit(status: .undecided) }
  }
}

/// A comparison in a few lines a task.
enum ComparisonSummary {
  /// How many unstable items of a task are named.
  private static let namedLimit = 10

  /// A line a task on what the models do against themselves, and the items that flip.
  static func noise(_ floor: NoiseFloor) -> [String] {
    floor.tasks.flatMap { task -> [String] in
      let label = VisibleText.of(task.filter == "none" ? task.task : "\(task.task):\(task.filter)", limit: 80)
      let runs =
        floor.candidateRuns > 1
        ? "\(floor.baselineRuns) runs of the baseline, \(floor.candidateRuns) of the candidate" : "\(floor.baselineRuns) runs"
      var lines = [
        "noise of \(label) (\(runs)): \(task.unstable.count) of \(task.items) items flip against themselves, \(task.jitter.count) differ at all"
      ]
      for item in task.unstable.prefix(namedLimit) { lines.append("  item \(item.index), \(VisibleText.of(item.item, limit: 80))") }
      if task.unstable.count > namedLimit { lines.append("  and \(task.unstable.count - namedLimit) more") }
      return lines
    }
  }

  static func text(_ comparison: Comparison) -> String {
    var lines: [String] = []
    for difference in comparison.differences {
      let task = difference.task.map { " of \(VisibleText.of($0, limit: 40))" } ?? ""
      lines.append(
        "\(difference.isInvalidating ? "not comparable" : "note"): \(difference.aspect)\(task) is "
          + "\(VisibleText.of(difference.baseline, limit: 80)) on one side and \(VisibleText.of(difference.candidate, limit: 80)) on the other"
      )
    }
    for task in comparison.tasks {
      let filter = task.filter == "none" ? "" : ":" + VisibleText.of(task.filter, limit: 40)
      lines.append("\(VisibleText.of(task.task, limit: 40))\(filter): \(task.items.paired) items on both sides")
      let counts = task.items
      if counts.onlyBaseline + counts.onlyCandidate + counts.errors + counts.unscored > 0 {
        lines.append(
          "  \(counts.onlyBaseline) only in the baseline, \(counts.onlyCandidate) only in the candidate, "
            + "\(counts.errors) with errors, \(counts.unscored) unscored")
      }
      if let flips = task.flips {
        lines.append(
          "  \(task.primaryMetric): \(flips.negative) negative flips, \(flips.positive) positive flips, "
            + "\(flips.bothCorrect) right on both sides, \(flips.bothWrongSame) wrong alike, \(flips.bothWrongChanged) wrong differently")
      }
      for metric in task.metrics {
        guard let before = metric.baselineMean, let after = metric.candidateMean else { continue }
        lines.append(
          "  \(metric.name): \(RecordSummary.rounded(before)) → \(RecordSummary.rounded(after)), "
            + "\(metric.gained) gained, \(metric.regressed) regressed, \(metric.tied) tied")
      }
    }
    if let noise = comparison.noise { lines += Self.noise(noise) }
    if lines.isEmpty { lines.append("no task in either record") }
    return lines.joined(separator: "\n")
  }
}

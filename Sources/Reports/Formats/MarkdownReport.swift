// Markdown for a step's summary or a pull request's comment: the verdict, why, every budget, and the flips to unfold.

internal import Comparison
internal import Documents
public import Policies
internal import Records

/// GitHub Flavored Markdown that stays under the service's limit and says what it leaves out.
///
/// All foreign text stands in code: see ``MarkdownText``.
public struct MarkdownReport: Report {
  /// Where it is shown, and so how much of it there may be.
  public enum Place: String, Sendable, CaseIterable {
    /// A step's summary: 1 MiB.
    case summary
    /// A comment: 65,536 characters; counted as bytes, of which there are never fewer.
    case comment

    var byteLimit: Int { self == .summary ? 1 << 20 : 65_536 }
    var itemLimit: Int { self == .summary ? 200 : 20 }
    /// Scalars of an answer.
    var answerLimit: Int { self == .summary ? 2_000 : 600 }
  }

  public var name: String { place == .summary ? "markdown" : "comment" }
  public var fileName: String { place == .summary ? "summary.md" : "comment.md" }
  public let mediaType = "text/markdown"

  /// The first line of a comment, by which a later run finds it again. It shows as nothing.
  public static let commentMarker = "<!-- flipgate -->"

  private let place: Place
  private let byteLimit: Int

  /// - Parameter room: bytes that are left where it goes, if fewer than the place has.
  public init(_ place: Place = .summary, room: Int = .max) {
    self.place = place
    byteLimit = min(place.byteLimit, max(0, room))
  }

  public func render(_ result: GateResult) -> [UInt8] {
    var document = BoundedText(limit: byteLimit)
    if place == .comment { document.add(Self.commentMarker + "\n") }
    document.add(Self.headline(result))
    document.add(Self.sides(result))
    Self.addTasks(result, to: &document)
    Self.addBudgets(result, to: &document)
    Self.addFindings(result, to: &document)
    Self.addRemedy(result, to: &document)
    addItems(result, to: &document)
    return Array(document.text.utf8)
  }

  /// The report of a run that came to no result.
  public func render(failedRun explanation: String) -> [UInt8] {
    var document = BoundedText(limit: byteLimit)
    if place == .comment { document.add(Self.commentMarker + "\n") }
    document.add("## ❗ NO VERDICT\n\nThe gate did not run to its end.\n\n")
    document.add(MarkdownText.block(explanation, limit: 8_000))
    return Array(document.text.utf8)
  }

  // MARK: Verdict

  static func sign(of verdict: Verdict) -> String {
    switch verdict {
    case .passed: "✅"
    case .warned: "🟡"
    case .failed: "❌"
    case .undecided: "❔"
    }
  }

  private static func headline(_ result: GateResult) -> String {
    var text = "## \(sign(of: result.verdict)) \(result.verdict.word) · \(MarkdownText.code(result.policy.name, limit: 80))\n\n"
    text += "\(result.verdictSentence.prefix(1).uppercased())\(result.verdictSentence.dropFirst())."
    if let rule = result.deciding { text += " " + MarkdownText.prose(rule.sentence, limit: 1_000) }
    return text + "\n\n"
  }

  // MARK: What was compared

  private static func sides(_ result: GateResult) -> String {
    var text = "| | model | weights | engine |\n|---|---|---|---|\n"
    for (side, header) in [("baseline", result.baseline), ("candidate", result.candidate)] {
      let adapter = header.model.adapterDigest.map { " with adapter \(MarkdownText.code(shortDigest($0), limit: 20))" } ?? ""
      text +=
        "| \(side) | \(MarkdownText.code(header.model.name, limit: 120))\(adapter) "
        + "| \(MarkdownText.code(shortDigest(header.model.weightsDigest), limit: 20)) "
        + "| \(MarkdownText.code("\(header.engine.name) \(header.engine.precision)", limit: 60)) |\n"
    }
    return text + "\n"
  }

  private static func addTasks(_ result: GateResult, to document: inout BoundedText) {
    document.add(
      """
      | task | items | metric | baseline | candidate | change | negative flips | positive flips |
      |---|--:|---|--:|--:|--:|--:|--:|

      """, result.tasks, share: document.room / 4, noun: "task"
    ) { task in
      let metric = task.primary
      func number(_ value: Double?) -> String { value.map { Numbers.fixed($0, 4) } ?? "–" }
      let change = metric.flatMap { metric in metric.baselineMean.flatMap { old in metric.candidateMean.map { $0 - old } } }
      let sign = (change ?? 0) > 0 ? "+" : ""
      let negative: String = task.flips.map { $0.negative > 0 ? "**\($0.negative)**" : "0" } ?? "–"
      let positive: String = task.flips.map { "\($0.positive)" } ?? "–"
      var cells: [String] = [MarkdownText.code(task.task, limit: 80), "\(task.paired)"]
      cells += [metric.map { MarkdownText.code($0.name, limit: 40) } ?? "–", number(metric?.baselineMean), number(metric?.candidateMean)]
      cells += [sign + number(change), negative, positive]
      return "| \(cells.joined(separator: " | ")) |\n"
    }
    if !result.tasks.isEmpty { document.add("\n") }
  }

  // MARK: Budgets

  private static func addBudgets(_ result: GateResult, to document: inout BoundedText) {
    document.add(
      """
      | | budget | task | used | allowed | items | why |
      |---|---|---|--:|--:|--:|---|

      """, result.budgetsWorstFirst, share: document.room / 2, noun: "budget"
    ) { outcome in
      let allowed: String = outcome.allowed.map { "\(outcome.isFloor ? "≥" : "≤") \(outcome.text(of: $0))" } ?? "–"
      var cells: [String] = ["\(sign(of: outcome)) \(outcome.statusWord)", MarkdownText.code(outcome.label, limit: 120)]
      cells += [MarkdownText.code(outcome.task, limit: 80), outcome.observed.map(outcome.text(of:)) ?? "–", allowed, "\(outcome.n)"]
      cells.append(outcome.status == .passed ? "" : MarkdownText.prose(outcome.reason, limit: 400))
      return "| \(cells.joined(separator: " | ")) |\n"
    }
    if !result.budgets.isEmpty { document.add("\n") }
  }

  private static func sign(of outcome: BudgetOutcome) -> String {
    switch outcome.status {
    case .passed: "✅"
    case .warned: outcome.action == .info ? "▫️" : "🟡"
    case .failed: "❌"
    case .undecided: "❔"
    case .waived: "🟡"
    }
  }

  // MARK: Evidence

  private static func addFindings(_ result: GateResult, to document: inout BoundedText) {
    document.add("", result.findings, share: document.room / 2, noun: "note") { finding in
      "- **\(finding.level.rawValue)** " + (finding.task.map { MarkdownText.code($0, limit: 80) + " " } ?? "")
        + MarkdownText.prose(finding.message, limit: 600) + "\n"
    }
    if !result.findings.isEmpty { document.add("\n") }
  }

  private static func addRemedy(_ result: GateResult, to document: inout BoundedText) {
    guard let remedy = result.remedy else { return }
    document.add("### Remedy: a compatibility adapter\n\n")
    guard let repair = remedy.repair else {
      document.add("⚠️ It failed, and there is no repaired candidate:\n\n" + MarkdownText.block(remedy.failureSentence ?? "", limit: 2_000) + "\n")
      return
    }
    document.add(
      """
      \(remedy.outcomeSentence(repair).replacing("_", with: "\\_")).
      \(MarkdownText.code(repair.adapter.path, limit: 200)): \(repair.trainingSentence).


      """)
    document.add(
      """
      | task | | without | with |
      |---|---|--:|--:|

      """, remedy.tasks(repair), share: document.room / 4, noun: "task"
    ) { task in
      func row(_ what: String, _ before: String?, _ after: String?) -> String {
        "| \(MarkdownText.code(task.before.task, limit: 80)) | \(what) | \(before ?? "–") | \(after ?? "–") |\n"
      }
      let mean = { (summary: TaskSummary) -> String? in summary.primary?.candidateMean.map { Numbers.fixed($0, 4) } }
      return row("negative flips", task.before.flips.map { "\($0.negative)" }, task.after.flips.map { "\($0.negative)" })
        + row(MarkdownText.code(task.before.primaryMetric, limit: 40), mean(task.before), mean(task.after))
    }
    document.add("\n")
    if let sweep = repair.sweep { addSweep(sweep, to: &document) }
  }

  private static func addSweep(_ sweep: Remedy.Sweep, to document: inout BoundedText) {
    document.add("\(sweep.sentence).\n\n")
    document.add(
      """
      | recipe | negative flips | predicted | cross-entropy | steps | |
      |---|--:|--:|--:|--:|---|

      """, Array(sweep.entries.enumerated()), share: document.room / 4, noun: "recipe"
    ) { place, entry in
      let notes = [place == sweep.chosen ? "**taken**" : nil, entry.isOnFrontier ? "on the frontier" : nil].compactMap(\.self)
      return "| \(MarkdownText.code(entry.recipe, limit: 120)) | \(entry.figures.negativeFlips) | \(sweep.accuracy(entry.figures)) "
        + "| \(entry.validationLoss.map { Numbers.fixed($0, 4) } ?? "–") | \(entry.steps) | \(notes.joined(separator: ", ")) |\n"
    }
    document.add("\n")
    if sweep.failures.isEmpty { return }
    document.add("", sweep.failures, share: document.room / 4, noun: "failed recipe") {
      "- \(MarkdownText.code($0.recipe, limit: 120)) failed: \(MarkdownText.prose($0.reason, limit: 480))\n"
    }
    document.add("\n")
  }

  private func addItems(_ result: GateResult, to document: inout BoundedText) {
    let worst = result.worstItems
    let flips = worst.count { $0.flip == .negative }
    let count = flips == worst.count ? Self.count(flips, "negative flip") : "\(flips) negative flips and \(worst.count - flips) with a lower score"
    document.add(
      "### What got worse: \(count)\n\n", worst, most: place.itemLimit, share: document.room,
      noun: "item", piece: details)
  }

  /// An item to unfold, with both answers. The summary is HTML up to the empty line, the rest Markdown.
  private func details(_ item: ReportedItem) -> String {
    var text =
      "<details><summary>\(MarkdownText.html(item.shortName, limit: 40)) · \(MarkdownText.html(item.task, limit: 80)) · item \(item.index)"
      + "\(item.flip == .negative ? " · right before, wrong now" : "")</summary>\n\n"
    text += "Target\n\n" + MarkdownText.block(item.target, limit: place.answerLimit) + "\n"
    for (title, side, answer) in [("Baseline", "baseline", item.baseline), ("Candidate", "candidate", item.candidate)] {
      text += title + (answer.margin.map { ", ahead by \(Numbers.fixed($0, 2))" } ?? "")
      let scores = answer.scores.prefix(6).compactMap { score in
        score.value.map { "\(MarkdownText.code(score.metric, limit: 40)) \(Numbers.fixed($0, 4))" }
      }
      text += (scores.isEmpty ? "" : " · " + scores.joined(separator: " · ")) + "\n\n"
      text += MarkdownText.block(answer.prediction, limit: place.answerLimit) + "\n"
      // What the model wrote, where the answer is only a part of it.
      if let output = item.document[side]?["output"]?.string, output != answer.prediction {
        text += "from\n\n" + MarkdownText.block(output, limit: place.answerLimit) + "\n"
      }
    }
    return text + "</details>\n\n"
  }

  // MARK: Texts

  private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

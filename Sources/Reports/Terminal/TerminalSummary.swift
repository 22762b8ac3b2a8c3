// The summary that a person reads at the end of a run: the verdict, each budget with what it used of what it allows, the worst flips.

internal import Comparison
public import Policies
internal import Records

/// A result as text for a terminal or a log.
///
/// A pure function: the same result, width and colour give the same text. Model text in it can't act: see ``VisibleText`` and
/// ``withoutCommands(_:)``.
public struct TerminalSummary: Sendable {
  /// Columns of the terminal, 80 to 160.
  public var width: Int
  /// Whether to colour: the caller knows if this is a terminal and if NO_COLOR is set.
  public var color: Bool
  /// How many of the worst flips are shown.
  public var itemCount: Int

  public init(width: Int = 100, color: Bool = false, itemCount: Int = 5) {
    self.width = max(80, min(width, 160))
    self.color = color
    self.itemCount = max(0, itemCount)
  }

  /// More budgets than these are only shown where they do not hold.
  static let budgetLimit = 24

  /// The text, ending with a line break.
  public func render(_ result: GateResult) -> String {
    let blocks = [[headline(result)], sides(result), tasks(result), budgets(result), findings(result), items(result)]
    let lines = blocks.filter { !$0.isEmpty }.map { $0.map { $0.render(color: color) }.joined(separator: "\n") }
    return lines.joined(separator: "\n\n") + "\n"
  }

  // MARK: Verdict

  private func headline(_ result: GateResult) -> TerminalLine {
    let all = result.budgets.count
    let broken = result.budgets.count { $0.status == .failed }
    let open = result.budgets.count { $0.status == .undecided && $0.action == .fail }
    let noticed = result.budgets.count { ($0.status == .warned && $0.action != .info) || $0.status == .waived }
    let (word, style, sentence): (String, TerminalStyle, String) =
      switch result.verdict {
      case .passed: ("PASSED", .good, all == 1 ? "the budget holds" : "all \(all) budgets hold")
      case .warned:
        (
          "PASSED WITH WARNINGS", .doubtful,
          noticed == 0 ? "no budget is broken" : "\(noticed) of \(Self.count(all)) broken, none of them blocks"
        )
      case .failed:
        (
          "FAILED", .bad,
          broken == 0
            ? "a required task is missing"
            : "\(broken) of \(Self.count(all)) \(broken == 1 ? "is" : "are") broken" + (open > 0 ? ", \(open) could not be judged" : "")
        )
      case .undecided:
        ("UNDECIDED", .doubtful, open == 0 ? "the evidence can't be used" : "\(open) of \(Self.count(all)) could not be judged")
      }
    var line = TerminalLine(word, style)
    line.add("  \(safe(result.policy.name, 60)): ", .strong)
    line.add(sentence)
    return line
  }

  private static func count(_ budgets: Int) -> String { "\(budgets) \(budgets == 1 ? "budget" : "budgets")" }

  // MARK: What was compared

  private func sides(_ result: GateResult) -> [TerminalLine] {
    var table = TerminalTable()
    for (side, header) in [("baseline", result.baseline), ("candidate", result.candidate)] {
      let adapter = header.model.adapterDigest.map { " with adapter \(shortDigest($0))" } ?? ""
      table.add([
        .init(text: side, style: .faint), .init(text: safe(header.model.name, 120) + adapter, style: .strong),
        .init(text: shortDigest(header.model.weightsDigest), style: .faint),
        .init(text: safe("\(header.engine.name) \(header.engine.precision)", 40), style: .faint),
      ])
    }
    return table.lines(width: width, indent: "  ", flexible: [1, 3])
  }

  private func tasks(_ result: GateResult) -> [TerminalLine] {
    if result.tasks.isEmpty { return [] }
    var table = TerminalTable()
    table.add(
      ["task", "items", "metric", "baseline", "candidate", "change", "neg. flips", "pos. flips"].enumerated().map {
        .init(text: $1, style: .faint, isNumber: $0 != 0 && $0 != 2)
      })
    for task in result.tasks {
      func number(_ value: Double?) -> TerminalTable.Cell { .init(text: value.map { Numbers.fixed($0, 4) } ?? "-", isNumber: true) }
      let metric = task.primary
      let change = metric.flatMap { metric in metric.baselineMean.flatMap { old in metric.candidateMean.map { $0 - old } } }
      let negative = task.flips?.negative
      table.add([
        .init(text: safe(task.task, 60)), .init(text: "\(task.paired)", isNumber: true), .init(text: safe(metric?.name ?? "-", 40)),
        number(metric?.baselineMean), number(metric?.candidateMean),
        .init(text: change.map { ($0 > 0 ? "+" : "") + Numbers.fixed($0, 4) } ?? "-", isNumber: true),
        .init(text: negative.map { "\($0)" } ?? "-", style: (negative ?? 0) > 0 ? .strong : .plain, isNumber: true),
        .init(text: task.flips.map { "\($0.positive)" } ?? "-", isNumber: true),
      ])
    }
    return table.lines(width: width, indent: "  ", flexible: [0, 2])
  }

  // MARK: Budgets

  private func budgets(_ result: GateResult) -> [TerminalLine] {
    let isLong = result.budgets.count > Self.budgetLimit
    let shown = result.budgets.filter { !isLong || $0.status != .passed }
    let hidden = result.budgets.count - shown.count
    var table = TerminalTable()
    if !shown.isEmpty {
      table.add(
        ["status", "budget", "task", "used", "allowed", ""].enumerated().map {
          .init(text: $1, style: .faint, isNumber: $0 == 3 || $0 == 4)
        })
    }
    for outcome in shown {
      let (word, style) = status(of: outcome)
      let allowed = outcome.allowed.map { "\(outcome.isFloor ? "≥" : "≤") \(outcome.text(of: $0))" } ?? "-"
      let notes =
        outcome.status == .passed
        ? [] : wrapped(safe(outcome.reason, 600), width: width - 13).map { TerminalLine("             \($0)", .faint) }
      table.add(
        [
          .init(text: word, style: style), .init(text: safe(outcome.label, 120)), .init(text: safe(outcome.task, 60)),
          .init(text: outcome.observed.map(outcome.text(of:)) ?? "-", style: outcome.status == .failed ? .bad : .plain, isNumber: true),
          .init(text: allowed, isNumber: true), .init(text: bar(of: outcome), style: style),
        ], notes: notes)
    }
    var lines = table.lines(width: width, indent: "  ", flexible: [1, 2])
    if hidden > 0 { lines.append(TerminalLine("  \(hidden) more \(hidden == 1 ? "budget holds" : "budgets hold")", .faint)) }
    return lines
  }

  private func status(of outcome: BudgetOutcome) -> (String, TerminalStyle) {
    switch outcome.status {
    case .passed: ("ok", .good)
    case .warned: outcome.action == .info ? ("note", .plain) : ("warning", .doubtful)
    case .failed: ("FAILED", .bad)
    case .undecided: ("undecided", .doubtful)
    case .waived: ("waived", .doubtful)
    }
  }

  /// How much of the allowance is used, in ten cells; `+` behind them where it is more than all of it.
  private func bar(of outcome: BudgetOutcome) -> String {
    guard let observed = outcome.observed, let allowed = outcome.allowed, !outcome.isFloor, !(observed / allowed).isNaN || allowed == 0
    else {
      return ""
    }
    let isOver = outcome.status == .failed || outcome.status == .waived || (outcome.status == .warned && observed > allowed)
    let share = allowed > 0 ? observed / allowed : observed > 0 ? 1 : 0
    var cells = Int((min(1, max(0, share)) * 10).rounded(.down))
    if observed > 0, cells == 0 { cells = 1 }
    return String(repeating: "█", count: cells) + String(repeating: "░", count: 10 - cells) + (isOver ? "+" : "")
  }

  // MARK: Evidence

  private func findings(_ result: GateResult) -> [TerminalLine] {
    result.findings.flatMap { finding -> [TerminalLine] in
      let (word, style): (String, TerminalStyle) =
        switch finding.level {
        case .failed: ("FAILED", .bad)
        case .undecided: ("undecided", .doubtful)
        case .warning: ("warning", .doubtful)
        case .note: ("note", .faint)
        }
      let text = safe(finding.task.map { "\($0): " } ?? "", 60) + safe(finding.message, 600)
      return wrapped(text, width: width - 13).enumerated().map { index, part in
        var line = TerminalLine("  \(DisplayWidth.fit(index == 0 ? word : "", to: 9))  ", style)
        line.add(part)
        return line
      }
    }
  }

  private func items(_ result: GateResult) -> [TerminalLine] {
    let worst = result.worstItems.prefix(itemCount)
    if worst.isEmpty { return [] }
    let count = result.items.count
    let rest = count > worst.count ? "\(worst.count) of \(count), all are in result.json" : "\(count)"
    var lines = [TerminalLine("  Worst changes (\(rest))", .strong)]
    for item in worst {
      lines.append(TerminalLine())
      var head = TerminalLine("  \(safe(item.shortName, 24))", .strong)
      head.add("  \(safe(item.task, 60)) item \(item.index)\(scores(of: item))", .faint)
      lines.append(head)
      let room = width - 6 - 11 - 16
      for (side, text, margin, style) in [
        ("target", item.target, nil, TerminalStyle.plain), ("baseline", item.baseline.prediction, item.baseline.margin, .good),
        ("candidate", item.candidate.prediction, item.candidate.margin, .bad),
      ] {
        var line = TerminalLine("      \(DisplayWidth.fit(side, to: 11))", .faint)
        line.add(DisplayWidth.fit(safe(text, room * 4), to: room), style)
        line.add(margin.map { "  ahead by \(Numbers.fixed($0, 2))" } ?? "", .faint)
        lines.append(line)
      }
      // Answers that begin alike are cut before the place that matters.
      if let difference = item.difference, difference.offset >= room / 2 {
        var line = TerminalLine("      differ at  ", .faint)
        let place = "character \(difference.offset + 1): \(difference.baseline) → \(difference.candidate)"
        line.add(DisplayWidth.cut(safe(place, room * 4), to: width - 17))
        lines.append(line)
      }
    }
    return lines
  }

  /// `, rouge1 0.5000 → 0.3000`: scores that changed, where there is no margin to show.
  private func scores(of item: ReportedItem) -> String {
    if item.candidate.margin != nil { return "" }
    return item.baseline.scores.compactMap { old in
      guard let before = old.value, let after = item.candidate.score(old.metric), before != after else { return nil }
      return ", \(safe(old.metric, 40)) \(Numbers.fixed(before, 4)) → \(Numbers.fixed(after, 4))"
    }.prefix(3).joined()
  }

  // MARK: Texts

  private func safe(_ text: String, _ limit: Int) -> String { withoutCommands(VisibleText.of(text, limit: limit)) }

  private func shortDigest(_ digest: String) -> String {
    safe(String((digest.hasPrefix("sha256:") ? digest.dropFirst("sha256:".count) : digest[...]).prefix(12)), 12)
  }
}

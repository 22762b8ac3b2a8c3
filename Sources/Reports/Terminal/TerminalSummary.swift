// The summary that a person reads at the end of a run: the verdict, each budget with what it used of what it allows, the worst flips.

internal import Comparison
public import Policies
internal import Records

/// A result as text for a terminal or a log.
///
/// A pure function: the same result, width and colour give the same text. Model text in it can't act: see ``VisibleText`` and
/// ``withoutCommands(_:)``.
public struct TerminalSummary: Sendable {
  /// Columns of the terminal, 40 to 200. Under 80 there are no tables: what stands in a row stands below each other.
  public var width: Int
  /// Whether to colour: the caller knows if this is a terminal and if NO_COLOR is set.
  public var color: Bool
  /// How many of the worst flips are shown.
  public var itemCount: Int

  public init(width: Int = 100, color: Bool = false, itemCount: Int = 5) {
    self.width = max(40, min(width, 200))
    self.color = color
    self.itemCount = max(0, itemCount)
  }

  /// Whether tables have no room.
  var isNarrow: Bool { width < 80 }

  /// More budgets than these are only shown where they do not hold.
  static let budgetLimit = 24

  /// The text, ending with a line break.
  public func render(_ result: GateResult) -> String {
    let blocks = [
      headline(result), isNarrow ? narrowSides(result) : sides(result),
      isNarrow ? narrowTasks(result) : tasks(result), isNarrow ? narrowBudgets(result) : budgets(result), findings(result), remedy(result),
      items(result),
    ]
    let lines = blocks.filter { !$0.isEmpty }.map { $0.map { $0.render(color: color) }.joined(separator: "\n") }
    return lines.joined(separator: "\n\n") + "\n"
  }

  // MARK: Verdict

  private func headline(_ result: GateResult) -> [TerminalLine] {
    var line = TerminalLine(result.verdict.word, style(of: result.verdict))
    line.add("  \(safe(result.policy.name, 60)): ", .strong)
    line.add(result.verdictSentence)
    return line.width <= width ? [line] : narrowHeadline(result)
  }

  func style(of verdict: Verdict) -> TerminalStyle {
    switch verdict {
    case .passed: .good
    case .warned, .undecided: .doubtful
    case .failed: .bad
    }
  }

  // MARK: What was compared

  private func sides(_ result: GateResult) -> [TerminalLine] {
    var table = TerminalTable()
    for (side, header) in [("baseline", result.baseline), ("candidate", result.candidate)] {
      let adapter = header.model.adapterDigest.map { " with adapter \(safe(shortDigest($0), 12))" } ?? ""
      table.add([
        .init(text: side, style: .faint), .init(text: safe(header.model.name, 120) + adapter, style: .strong),
        .init(text: safe(shortDigest(header.model.weightsDigest), 12), style: .faint),
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
    let (shown, hidden) = shownBudgets(result)
    var table = TerminalTable()
    if !shown.isEmpty {
      table.add(
        ["status", "budget", "task", "used", "allowed", ""].enumerated().map {
          .init(text: $1, style: .faint, isNumber: $0 == 3 || $0 == 4)
        })
    }
    for outcome in shown {
      let style = self.style(of: outcome)
      let allowed = outcome.allowed.map { "\(outcome.isFloor ? "≥" : "≤") \(outcome.text(of: $0))" } ?? "-"
      let notes =
        outcome.status == .passed
        ? [] : wrapped(safe(outcome.reason, 600), width: width - 13).map { TerminalLine("             \($0)", .faint) }
      table.add(
        [
          .init(text: outcome.statusWord, style: style), .init(text: safe(outcome.label, 120)), .init(text: safe(outcome.task, 60)),
          .init(text: outcome.observed.map(outcome.text(of:)) ?? "-", style: outcome.status == .failed ? .bad : .plain, isNumber: true),
          .init(text: allowed, isNumber: true), .init(text: bar(of: outcome), style: style),
        ], notes: notes)
    }
    var lines = table.lines(width: width, indent: "  ", flexible: [1, 2])
    lines += rest(hidden)
    return lines
  }

  /// The budgets that are listed, and how many are not.
  func shownBudgets(_ result: GateResult) -> (shown: [BudgetOutcome], hidden: Int) {
    let isLong = result.budgets.count > Self.budgetLimit
    let shown = result.budgets.filter { !isLong || $0.status != .passed }
    return (shown, result.budgets.count - shown.count)
  }

  func rest(_ hidden: Int) -> [TerminalLine] {
    hidden > 0 ? [TerminalLine("  \(hidden) more \(hidden == 1 ? "budget holds" : "budgets hold")", .faint)] : []
  }

  func style(of outcome: BudgetOutcome) -> TerminalStyle {
    switch outcome.status {
    case .passed: .good
    case .warned: outcome.action == .info ? .plain : .doubtful
    case .failed: .bad
    case .undecided, .waived: .doubtful
    }
  }

  /// How much of the allowance is used, in ten cells; `+` behind them where it is more than all of it.
  func bar(of outcome: BudgetOutcome) -> String {
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

  /// How many recipes of a sweep are shown.
  private static let sweepCount = 12

  private func remedy(_ result: GateResult) -> [TerminalLine] {
    guard let remedy = result.remedy else { return [] }
    func lines(_ text: String, _ style: TerminalStyle = .plain) -> [TerminalLine] {
      wrapped(text, width: width - 4).map { TerminalLine("    " + $0, style) }
    }
    let head = TerminalLine("  Remedy: a compatibility adapter", .strong)
    guard let repair = remedy.repair else {
      return [head] + lines("It failed: \(safe(remedy.failureSentence ?? "", 480))", .doubtful)
    }
    var text = [head] + lines(remedy.outcomeSentence(repair) + ".")
    for (before, after) in remedy.tasks(repair) {
      guard let old = before.flips, let new = after.flips else { continue }
      text += lines("\(safe(before.task, 60)): \(old.negative) negative flips without it, \(new.negative) with it")
    }
    text += lines("\(safe(repair.adapter.path, 200)): \(repair.trainingSentence)", .faint)
    guard let sweep = repair.sweep else { return text }
    text += lines(sweep.sentence + ":")
    // The one that was taken is always among those that are shown.
    let places = sweep.entries.indices.filter { $0 < Self.sweepCount || $0 == sweep.chosen }
    for place in places {
      let entry = sweep.entries[place]
      let figures = "\(safe(entry.recipe, 120)): \(entry.figures.negativeFlips) negative flips, \(sweep.accuracy(entry.figures)) predicted"
      text += lines(figures + (place == sweep.chosen ? ", taken" : ""), place == sweep.chosen ? .strong : .plain)
    }
    if places.count < sweep.entries.count { text += lines("and \(sweep.entries.count - places.count) more, all are in result.json", .faint) }
    for failure in sweep.failures.prefix(Self.sweepCount) {
      text += lines("\(safe(failure.recipe, 120)) failed: \(safe(failure.reason, 480))", .doubtful)
    }
    if sweep.failures.count > Self.sweepCount { text += lines("and \(sweep.failures.count - Self.sweepCount) more that failed", .faint) }
    return text
  }

  private func items(_ result: GateResult) -> [TerminalLine] {
    let worst = result.worstItems.prefix(itemCount)
    if worst.isEmpty { return [] }
    let count = result.items.count
    let rest = count > worst.count ? "\(worst.count) of \(count), all are in result.json" : "\(count)"
    var lines = wrapped("Worst changes (\(rest))", width: width - 2).map { TerminalLine("  " + $0, .strong) }
    for item in worst {
      lines.append(TerminalLine())
      var head = TerminalLine("  " + DisplayWidth.cut(safe(item.shortName, 24), to: 24), .strong)
      head.add(DisplayWidth.cut("  \(safe(item.task, 60)) item \(item.index)\(scores(of: item))", to: width - head.width), .faint)
      lines.append(head)
      let indent = isNarrow ? "  " : "      "
      let room = width - indent.count - 11 - (isNarrow ? 0 : 16)
      for (side, text, margin, style) in [
        ("target", item.target, nil, TerminalStyle.plain), ("baseline", item.baseline.prediction, item.baseline.margin, .good),
        ("candidate", item.candidate.prediction, item.candidate.margin, .bad),
      ] {
        var line = TerminalLine(indent + DisplayWidth.fit(side, to: 11), .faint)
        line.add(DisplayWidth.fit(safe(text, room * 4), to: room), style)
        if let margin, !isNarrow { line.add("  ahead by \(Numbers.fixed(margin, 2))", .faint) }
        lines.append(line)
      }
      // Answers that begin alike are cut before the place that matters.
      if let difference = item.difference, difference.offset >= room / 2 {
        var line = TerminalLine("      differ at  ", .faint)
        let place = "character \(UInt(clamping: difference.offset) + 1): \(difference.baseline) → \(difference.candidate)"
        line.add(DisplayWidth.cut(safe(place, room * 4), to: width - 17))
        lines.append(line)
      }
    }
    return lines
  }

  /// `, rouge1 0.5000 → 0.3000`: scores that changed, where there is no margin to show.
  func scores(of item: ReportedItem) -> String {
    if item.candidate.margin != nil { return "" }
    return item.baseline.scores.compactMap { old in
      guard let before = old.value, let after = item.candidate.score(old.metric), before != after else { return nil }
      return ", \(safe(old.metric, 40)) \(Numbers.fixed(before, 4)) → \(Numbers.fixed(after, 4))"
    }.prefix(3).joined()
  }

  // MARK: Texts

  func safe(_ text: String, _ limit: Int) -> String { withoutCommands(VisibleText.of(text, limit: limit)) }
}

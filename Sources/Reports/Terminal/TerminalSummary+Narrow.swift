// The summary where tables have no room: 40 to 79 columns, what stands in a row stands below each other.

internal import Comparison
internal import Policies
internal import Records

extension TerminalSummary {
  func narrowHeadline(_ result: GateResult) -> [TerminalLine] {
    [TerminalLine(result.verdict.word, style(of: result.verdict))]
      + lines("\(safe(result.policy.name, 60)): \(result.verdictSentence)", .strong)
  }

  func narrowSides(_ result: GateResult) -> [TerminalLine] {
    [("baseline", result.baseline.model), ("candidate", result.candidate.model)].flatMap { side, model in
      let adapter = model.adapterDigest.map { " with adapter \(safe(shortDigest($0), 12))" } ?? ""
      return lines("\(side) \(safe(model.name, 120)) \(safe(shortDigest(model.weightsDigest), 12))\(adapter)")
    }
  }

  func narrowTasks(_ result: GateResult) -> [TerminalLine] {
    result.tasks.flatMap { task in
      var text = lines("\(safe(task.task, 60)), \(Numbers.items(task.paired))", .strong)
      if let metric = task.primary, let old = metric.baselineMean, let new = metric.candidateMean {
        let change = (new > old ? "+" : "") + Numbers.fixed(new - old, 4)
        text += lines("\(safe(metric.name, 40)) \(Numbers.fixed(old, 4)) → \(Numbers.fixed(new, 4)) (\(change))", indent: "    ")
      }
      if let flips = task.flips { text += lines("\(flips.negative) negative flips, \(flips.positive) positive flips", indent: "    ") }
      return text
    }
  }

  func narrowBudgets(_ result: GateResult) -> [TerminalLine] {
    let (shown, hidden) = shownBudgets(result)
    return shown.flatMap { outcome in
      var head = TerminalLine("  \(DisplayWidth.fit(outcome.statusWord, to: 9))  ", style(of: outcome))
      head.add(DisplayWidth.cut("\(safe(outcome.label, 120)) on \(safe(outcome.task, 60))", to: width - 13))
      if outcome.status != .passed { return [head] + lines(safe(outcome.reason, 600), .faint, indent: "    ") }
      guard let observed = outcome.observed, let allowed = outcome.allowed else { return [head] }
      let limit = "\(outcome.isFloor ? "at least" : "at most") \(outcome.text(of: allowed))"
      return [head] + lines("\(outcome.text(of: observed)), \(limit)", .faint, indent: "    ")
    } + rest(hidden)
  }

  private func lines(_ text: String, _ style: TerminalStyle = .plain, indent: String = "  ") -> [TerminalLine] {
    wrapped(text, width: width - indent.count).map { TerminalLine(indent + $0, style) }
  }
}

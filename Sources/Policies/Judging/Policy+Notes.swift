// What a reader of the verdict must know beside the budgets: warnings, waivers, items outside slices, and the items to look at.

public import Comparison
internal import Documents
internal import Records

extension Policy {
  func notes(_ comparison: Comparison, _ outcomes: [BudgetOutcome], _ waiverOutcomes: [WaiverOutcome]) -> [Finding] {
    var findings: [Finding] = []
    for (waiver, outcome) in zip(waivers, waiverOutcomes) {
      switch outcome.state {
      case .used: break
      case .unused:
        let reason =
          waiver.isFor(comparison.candidate) ? "was not needed" : "is for another candidate, \(quoted(waiver.candidate ?? "")), and was not used"
        findings.append(Finding(kind: .waiver, level: .note, task: nil, message: "the waiver \(quoted(waiver.id)) \(reason)"))
      case .expired:
        let message =
          "the waiver \(quoted(waiver.id)) of \(quoted(waiver.owner)) was over on \(waiver.expires); remove it, or have it approved anew"
        findings.append(Finding(kind: .waiver, level: .warning, task: nil, message: message))
      }
    }
    for budget in budgets {
      for case .maxDrop(let limit) in budget.limits where limit >= 1 {
        for task in comparison.tasks where budget.task.selects(task) {
          guard let metric = task.metrics.first(where: { $0.name == budget.metric.description }), metric.isWithinUnit else { continue }
          let message =
            "the budget \(quoted(budget.id)) lets \(metric.name) drop by \(Numbers.short(limit)), and it lies between 0 and 1: no drop can break it; one point is 0.01"
          findings.append(Finding(kind: .limit, level: .warning, task: task.label, message: message))
        }
      }
    }
    if !outcomes.contains(where: { $0.n > 0 }), !findings.contains(where: { $0.level == .undecided }) {
      findings.append(Finding(kind: .noEvidence, level: .undecided, task: nil, message: "no budget found an item to judge"))
    }
    return findings
  }

  func unslicedItems(_ comparison: Comparison) -> [Finding] {
    slices.flatMap { rule in
      comparison.tasks.compactMap { task -> Finding? in
        guard rule.tasks.contains(where: { $0.selects(task) }) else { return nil }
        let without = task.pairs.count { $0.value(of: rule.field) == nil }
        if without == 0 || without == task.pairs.count { return nil }
        let message =
          "\(Numbers.items(without)) of \(task.pairs.count) have no \(quoted(rule.field)) and are in no slice of \(quoted(rule.id))"
        return Finding(kind: .missingItems, level: .warning, task: task.label, message: message)
      }
    }
  }

  /// Every negative flip, and every item that lost more than a budget's `item_drop`, in the comparison's order.
  func notableItems(_ comparison: Comparison) -> [(pair: ItemPair, task: TaskComparison)] {
    comparison.tasks.flatMap { task in shownPairs(of: task).map { ($0, task) } }
  }

  /// The items whose texts ``Comparison/compare(_:_:settings:noise:fetchesTexts:notable:)`` is to fetch: those that a result shows.
  public func notablePairs(of task: TaskComparison) -> [ItemPair] { shownPairs(of: task) }

  /// Items of a saved comparison that are shown without their texts.
  func missingTexts(_ comparison: Comparison) -> [Finding] {
    comparison.tasks.compactMap { task in
      let count = shownPairs(of: task).count { !$0.baseline.hasTexts || !$0.candidate.hasTexts }
      if count == 0 { return nil }
      let message =
        "the texts of \(Numbers.items(count)) past their item_drop are not in the saved comparison; make it with flipgate compare --policy"
      return Finding(kind: .missingItems, level: .note, task: task.label, message: message)
    }
  }

  private func budgets(for task: TaskComparison) -> [Budget] {
    budgets.filter { $0.task.selects(task) } + slices.filter { $0.tasks.contains { $0.selects(task) } }.flatMap(\.budgets)
  }

  private func shownPairs(of task: TaskComparison) -> [ItemPair] {
    let drops = budgets(for: task).flatMap { budget in
      budget.limits.compactMap { limit -> (drop: Double, metric: MetricComparison)? in
        guard case .itemDrop(let drop, _) = limit else { return nil }
        return task.metrics.first { $0.name == budget.metric.description }.map { (drop, $0) }
      }
    }
    return task.pairs.filter { pair in pair.flip == .negative || drops.contains { pair.isPast($0.drop, in: $0.metric) } }
  }
}

extension MetricComparison {
  /// Whether both means look like those of a metric between 0 and 1.
  var isWithinUnit: Bool {
    guard let baselineMean, let candidateMean else { return false }
    return (0...1).contains(baselineMean) && (0...1).contains(candidateMean)
  }
}

// What would pass today: the largest count that each budget lets through on the items that there are.

internal import Comparison
internal import Documents

extension Policy {
  /// One line a task with the counts that pass and fail; limits of means have none.
  func counts(of budget: Budget, _ supply: ItemSupply) -> [String] {
    let allowances = budget.limits.compactMap(\.allowance)
    if allowances.isEmpty { return [] }
    switch supply {
    case .each(let items): return allowances.map { "With \(Numbers.items(items)): \(counts($0, of: items, budget))." }
    case .tasks(let tasks):
      let judged = tasks.filter { $0.isSelected(by: budget.task) && (budget.task != .all || $0.has(budget.metric)) }
      if judged.isEmpty { return ["The record has nothing that it is about: \(budget.rules.onMissing.phrase)."] }
      return judged.flatMap { task in
        if !task.has(budget.metric) { return ["\(visible(task.label)) does not have it: \(budget.rules.onMissing.phrase)."] }
        return allowances.map { "\(visible(task.label)), \(Numbers.items(task.items)): \(counts($0, of: task.items, budget))." }
      }
    }
  }

  /// The same for each value of a slice's field.
  func counts(of budget: Budget, in rule: SliceRule, _ supply: ItemSupply) -> [String] {
    guard case .tasks(let tasks) = supply else { return counts(of: budget, supply) }
    let allowances = budget.limits.compactMap(\.allowance)
    if allowances.isEmpty { return [] }
    var lines: [String] = []
    for task in tasks where rule.tasks.contains(where: { task.isSelected(by: $0) }) && task.has(budget.metric) {
      for (value, items) in (task.slices[rule.field] ?? [:]).sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        lines += allowances.map {
          "\(visible(task.label)), \(visible(rule.field))=\(visible(value)), \(Numbers.items(items)): \(counts($0, of: items, budget))."
        }
      }
    }
    return lines.isEmpty ? ["The record has no such slice: \(budget.rules.onMissing.phrase)."] : lines
  }

  private func counts(_ allowance: Allowance, of items: Int, _ budget: Budget) -> String {
    if items < max(1, budget.rules.minItems) {
      return "too few to judge, \(Numbers.items(budget.rules.minItems)) are asked for, so it is \(budget.rules.onInsufficientEvidence.phrase)"
    }
    let test = CountTest(count: 0, n: items, basis: budget.rules.decideOn, level: confidence.level)
    let (largest, smallest) = (test.largestHolding(allowance), test.smallestBroken(allowance))
    let breaks = budget.rules.action.phrase
    switch (largest, smallest) {
    case (let largest?, let smallest?) where smallest == largest + 1: return "up to \(largest) pass, and at \(smallest) it \(breaks)"
    case (let largest?, let smallest?):
      return "up to \(largest) pass, from \(smallest) on it \(breaks), and between them it is \(budget.rules.onInsufficientEvidence.phrase)"
    case (let largest?, nil): return largest >= items ? "any number passes: it can't be broken" : "up to \(largest) pass, and no number breaks it"
    case (nil, let smallest):
      // A count allows another share of another number of items: there is no plan for it.
      var fewest: Int?
      if case .ratio(let ratio) = allowance { fewest = GatePlan(budget: ratio, level: confidence.level).itemsToPass(rate: 0) }
      return
        "not even 0 passes\(fewest.map { ", which takes at least \($0) items" } ?? ""); \(smallest.map { "from \($0) on it \(breaks)" } ?? "no number breaks it")"
    }
  }
}

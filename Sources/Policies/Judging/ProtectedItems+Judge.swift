// Items that may never flip: each is looked up by its identity, and one that is not there is missing evidence.

internal import Comparison
internal import Documents
internal import Records

extension ProtectedItems {
  func judge(_ comparison: Comparison, _ check: EvidenceCheck) -> BudgetOutcome {
    var outcome = BudgetOutcome(
      id: id, task: task, metric: FlipMetric.negativeFlips.rawValue, limit: .mustNotFlip, observed: nil, allowed: 0, unit: .count, n: 0,
      status: .undecided, action: rules.action, reason: "")
    guard let evidence = comparison.tasks.first(where: TaskSelector.named(task).selects) else {
      outcome.settle(rules.onMissing, "the task \(quoted(task)) can't be judged: it is not in the comparison")
      return outcome
    }
    if !check.isComparable(evidence.label) {
      outcome.undecided(
        "the evidence of \(quoted(task)) can't be used: \(check.flaw(of: evidence.label)?.sentence ?? "the two sides can't be compared")")
      return outcome
    }
    let wanted = Set(items)
    let found = evidence.pairs.filter { wanted.contains($0.candidate.item) && $0.flip != nil }
    let flipped = found.filter { $0.flip == .negative }
    let missing = wanted.subtracting(found.map(\.candidate.item))
    outcome.n = found.count
    outcome.observed = Double(flipped.count)
    if let first = flipped.first {
      let why = reason.map { ": \(quoted($0))" } ?? ""
      outcome.broken(
        "\(flipped.count) of \(wanted.count) protected \(wanted.count == 1 ? "item" : "items") went from right to wrong\(why); the first is \(first.candidate.item)"
      )
    } else if let first = missing.sorted().first {
      outcome.settle(
        rules.onMissing,
        "\(missing.count) of \(wanted.count) protected items have no right or wrong on both sides; the first is \(quoted(first))")
      if found.isEmpty { outcome.observed = nil }
    } else {
      outcome.status = .passed
      outcome.reason = wanted.count == 1 ? "the protected item did not flip" : "none of the \(wanted.count) protected items flipped"
    }
    return outcome
  }
}

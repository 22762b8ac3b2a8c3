// The judge: a comparison held against a policy.

public import Comparison
internal import Documents
internal import Records

extension Policy {
  /// Holds a comparison against the budgets.
  ///
  /// It fails closed: what can't be judged is never passed unless the policy says so in words. Which verdict wins:
  /// 1. `failed` where a budget with the action `fail` is broken on valid evidence, even if others are undecided: a regression is known.
  /// 2. `undecided` where such a budget, or the evidence of a judged task, can't be judged. A comparison that is invalid as a whole
  ///    (the sides were asked differently, or there are no items) breaks no budget: it is always undecided.
  /// 3. `warned` where a `warn` budget is broken or undecided, a waiver was used or is over, or there is a warning.
  /// 4. `passed`.
  ///
  /// - Parameter today: the day in UTC that waivers are held against.
  public func judge(_ comparison: Comparison, today: CalendarDate) -> GateResult {
    let check = EvidenceCheck(comparison, policy: self)
    var judged =
      budgets.flatMap { judgements($0, comparison, check, today) } + slices.flatMap { judgements($0, comparison, check, today) }
    if confidence.correction == .holm { spareUncertain(&judged) }
    let outcomes = judged.map { $0.outcome() } + mustNotFlip.map { $0.judge(comparison, check) }
    let waiverOutcomes = states(of: waivers, after: outcomes, today)
    let findings =
      check.findings + notes(comparison, outcomes, waiverOutcomes) + unslicedItems(comparison) + noiseFindings(comparison)
      + missingTexts(comparison)
    return GateResult(
      Self.verdict(outcomes, findings), of: comparison, by: PolicyReference(name: name, digest: digest, path: path), budgets: outcomes,
      findings: findings, waivers: waiverOutcomes, items: notableItems(comparison))
  }

  static func verdict(_ outcomes: [BudgetOutcome], _ findings: [Finding]) -> Verdict {
    let blocking = outcomes.filter { $0.action == .fail }
    if blocking.contains(where: { $0.status == .failed }) || findings.contains(where: { $0.level == .failed }) { return .failed }
    if blocking.contains(where: { $0.status == .undecided }) || findings.contains(where: { $0.level == .undecided }) { return .undecided }
    let isNoticed = outcomes.contains { $0.action != .info && $0.status != .passed } || findings.contains { $0.level == .warning }
    return isNoticed ? .warned : .passed
  }

  // MARK: Which evidence each budget is judged on

  private func judgements(_ budget: Budget, _ comparison: Comparison, _ check: EvidenceCheck, _ today: CalendarDate) -> [Judgement] {
    let tasks = comparison.tasks.filter { task in
      budget.task.selects(task) && (budget.task != .all || task.has(budget.metric) || check.flaw(of: task.label) != nil)
    }
    let active = waivers(for: budget, comparison, today)
    return budget.limits.flatMap { limit -> [Judgement] in
      if tasks.isEmpty {
        let reason: String
        switch budget.task {
        case .all: reason = "no task of the comparison has \(quoted(budget.metric.description))"
        case .named(let name):
          let nearest = nearestName(to: name, among: comparison.tasks.map(\.label)).map { "; did you mean \(quoted($0))?" } ?? ""
          reason = "it is not in the comparison\(nearest)"
        }
        return [
          Judgement(
            budget, limit, task: budget.task.description, slice: nil, absent: reason, flaw: check.generalFlaw, settings: comparisonSettings)
        ]
      }
      return tasks.map { task in
        let noise = comparison.noise?.task(task.task, filter: task.filter)
        return Judgement(
          budget, limit, on: Evidence(task, noise: noise, flaw: check.flaw(of: task.label)), settings: comparisonSettings, waivers: active)
      }
    }
  }

  private func judgements(_ rule: SliceRule, _ comparison: Comparison, _ check: EvidenceCheck, _ today: CalendarDate) -> [Judgement] {
    var judgements: [Judgement] = []
    for case .named(let name) in rule.tasks where !comparison.tasks.contains(where: TaskSelector.named(name).selects) {
      judgements += absent(rule, task: name, "it is not in the comparison", check)
    }
    for task in comparison.tasks where rule.tasks.contains(where: { $0.selects(task) }) {
      let slices = task.sliced(by: rule.field, settings: comparisonSettings)
      if slices.isEmpty {
        if !rule.tasks.contains(.all) {
          judgements += absent(rule, task: task.label, "no item has the slice field \(quoted(rule.field))", check)
        }
        continue
      }
      var flaw = check.flaw(of: task.label)
      if flaw == nil, task.pairs.count != task.items.paired {
        flaw = Flaw(
          kind: .missingItems, sentence: "only \(task.pairs.count) of \(Numbers.items(task.items.paired)) are at hand, too few to slice")
      }
      for (value, slice) in slices {
        let noise = comparison.noise?.task(task.task, filter: task.filter)
        let evidence = Evidence(slice, slice: "\(rule.field)=\(value)", noise: noise, flaw: flaw)
        for budget in rule.budgets where !rule.tasks.contains(.all) || task.has(budget.metric) {
          let active = waivers(for: budget, comparison, today)
          judgements += budget.limits.map { Judgement(budget, $0, on: evidence, settings: comparisonSettings, waivers: active) }
        }
      }
    }
    return judgements.isEmpty ? absent(rule, task: "*", "no task has items with the slice field \(quoted(rule.field))", check) : judgements
  }

  private func absent(_ rule: SliceRule, task: String, _ reason: String, _ check: EvidenceCheck) -> [Judgement] {
    rule.budgets.flatMap { budget in
      budget.limits.map {
        Judgement(budget, $0, task: task, slice: "\(rule.field)=*", absent: reason, flaw: check.generalFlaw, settings: comparisonSettings)
      }
    }
  }

  // MARK: Several budgets at once

  /// Takes back what Holm's correction does not let stand: of m budgets judged by their bound, the chance that any is called broken wrongly
  /// stays below 1 - level. To certify all of them needs no correction.
  private func spareUncertain(_ judgements: inout [Judgement]) {
    let family = judgements.indices.filter { judgements[$0].tail != nil }
    let adjusted = Holm.adjusted(family.map { judgements[$0].tail ?? 1 })
    for (index, p) in zip(family, adjusted) where p > 1 - confidence.level { judgements[index].familyThatSparesIt = family.count }
  }

  // MARK: Waivers

  private func waivers(for budget: Budget, _ comparison: Comparison, _ today: CalendarDate) -> [Waiver] {
    waivers.filter { $0.budget == budget.id && today <= $0.expires && $0.isFor(comparison.candidate) }
  }

  private func states(of waivers: [Waiver], after outcomes: [BudgetOutcome], _ today: CalendarDate) -> [WaiverOutcome] {
    waivers.map { waiver in
      let isUsed = outcomes.contains { $0.waiver == waiver.id }
      return WaiverOutcome(id: waiver.id, state: isUsed ? .used : today > waiver.expires ? .expired : .unused)
    }
  }
}

extension Waiver {
  /// Whether the waiver is for this candidate: for any, or for the digest of its adapter, else of its weights. A log that says none is nobody's.
  func isFor(_ header: RecordHeader) -> Bool {
    guard let candidate else { return true }
    let digest = header.model.adapterDigest ?? header.model.weightsDigest
    return candidate == digest && digest != RecordHeader.unknown
  }
}

extension TaskComparison {
  func has(_ metric: BudgetMetric) -> Bool {
    switch metric {
    case .flips: flips != nil
    case .score(let name): metrics.contains { $0.name == name }
    }
  }
}

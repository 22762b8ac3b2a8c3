// One budget's limit on one task or slice, from what was measured to its outcome.

internal import Comparison
internal import Documents

/// A limit, the evidence for it, and what may excuse it.
struct Judgement {
  let budget: Budget
  let limit: Limit
  /// The task, or `*` where there is none to judge.
  let task: String
  let slice: String?
  let measurement: Measurement
  let flaw: Flaw?
  let settings: ComparisonSettings
  /// The waivers of this budget that are in force.
  let waivers: [Waiver]
  /// How many budgets share the level, where Holm's correction takes back that this one is surely broken.
  var familyThatSparesIt: Int?

  init(_ budget: Budget, _ limit: Limit, on evidence: Evidence, settings: ComparisonSettings, waivers: [Waiver]) {
    self.budget = budget
    self.limit = limit
    task = evidence.task
    slice = evidence.slice
    flaw = evidence.flaw
    measurement = limit.measure(budget, in: evidence, settings)
    self.settings = settings
    self.waivers = waivers
  }

  /// A judgement without evidence: what the budget speaks of is not there.
  init(_ budget: Budget, _ limit: Limit, task: String, slice: String?, absent: String, flaw: Flaw?, settings: ComparisonSettings) {
    self.budget = budget
    self.limit = limit
    self.task = task
    self.slice = slice
    self.flaw = flaw
    measurement = .absent(absent)
    self.settings = settings
    waivers = []
  }

  /// The chance of what was seen if the budget held, for judgements by bound.
  var tail: Double? {
    if flaw != nil || measurement.items < budget.rules.minItems { return nil }
    if let allowance = limit.allowance { return test?.tail(allowance) }
    return meanTest?.tail
  }

  private var test: CountTest? {
    guard case .count(let count, let n, _, _) = measurement else { return nil }
    return CountTest(count: count, n: n, basis: budget.rules.decideOn, level: settings.level)
  }

  private var meanTest: MeanTest? {
    guard budget.rules.decideOn == .bound, let limit = limit.value, case .value(let value?, let n, _, _, let bounds?, _) = measurement
    else { return nil }
    return MeanTest(value: value, n: n, bounds: bounds, limit: limit, isFloor: self.limit.kind == .minValue)
  }

  func outcome() -> BudgetOutcome {
    var outcome = blank
    switch measurement {
    case .absent(let reason): outcome.settle(budget.rules.onMissing, "the task \(quoted(task)) can't be judged: \(reason)")
    case .nothing(let reason, let n):
      outcome.n = n
      outcome.undecided(reason)
    case .count(let count, let n, let phrase, let aside): judgeCount(count, of: n, phrase, aside, &outcome)
    case .value(let value, let n, let unit, let interval, _, let phrase):
      // What is not finite is not written, and a result is what it reads back as.
      outcome.observed = value.finite
      outcome.unit = unit
      outcome.interval = interval.flatMap { $0.lowerBound.isFinite && $0.upperBound.isFinite ? $0 : nil }
      outcome.n = n
      judgeValue(value, phrase, &outcome)
    }
    if let flaw { outcome.undecided("the evidence of \(quoted(task)) can't be used: \(flaw.sentence)") }
    return outcome
  }

  /// The outcome before anything is measured.
  private var blank: BudgetOutcome {
    let (allowed, unit): (Double?, BudgetOutcome.Unit) =
      switch limit {
      case .flips(let allowance), .itemDrop(_, let allowance):
        switch allowance {
        case .ratio(let ratio): (ratio, .ratio)
        case .count(let count): (Double(count), .count)
        case .combined: (nil, .count)
        }
      case .maxRelativeDrop(let value): (value, .ratio)
      case .maxDrop(let value), .minValue(let value), .maxGain(let value), .meanRegression(let value): (value, .score)
      }
    return BudgetOutcome(
      id: budget.id, task: task, slice: slice, metric: budget.metric.description, limit: limit.kind, observed: nil, allowed: allowed,
      unit: unit, n: 0, status: .undecided, action: budget.rules.action, reason: "")
  }

  // MARK: Counts

  private func judgeCount(_ count: Int, of n: Int, _ phrase: String, _ aside: String, _ outcome: inout BudgetOutcome) {
    guard let allowance = limit.allowance, let test else { return outcome.undecided("the limit has no allowance") }
    let allowed = allowance.items(of: n)
    let isRatio = outcome.unit == .ratio
    let bounds = test.bounds
    outcome.n = n
    outcome.observed = isRatio ? Double(count) / Double(n) : Double(count)
    outcome.allowed = isRatio ? outcome.allowed : Double(allowed)
    outcome.interval = isRatio ? bounds : bounds.lowerBound * Double(n)...bounds.upperBound * Double(n)
    let fact = "\(count) of \(Numbers.items(n)) \(phrase) (\(Numbers.percent(Double(count) / Double(n))))\(aside)"
    if n < budget.rules.minItems {
      let needed = budget.rules.minItems
      return outcome.settle(
        budget.rules.onInsufficientEvidence, "\(fact), but \(Numbers.items(needed)) are asked for: \(needed - n) more are needed")
    }
    var decision = test.decide(allowance)
    if let family = familyThatSparesIt, decision == .broken {
      // The first of the family has to be certain at a level that all of them share.
      let strict = CountTest(count: count, n: n, basis: .bound, level: 1 - (1 - settings.level) / Double(family))
      decision = .open(moreItems: strict.moreItems(allowance))
    }
    if decision != .holds, let waiver = waivers.first(where: { test.decide(raised(by: $0, n)) == .holds }) {
      outcome.status = .waived
      outcome.waiver = waiver.id
      outcome.reason =
        "\(fact), more than \(self.allowed(allowance, n)); the waiver \(waiver.id) allows \(waiver.ceiling.items(of: n)) until \(waiver.expires)"
      return
    }
    let isByBound = test.basis == .bound && allowance.ratio(of: n) > 0
    let level = Numbers.percent(settings.level)
    let range = "\(Numbers.percent(bounds.lowerBound)) to \(Numbers.percent(bounds.upperBound))"
    let basis = isByBound ? "" : "; judged by the count (\(level) bounds: \(range))"
    switch decision {
    case .holds:
      outcome.status = .passed
      outcome.reason =
        isByBound
        ? "\(fact); with \(level) confidence at most \(Numbers.percent(bounds.upperBound)) do, within \(self.allowed(allowance, n))"
        : "\(fact), within \(self.allowed(allowance, n))\(basis)"
    case .broken:
      outcome.broken(
        isByBound
          ? "\(fact); with \(level) confidence at least \(Numbers.percent(bounds.lowerBound)) do, above \(self.allowed(allowance, n))"
          : "\(fact), \(count - allowed) more than \(self.allowed(allowance, n))"
            + (waivers.first.map { "; the waiver \($0.id) allows \($0.ceiling.items(of: n))" } ?? "") + basis)
    case .open(let moreItems):
      let doubt =
        familyThatSparesIt.map { "which is not certain once \($0) budgets are judged together (Holm)" }
        ?? "which can't be told from \(self.allowed(allowance, n)) with \(level) confidence (\(range))"
      let plan =
        moreItems.map { "; about \($0) more items at this rate would decide it" } ?? "; more items at this rate would not decide it"
      outcome.settle(budget.rules.onInsufficientEvidence, "\(fact), \(doubt)\(plan)")
    }
  }

  /// The larger of the budget's own allowance and a waiver's.
  private func raised(by waiver: Waiver, _ n: Int) -> Allowance {
    guard let own = limit.allowance, own.ratio(of: n) > waiver.ceiling.ratio(of: n) else { return waiver.ceiling }
    return own
  }

  /// `the allowed 15 (5%)`.
  private func allowed(_ allowance: Allowance, _ n: Int) -> String {
    switch allowance {
    case .count(let count): "the allowed \(count)"
    case .ratio(let ratio): "the allowed \(allowance.items(of: n)) (\(Numbers.percent(ratio)))"
    case .combined(let count, let ratio, let combination):
      "the allowed \(allowance.items(of: n)) (the \(combination == .max ? "larger" : "smaller") of \(count) and \(Numbers.percent(ratio)))"
    }
  }

  // MARK: Means

  private func judgeValue(_ value: Double?, _ phrase: String, _ outcome: inout BudgetOutcome) {
    if outcome.n < budget.rules.minItems {
      let needed = budget.rules.minItems
      let fact = "\(phrase), on \(Numbers.items(outcome.n))"
      return outcome.settle(
        budget.rules.onInsufficientEvidence, "\(fact), but \(needed) are asked for: \(needed - outcome.n) more are needed")
    }
    guard let allowed = outcome.allowed else { return outcome.undecided("the limit has no value") }
    let isFloor = limit.kind == .minValue
    let text = limit.kind == .maxRelativeDrop ? Numbers.percent(allowed) : Numbers.short(allowed, 6)
    if budget.rules.decideOn == .bound, value != nil {
      guard let meanTest else { return outcome.undecided("\(phrase), and these items leave no bound to judge it by") }
      return judgeBound(meanTest, phrase, isFloor ? "the floor of \(text)" : "the allowed \(text)", &outcome)
    }
    let isBroken = value.map { isFloor ? exceeds(allowed, $0) : exceeds($0, allowed) } ?? false
    let level = Numbers.percent(settings.level)
    let basis = outcome.interval.map { "; judged by the mean (\(level) interval: \(Self.range($0)))" } ?? ""
    if !isBroken {
      outcome.status = .passed
      outcome.reason = isFloor ? "\(phrase), at or above the floor of \(text)" : "\(phrase), within the allowed \(text)"
      outcome.reason += basis
    } else if isFloor {
      outcome.broken("\(phrase), below the floor of \(text)\(basis)")
    } else if limit.kind == .maxGain {
      outcome.broken("\(phrase), more than the \(text) that is believed without a look\(basis)")
    } else {
      outcome.broken("\(phrase), more than the allowed \(text)\(basis)")
    }
  }

  private func judgeBound(_ test: MeanTest, _ phrase: String, _ allowed: String, _ outcome: inout BudgetOutcome) {
    let level = Numbers.percent(settings.level)
    let bounds = test.bounds.bounds
    func text(_ value: Double) -> String { outcome.unit == .ratio ? Numbers.percent(value) : Numbers.short(value, 4) }
    outcome.interval = bounds.lowerBound.isFinite && bounds.upperBound.isFinite ? bounds : nil
    switch (test.decision, familyThatSparesIt) {
    case (.holds, _):
      outcome.status = .passed
      outcome.reason =
        test.isFloor
        ? "\(phrase); with \(level) confidence at least \(text(bounds.lowerBound)), at or above \(allowed)"
        : "\(phrase); with \(level) confidence at most \(text(bounds.upperBound)), within \(allowed)"
    case (.broken, nil):
      outcome.broken(
        test.isFloor
          ? "\(phrase); with \(level) confidence at most \(text(bounds.upperBound)), below \(allowed)"
          : "\(phrase); with \(level) confidence at least \(text(bounds.lowerBound)), above \(allowed)")
    case (.broken, let family?):
      outcome.settle(
        budget.rules.onInsufficientEvidence, "\(phrase), which is not certain once \(family) budgets are judged together (Holm)")
    case (.open(let moreItems), _):
      let plan =
        moreItems.map { "about \($0) more items that come out alike would decide it" } ?? "more items that come out alike would not decide it"
      outcome.settle(
        budget.rules.onInsufficientEvidence,
        "\(phrase), which can't be told from \(allowed) with \(level) confidence (\(Self.range(bounds))); \(plan)")
    }
  }

  private static func range(_ range: ClosedRange<Double>) -> String {
    "\(Numbers.short(range.lowerBound, 4)) to \(Numbers.short(range.upperBound, 4))"
  }
}

extension BudgetOutcome {
  mutating func undecided(_ reason: String) {
    status = .undecided
    waiver = nil
    self.reason = reason
  }

  mutating func broken(_ reason: String) {
    status = action == .fail ? .failed : .warned
    self.reason = reason
  }

  mutating func settle(_ rule: BudgetRules.MissingRule, _ reason: String) {
    switch rule {
    case .error: undecided(reason)
    case .fail: broken(reason)
    case .warn, .pass:
      status = rule == .warn ? .warned : .passed
      self.reason = reason + "; on_missing lets it \(rule == .warn ? "go with a warning" : "pass")"
    }
  }

  mutating func settle(_ rule: BudgetRules.EvidenceRule, _ reason: String) {
    switch rule {
    case .undecided: undecided(reason)
    case .fail: broken(reason)
    case .warn, .pass:
      status = rule == .warn ? .warned : .passed
      self.reason = reason + "; on_insufficient_evidence lets it \(rule == .warn ? "go with a warning" : "pass")"
    }
  }
}

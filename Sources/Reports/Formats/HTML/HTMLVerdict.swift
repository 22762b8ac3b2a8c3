// The head of the page: the verdict, one sentence with the rule that decided it, who was compared, and the figures that people ask for first.

internal import Comparison
internal import Policies
internal import Records

struct HTMLVerdict {
  let result: GateResult
  let budgets: HTMLBudgets

  init(_ result: GateResult, budgets: HTMLBudgets) {
    self.result = result
    self.budgets = budgets
  }

  func header() -> HTML {
    group {
      tag("p", ["class": "eyebrow"]) {
        "Policy "
        tag("bdi") { HTMLText.name(result.policy.name) }
        " · \(result.tasks.count == 1 ? "1 task" : "\(HTMLText.count(result.tasks.count)) tasks") · \(HTMLText.items(result.tasks.reduce(0) { $0 &+ $1.paired }))"
      }
      tag("h1", ["class": "is-\(result.verdict.rawValue)"]) {
        HTMLSigns.verdict(result.verdict.tone)
        tag("span") { result.verdict.title }
      }
      tag("p", ["class": "lead"]) { lead() }
      tag("p", ["class": "more"]) { tally() }
      sides()
      figures()
    }
  }

  // MARK: The sentence

  private func lead() -> HTML {
    switch result.verdict {
    case .failed:
      if let outcome = worst(.failed) { return sentence(outcome, "is broken") }
      if let finding = result.findings.first(where: { $0.level == .failed }) { return sentence(finding) }
      return group { "A required budget is broken." }
    case .undecided:
      if let finding = result.findings.first(where: { $0.level == .undecided }) { return sentence(finding) }
      if let outcome = worst(.undecided) { return sentence(outcome, "could not be judged") }
      return group { "The evidence can’t be used." }
    case .warned:
      if let outcome = worst(.waived) { return sentence(outcome, "is broken, and a waiver allows it") }
      if let outcome = worst(.warned) { return sentence(outcome, "gives a warning and does not block") }
      if let finding = result.findings.first(where: { $0.level == .warning }) { return sentence(finding) }
      return group { "Nothing blocks, but something should be looked at." }
    case .passed:
      guard let (place, share) = tightest() else { return group { "Every budget holds." } }
      let outcome = result.budgets[place]
      return group {
        "Every budget holds. The closest call is "
        tag("a", ["href": "#\(budgets.ids[place])"]) { tag("bdi") { HTMLText.name(outcome.label) } }
        " on "
        tag("bdi") { HTMLText.name(outcome.task) }
        ", which uses \(HTMLText.percent(share)) of what it allows."
      }
    }
  }

  private func sentence(_ place: Int, _ what: String) -> HTML {
    let outcome = result.budgets[place]
    return group {
      "The budget "
      tag("a", ["href": "#\(budgets.ids[place])"]) { tag("bdi") { HTMLText.name(outcome.label) } }
      " on "
      tag("bdi") { HTMLText.name(outcome.task) }
      " \(what): \(HTMLText.sentence(outcome.reason))."
    }
  }

  private func sentence(_ finding: Finding) -> HTML {
    group {
      if let task = finding.task {
        "On "
        tag("bdi") { HTMLText.name(task) }
        ": "
      }
      "\(HTMLText.sentence(finding.message))."
    }
  }

  /// The outcome of a status that is farthest past its limit; those that block come first.
  private func worst(_ status: BudgetStatus) -> Int? {
    let places = result.budgets.indices.filter { result.budgets[$0].status == status && result.budgets[$0].action != .info }
    let blocking = places.filter { result.budgets[$0].action == .fail }
    return (blocking.isEmpty ? places : blocking).max { a, b in
      let (one, other) = (result.budgets[a].excess, result.budgets[b].excess)
      // Of equals, the first one.
      return one == other ? a > b : one < other
    }
  }

  /// The budget with the largest used share of a ceiling.
  private func tightest() -> (place: Int, share: Double)? {
    result.budgets.indices.compactMap { place -> (Int, Double)? in
      let outcome = result.budgets[place]
      guard outcome.status == .passed, outcome.action != .info, !outcome.isFloor, let observed = outcome.observed, let allowed = outcome.allowed,
        allowed > 0, observed >= 0, observed / allowed <= 1
      else { return nil }
      return (place, observed / allowed)
    }.max { $0.1 == $1.1 ? $0.0 > $1.0 : $0.1 < $1.1 }
  }

  private func tally() -> String {
    let all = result.budgets.count
    let counts = [
      (result.budgets.count { $0.status == .passed }, "held", "hold"), (result.budgets.count { $0.status == .failed }, "is broken", "are broken"),
      (result.budgets.count { $0.status == .undecided }, "is undecided", "are undecided"),
      (result.budgets.count { $0.status == .waived }, "is waived", "are waived"),
      (result.budgets.count { $0.status == .warned }, "warns", "warn"),
    ]
    if all == 0 { return "No budget was judged." }
    let parts = counts.filter { $0.0 > 0 }.map { count, one, many in
      "\(HTMLText.count(count)) \(count == 1 ? (one == "held" ? "holds" : one) : many)"
    }
    let meaning = "The gate’s exit status is \(result.exitStatus.rawValue)."
    return "Of \(all == 1 ? "1 budget" : "\(HTMLText.count(all)) budgets"), \(parts.joined(separator: ", ")). \(meaning)"
  }

  // MARK: Who, and how many

  private func sides() -> HTML {
    tag("div", ["class": "sides"]) {
      side("Baseline", result.baseline)
      HTMLSigns.arrow
      side("Candidate", result.candidate)
    }
  }

  private func side(_ role: String, _ header: RecordHeader) -> HTML {
    let model = header.model
    let facts = [
      model.architecture, HTMLText.parameters(model.parameters), header.engine.precision,
      model.adapterDigest.map { "adapter \(HTMLText.digest($0))" } ?? "",
    ].filter { !$0.isEmpty && $0 != RecordHeader.unknown }
    return tag("div", ["class": "side"]) {
      tag("p", ["class": "role"]) { role }
      tag("p", ["class": "model"]) { tag("bdi") { HTMLText.name(model.name) } }
      tag("p", ["class": "facts"]) {
        for fact in facts { tag("bdi") { HTMLText.name(fact) + " · " } }
        tag("code", ["title": HTMLText.name(model.weightsDigest)]) { HTMLText.digest(model.weightsDigest) }
      }
    }
  }

  private func figures() -> HTML {
    let flips = result.tasks.compactMap(\.countedFlips)
    let total = flips.reduce(0) { $0 + $1.total }
    let negative = flips.reduce(0) { $0 + $1.negative }
    let positive = flips.reduce(0) { $0 + $1.positive }
    let changed = flips.reduce(0) { $0 + $1.bothWrongChanged }
    let held = result.budgets.count { $0.status == .passed }
    return tag("dl", ["class": "figures"]) {
      if total > 0 {
        figure("Right, now wrong", HTMLText.count(negative), "\(HTMLText.share(negative, of: total)) of \(HTMLText.items(total))")
        figure("Wrong, now right", HTMLText.count(positive), "\(HTMLText.share(positive, of: total)) of \(HTMLText.items(total))")
        figure("Wrong, and another answer", HTMLText.count(changed), "\(HTMLText.share(changed, of: total)) of \(HTMLText.items(total))")
      } else if let task = result.tasks.first, let metric = task.primary {
        figure(
          "\(HTMLText.name(metric.name)) of the baseline", HTMLText.score(metric.baselineMean), "on \(HTMLText.name(task.task))")
        figure(
          "\(HTMLText.name(metric.name)) of the candidate", HTMLText.score(metric.candidateMean),
          metric.baselineMean.flatMap { old in metric.candidateMean.map { "\(HTMLText.change($0 - old)) on average" } } ?? "")
      }
      figure(
        "Budgets that hold", "\(HTMLText.count(held)) of \(HTMLText.count(result.budgets.count))",
        result.waivers.isEmpty ? "no waivers" : "waivers used: \(HTMLText.count(result.waivers.count { $0.state == .used }))")
    }
  }

  private func figure(_ name: String, _ value: String, _ note: String) -> HTML {
    tag("div") {
      tag("dt") { name }
      tag("dd", ["class": "value"]) { value }
      tag("dd", ["class": "note"]) { note }
    }
  }
}

extension Verdict {
  /// The word that stands over the page.
  var title: String {
    switch self {
    case .passed: "Passed"
    case .warned: "Passed with warnings"
    case .failed: "Failed"
    case .undecided: "Undecided"
    }
  }
}

extension BudgetOutcome {
  /// How far past its limit the observed value is, as a share of the limit; what may not happen at all counts most.
  fileprivate var excess: Double {
    guard let observed, let allowed, observed.isFinite, allowed.isFinite else { return -1 }
    let over = isFloor ? allowed - observed : observed - allowed
    return over <= 0 ? 0 : allowed == 0 ? .infinity : over / abs(allowed)
  }
}

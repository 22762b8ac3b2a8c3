// The budgets, worst first: what each allows, what was used of it, and why it came out so.

internal import Policies

struct HTMLBudgets {
  let outcomes: [BudgetOutcome]
  /// The element's id of each outcome; ids hold no numbers that change from run to run.
  let ids: [String]

  init(_ result: GateResult) {
    outcomes = result.budgets
    var identifiers = HTMLIdentifiers()
    ids = outcomes.map { identifiers.id("budget-\(HTMLText.slug($0.task))-\(HTMLText.slug($0.label, limit: 60))") }
  }

  /// Holding budgets beyond these are folded.
  static let openLimit = 12

  func part(bytes: Int) -> HTMLPart? {
    if outcomes.isEmpty { return nil }
    let order = outcomes.indices.sorted { a, b in
      outcomes[a].urgency == outcomes[b].urgency ? a < b : outcomes[a].urgency < outcomes[b].urgency
    }
    let loud = order.filter { outcomes[$0].status != .passed }
    let quiet = order.filter { outcomes[$0].status == .passed }
    let isFolded = quiet.count > Self.openLimit
    let open = HTMLList(isFolded ? loud : order, bytes: isFolded ? bytes / 2 : bytes, row)
    let folded = HTMLList(isFolded ? quiet : [], bytes: bytes - open.html.count, row)
    return HTMLPart(
      id: "budgets", title: "Budgets",
      content: group {
        tag("p", ["class": "intro"]) {
          "The bar is what was used, the upright mark is the limit. A thin line through the bar is where the true value lies with the policy’s confidence."
        }
        if !open.html.isEmpty { tag("ol", ["class": "budgets"]) { open.html } }
        open.rest("budgets")
        if isFolded {
          tag("details", ["class": "more"]) {
            tag("summary") { "\(HTMLText.count(quiet.count)) budgets that hold" }
            tag("ol", ["class": "budgets"]) { folded.html }
            folded.rest("budgets")
          }
        }
      })
  }

  private func row(_ place: Int) -> HTML {
    let outcome = outcomes[place]
    return tag("li", ["id": ids[place]]) {
      tag("div") { HTMLSigns.mark(outcome.spokenStatus, outcome.tone) }
      tag("div") {
        tag("h3") {
          tag("bdi") { HTMLText.name(outcome.label) }
          tag("span", ["class": "on"]) {
            " on "
            tag("bdi") { HTMLText.name(outcome.task) }
          }
        }
        tag("p", ["class": "reason"]) {
          HTMLText.sentence(outcome.reason.capitalizedFirst) + "."
            + (outcome.action == .fail ? "" : outcome.status == .passed ? " It would not block." : " It does not block.")
        }
      }
      tag("div", ["class": "measure"]) { measure(outcome) }
    }
  }

  private func measure(_ outcome: BudgetOutcome) -> HTML {
    group {
      if let observed = outcome.observed, observed.isFinite {
        tag("p", ["class": "levels"]) {
          tag("span") { tag("b") { HTMLText.minus(outcome.text(of: observed)) } }
          if let allowed = outcome.allowed, allowed.isFinite { tag("span") { BudgetBar(outcome: outcome).limit(allowed) } }
        }
      }
      BudgetBar(outcome: outcome).svg()
      if let interval = outcome.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite, outcome.observed != nil {
        tag("p", ["class": "levels"]) {
          tag("span") {
            "\(HTMLText.minus(outcome.text(of: interval.lowerBound))) to \(HTMLText.minus(outcome.text(of: interval.upperBound)))"
          }
          tag("span") { HTMLText.items(outcome.n) }
        }
      } else if outcome.n > 0 {
        tag("p", ["class": "levels"]) {
          tag("span") { HTMLText.items(outcome.n) }
        }
      }
    }
  }
}

extension BudgetOutcome {
  /// Where it stands in the list, the smallest first.
  fileprivate var urgency: Int {
    switch status {
    case .failed: 0
    case .undecided: action == .fail ? 1 : 3
    case .waived: 2
    case .warned: action == .info ? 5 : 4
    case .passed: 6
    }
  }
}

extension String {
  /// The text as a sentence begins; one that begins with a name or a number stays as it is written.
  var capitalizedFirst: String {
    guard ["the ", "no ", "none ", "it ", "only "].contains(where: hasPrefix) else { return self }
    return prefix(1).uppercased() + dropFirst()
  }
}

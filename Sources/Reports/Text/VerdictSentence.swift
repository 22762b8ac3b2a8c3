// The verdict in words: what every report says first, and the rule that decided it.

internal import Documents
package import Policies

extension Verdict {
  /// The word in front of everything.
  var word: String {
    switch self {
    case .passed: "PASSED"
    case .warned: "PASSED WITH WARNINGS"
    case .failed: "FAILED"
    case .undecided: "UNDECIDED"
    }
  }
}

extension GateResult {
  /// How the budgets came out, without any name in it: `1 of 7 budgets is broken, 1 could not be judged`.
  var verdictSentence: String {
    let all = budgets.count
    let broken = budgets.count { $0.status == .failed }
    let open = budgets.count { $0.status == .undecided && $0.action == .fail }
    let noticed = budgets.count { ($0.status == .warned && $0.action != .info) || $0.status == .waived }
    func count(_ budgets: Int) -> String { "\(budgets) \(budgets == 1 ? "budget" : "budgets")" }
    switch verdict {
    case .passed: return all == 1 ? "the budget holds" : "all \(all) budgets hold"
    case .warned: return noticed == 0 ? "no budget is broken" : "\(noticed) of \(count(all)) broken, none of them blocks"
    case .failed:
      if broken == 0 { return "a required task is missing" }
      return "\(broken) of \(count(all)) \(broken == 1 ? "is" : "are") broken" + (open > 0 ? ", \(open) could not be judged" : "")
    case .undecided: return open == 0 ? "the evidence can't be used" : "\(open) of \(count(all)) could not be judged"
    }
  }

  /// The rule that decided the verdict; nil where everything holds.
  ///
  /// A finding about the evidence comes before the budgets: on evidence that can't be used no budget says anything.
  package var deciding: DecidingRule? {
    func finding(_ level: Finding.Level) -> DecidingRule? { findings.first { $0.level == level }.map(DecidingRule.finding) }
    func budget(_ isIt: (BudgetOutcome) -> Bool) -> DecidingRule? { budgets.first(where: isIt).map(DecidingRule.budget) }
    switch verdict {
    case .passed: return nil
    case .warned:
      return budget { ($0.status == .warned && $0.action != .info) || $0.status == .waived } ?? finding(.warning)
        ?? budget { $0.status == .undecided }
    case .failed: return finding(.failed) ?? budget { $0.status == .failed }
    case .undecided: return finding(.undecided) ?? budget { $0.status == .undecided && $0.action == .fail }
    }
  }

  /// The budgets, those that block in front, then what should be looked at; the policy's order within each.
  var budgetsWorstFirst: [BudgetOutcome] {
    budgets.enumerated().sorted { a, b in
      a.element.urgency == b.element.urgency ? a.offset < b.offset : a.element.urgency < b.element.urgency
    }.map(\.element)
  }
}

/// What a verdict rests on.
package enum DecidingRule {
  case budget(BudgetOutcome)
  case finding(Finding)

  /// One sentence; foreign names in it are quoted and visible.
  package var sentence: String {
    switch self {
    case .budget(let outcome):
      let word =
        switch outcome.status {
        case .failed: "is broken"
        case .undecided: "can't be judged"
        case .waived: "is broken and waived"
        case .warned: "is broken and only warns"
        case .passed: "holds"
        }
      let task = outcome.task == "*" ? "" : " on \(quoted(outcome.task))"
      return "The budget \(quoted(outcome.label))\(task) \(word): \(outcome.reason)"
    case .finding(let finding):
      return (finding.task.map { "The evidence of the task \(quoted($0)): " } ?? "The evidence: ") + finding.message
    }
  }
}

extension BudgetOutcome {
  /// What it asks of a reader, the most urgent 0.
  fileprivate var urgency: Int {
    switch status {
    case .failed: 0
    case .undecided: action == .fail ? 1 : 4
    case .waived: 2
    case .warned: action == .info ? 5 : 3
    case .passed: 6
    }
  }

  /// The status in a word that a table shows.
  var statusWord: String {
    switch status {
    case .passed: "ok"
    case .warned: action == .info ? "note" : "warning"
    case .failed: "FAILED"
    case .undecided: "undecided"
    case .waived: "waived"
    }
  }
}

// The words that all messages share: title, task lines, budget lines, what is left out.

internal import Comparison
internal import Policies
internal import Reports

extension Notification.Occasion {
  /// A sign that is read before any word.
  var sign: String {
    switch self {
    case .passed: "✅"
    case .warned: "⚠️"
    case .failed: "❌"
    case .undecided: "❔"
    case .error: "🛑"
    }
  }

  var title: String {
    switch self {
    case .passed: "Gate passed"
    case .warned: "Gate passed with warnings"
    case .failed: "Gate failed"
    case .undecided: "Gate undecided"
    case .error: "Gate run failed"
    }
  }

  /// Red, green, blue.
  var color: Int {
    switch self {
    case .passed: 0x2D_A44E
    case .warned: 0xD2_9922
    case .failed: 0xCF_222E
    case .undecided: 0x82_50DF
    case .error: 0x6E_7781
    }
  }
}

extension BudgetStatus {
  var sign: String {
    switch self {
    case .passed: "✅"
    case .warned: "⚠️"
    case .failed: "❌"
    case .undecided: "❔"
    case .waived: "🎫"
    }
  }
}

extension Announcement {
  /// `Gate failed: assistant-prod`.
  var title: String { "\(occasion.title): \(policy)" }

  /// `and 3 more tasks`, where a message shows so many; nil where it shows all.
  func tasksLeftOut(shown: Int) -> String? { Self.more(tasks.count + moreTasks - shown, "task") }

  /// `and 2 more; 11 budgets hold`.
  func budgetsLeftOut(shown: Int) -> String? {
    let more = budgets.count + moreBudgets - shown
    let holding = counts.budgets[.passed] ?? 0
    var parts: [String] = []
    if more > 0 { parts.append("and \(more) more") }
    if holding > 0 { parts.append("\(holding) \(holding == 1 ? "budget holds" : "budgets hold")") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// nil where no item is shown, too: of items that may not be told, nothing is.
  var itemsLeftOut: String? { items.isEmpty ? nil : Self.more(moreItems, "item") }

  private static func more(_ count: Int, _ what: String) -> String? {
    count > 0 ? "and \(count) more \(count == 1 ? what : what + "s")" : nil
  }

  /// `policy sha256:12345678`.
  var origin: String { policyDigest.map { "policy \($0.prefix(15))" } ?? "policy \(policy)" }
}

extension TaskSummary {
  /// `acc 0.7120 → 0.6980, 37 of 500 items right → wrong, 12 wrong → right`.
  var movement: String {
    var parts: [String] = []
    if let primary, let old = primary.baselineMean, let new = primary.candidateMean {
      parts.append("\(primary.name) \(Numbers.fixed(old, 4)) → \(Numbers.fixed(new, 4))")
    }
    if let flips {
      parts.append("\(flips.negative) of \(Numbers.items(paired)) right → wrong, \(flips.positive) wrong → right")
    } else {
      parts.append(Numbers.items(paired))
    }
    return parts.joined(separator: ", ")
  }
}

extension BudgetOutcome {
  /// `hellaswag-flips on hellaswag`.
  var place: String { "\(label) on \(task)" }
}

extension ReportedItem {
  /// `hellaswag 1a2b3c4d`.
  var place: String { "\(task) \(shortName)" }

  /// What was expected, and what both sides said.
  var answers: [(name: String, text: String)] {
    [("Expected", target), ("Before", baseline.prediction), ("Now", candidate.prediction)].map { name, text in
      (name, text.contains { !$0.isWhitespace } ? text : "(nothing)")
    }
  }
}

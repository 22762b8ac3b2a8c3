// A policy in sentences: every budget, slice, protected item and waiver, and what would pass on the items that there are.

internal import Documents

extension Policy {
  /// The policy in words, a line each; what belongs to a line stands under it, two spaces further in.
  ///
  /// - Parameter supply: what counts are worked out for; nil for the rules alone.
  public func explanation(on supply: ItemSupply? = nil) -> [String] {
    var lines = ["\(visible(name)) (\(visible(path)))\(owner.map { ", owned by \(visible($0))" } ?? "")"]
    for parent in parents { lines.append("  extends \(visible(parent))") }
    for change in overrides {
      let own = change.own.map { "is \(visible($0, limit: 80)) (\(change.ownAt)), not" } ?? "no longer is (\(change.ownAt))"
      lines.append("  \(visible(change.key)) \(own) \(visible(change.inherited, limit: 80)) (\(change.inheritedAt))")
    }
    lines.append("Evidence")
    lines += evidenceSentences.map { "  " + $0 }
    if !budgets.isEmpty { lines.append("Budgets") }
    for budget in budgets {
      lines += explain(budget, named: budget.id, in: Self.place(of: budget.task)).map { "  " + $0 }
      if let supply { lines += counts(of: budget, supply).map { "    " + $0 } }
    }
    if !slices.isEmpty { lines.append("Slices") }
    for rule in slices {
      let tasks = rule.tasks.contains(.all) ? "each task" : Self.list(rule.tasks.map { quoted($0.description) }, "and")
      for budget in rule.budgets {
        lines += explain(budget, named: budget.id, in: "for each value of \(quoted(rule.field)) in \(tasks)").map { "  " + $0 }
        if let supply { lines += counts(of: budget, in: rule, supply).map { "    " + $0 } }
      }
    }
    if !mustNotFlip.isEmpty { lines.append("Items that must not flip") }
    for protected in mustNotFlip { lines.append("  " + sentence(protected)) }
    if !waivers.isEmpty { lines.append("Waivers") }
    for waiver in waivers { lines.append("  " + sentence(waiver)) }
    if let remedy { lines += ["Remedy"] + remedy.sentences.map { "  " + $0 } }
    if !notifications.isEmpty { lines.append("Messages") }
    for notification in notifications { lines.append("  " + notification.sentence) }
    return lines
  }

  private var evidenceSentences: [String] {
    func share(_ ratio: Double, _ what: String) -> String {
      ratio == 0 ? "No item may \(what)" : "At most \(Numbers.percent(ratio)) of a task's items may \(what)"
    }
    var sentences: [String] = []
    if !requiredTasks.isEmpty {
      let names = Self.list(requiredTasks.map { quoted($0) }, "and")
      sentences.append("Both sides must have answered \(names); else the gate \(defaults.onMissing == .fail ? "fails" : "is undecided").")
    }
    sentences.append("\(share(maxErrorRatio, "have failed with an error")); else its task is undecided.")
    sentences.append("\(share(maxUnscoredRatio, "be without a score")); else its task is undecided.")
    if !allowedDifferences.isEmpty {
      let names = Self.list(allowedDifferences.map { quoted($0.rawValue) }, "and")
      sentences.append("The two sides may differ in \(names): that warns, and is judged all the same.")
    }
    return sentences
  }

  /// The budget's limits as sentences, and what follows where they don't hold or can't be judged.
  private func explain(_ budget: Budget, named id: String, in place: String) -> [String] {
    let sentences = budget.limits.map { limit in "\(place), \(limit.sentence(of: budget))." }
    var lines = sentences.map { "\(visible(id)): \($0)" }
    if let margin = budget.minMargin {
      lines.append(
        "  A flip whose choice was ahead by less than \(Numbers.short(margin, 6)) on both sides is a close call and does not count (nats, or nats a "
          + "character where the primary metric divides by length). Without choices in the records every flip counts.")
    }
    if budget.rules.decideOn == .bound, budget.limits.contains(where: { $0.allowance.map { !$0.isNothing } ?? true }) {
      let level = Numbers.percent(confidence.level)
      lines.append(
        "  Passed if that is certain with \(level) confidence, broken if the opposite is, else \(budget.rules.onInsufficientEvidence.phrase)."
          + (confidence.correction == .holm ? " Where several budgets are judged so, Holm's correction asks for more before one is broken." : ""))
    }
    if budget.rules.unstableItems == .exclude, budget.limits.contains(where: \.isCounted) {
      lines.append("  Items that flip against themselves in repeated records (--noise) are left out; without such records every item counts.")
    }
    lines.append("  \(budget.rules.sentence)")
    return lines
  }

  private func sentence(_ protected: ProtectedItems) -> String {
    let count = Set(protected.items).count
    let items = count == 1 ? "the item" : "none of \(count) items"
    let reason = protected.reason.map { " (\(visible($0)))" } ?? ""
    let verb = count == 1 ? "must not" : "may"
    return "\(visible(protected.id)): in \(quoted(protected.task)), \(items) \(verb) go from right to wrong\(reason); "
      + "otherwise it \(protected.rules.action.phrase). An item that is not right or wrong on both sides: \(protected.rules.onMissing.phrase)."
  }

  private func sentence(_ waiver: Waiver) -> String {
    var text = "\(visible(waiver.id)): until the end of \(waiver.expires) (UTC), \(visible(waiver.budget)) may reach \(waiver.ceiling.phrase)"
    text += waiver.candidate.map { ", for the candidate \(visible($0)) only" } ?? ", for any candidate"
    text += ": \(visible(waiver.reason))\(waiver.ticket.map { " (\(visible($0)))" } ?? ""); owner \(visible(waiver.owner))"
    return text + (waiver.approvedBy.map { ", approved by \(visible($0))" } ?? "") + "."
  }

  private static func place(of selector: TaskSelector) -> String {
    switch selector {
    case .all: "in each task"
    case .named(let name): "in \(quoted(name))"
    }
  }

  static func list(_ words: [String], _ last: String) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " \(last) " + words[words.count - 1]
  }
}

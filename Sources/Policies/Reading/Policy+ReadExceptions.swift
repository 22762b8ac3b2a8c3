// The exceptions of a policy: items that may never flip, and waivers that raise a ceiling for a while.

internal import Documents

extension PolicyReading {
  func protectedItems(_ node: YAMLNode, _ defaults: BudgetRules) -> Placed<ProtectedItems>? {
    guard let mapping = MappingReader(node, "a must_not_flip entry", keys: PolicyKeys.mustNotFlip, problems: problems) else { return nil }
    let id = mapping.text("id", isRequired: true)
    let task = mapping.text("task", isRequired: true)
    let items = mapping.texts("items", isRequired: true)
    var rules = defaults
    rules.action = mapping.word("action") ?? defaults.action
    rules.onMissing = mapping.word("on_missing") ?? defaults.onMissing
    let reason = mapping.prose("reason")
    if let elements = mapping.optional("items")?.sequence {
      if elements.isEmpty { mapping.note(.outOfRange(key: "items", found: "an empty list", expected: "item identities"), at: "items") }
      for element in elements {
        guard let text = element.text, !Self.isItemIdentity(text) else { continue }
        let expected = "an item identity as records hold it: the item's own name, or \"sha256:\" and 64 hexadecimal digits"
        problems.add(.outOfRange(key: "items", found: quoted(text), expected: expected), at: element.location)
      }
    }
    if task == "*" { mapping.note(.outOfRange(key: "task", found: "\"*\"", expected: "the one task that the items belong to"), at: "task") }
    guard let id, let task, let items else { return nil }
    return Placed(value: ProtectedItems(id: id, task: task, items: items, reason: reason, rules: rules), place: mapping.place(of: "id"))
  }

  /// A name that the task gives its items (`item_id`), or `sha256:` and 64 lower-case hexadecimal digits, with `#2` and so on behind it for
  /// repeated documents.
  static func isItemIdentity(_ text: String) -> Bool {
    if !text.hasPrefix("sha256:") { return !text.isEmpty }
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].hasPrefix("sha256:"), parts.count == 1 || Int(parts[1]).map({ $0 >= 2 }) == true else { return false }
    let digits = parts[0].utf8.dropFirst(7)
    return digits.count == 64 && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  func waiver(_ node: YAMLNode, budgets: [Budget]) -> Placed<Waiver>? {
    guard let mapping = MappingReader(node, "a waiver", keys: PolicyKeys.waiver, problems: problems) else { return nil }
    let id = mapping.text("id", isRequired: true)
    let budgetID = mapping.text("budget", isRequired: true)
    let owner = mapping.text("owner", isRequired: true)
    let reason = mapping.text("reason", isRequired: true)
    let ceiling = allowance(mapping)
    if !mapping.has("allowed_count"), !mapping.has("allowed_ratio") {
      mapping.note(.missingKey("allowed_count", context: "the waiver (a waiver raises a ceiling, it never removes one)"))
    }
    var expires: CalendarDate?
    if let text = mapping.text("expires", isRequired: true) {
      expires = CalendarDate(text)
      if expires == nil { mapping.note(.notADate(text), at: "expires") }
    }
    if let budgetID { check(ceiling, raises: budgetID, of: budgets, in: mapping) }
    let (approvedBy, ticket, candidate) = (mapping.text("approved_by"), mapping.text("ticket"), mapping.text("candidate"))
    guard let id, let budgetID, let owner, let reason, let ceiling, let expires else { return nil }
    let waiver = Waiver(
      id: id, budget: budgetID, ceiling: ceiling, owner: owner, approvedBy: approvedBy, reason: reason, ticket: ticket,
      candidate: candidate,
      expires: expires)
    return Placed(value: waiver, place: mapping.place(of: "id"))
  }

  /// Notes a waiver whose budget is not there, has no ceiling to raise, or already allows as much.
  private func check(_ ceiling: Allowance?, raises budgetID: String, of budgets: [Budget], in mapping: MappingReader) {
    guard let budget = budgets.first(where: { $0.id == budgetID }) else {
      mapping.note(.unknownBudget(budgetID, nearest: nearestName(to: budgetID, among: budgets.map(\.id))), at: "budget")
      return
    }
    guard let allowed = budget.limits.lazy.compactMap(\.allowance).first else {
      if !budget.limits.isEmpty { mapping.note(.waiverDoesNotApply(budget: budgetID), at: "budget") }
      return
    }
    switch (ceiling, allowed) {
    case (.count(let raised), .count(let count)) where raised <= count:
      mapping.note(.waiverLowers(found: "\(raised)", allowed: "\(count)"), at: "allowed_count")
    case (.ratio(let raised), .ratio(let ratio)) where raised <= ratio:
      mapping.note(.waiverLowers(found: "\(raised)", allowed: "\(ratio)"), at: "allowed_ratio")
    default: break
    }
  }
}

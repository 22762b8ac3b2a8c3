// Budgets and slices: which limits a metric can have, and what each needs.

internal import Documents

extension PolicyReading {
  /// A value with the place of its id, for faults that tie several together.
  struct Placed<Value> {
    var value: Value
    var place: SourceLocation
  }

  /// What no close call is: a choice that is ahead by 5 nats has 148 times the probability of the next.
  private static let marginLimit = 5.0

  func budget(_ node: YAMLNode, _ defaults: BudgetRules, isSliced: Bool) -> Placed<Budget>? {
    let keys = isSliced ? PolicyKeys.sliceBudget : PolicyKeys.budget
    guard var mapping = MappingReader(node, isSliced ? "a slice's budget" : "a budget", keys: keys, problems: problems) else { return nil }
    let metricName = mapping.text("metric", isRequired: true)
    let id = mapping.text("id", isRequired: !isSliced) ?? metricName ?? ""
    if mapping.has("id"), !id.isEmpty { mapping.context = "the budget \(quoted(id))" }
    let task = isSliced ? nil : mapping.text("task", isRequired: true)
    let rules = rules(mapping, defaults)
    guard let metricName else { return nil }
    let metric = BudgetMetric(metricName)
    let minMargin = mapping.number("min_margin", between: 0, and: Self.marginLimit)
    let limits: [Limit]
    switch metric {
    case .flips: limits = flipLimits(mapping, id, metricName)
    case .score:
      limits = scoreLimits(mapping, id, metricName)
      if mapping.has("min_margin") { mapping.note(.marginNeedsFlips(metric: metricName), at: "min_margin") }
    }
    let budget = Budget(
      id: id, task: task.map(TaskSelector.init) ?? .all, metric: metric, minMargin: minMargin, limits: limits, rules: rules)
    return Placed(value: budget, place: mapping.place(of: isSliced && !mapping.has("id") ? "metric" : "id"))
  }

  func slice(_ node: YAMLNode, _ defaults: BudgetRules) -> Placed<SliceRule>? {
    guard let mapping = MappingReader(node, "a slice", keys: PolicyKeys.slice, problems: problems) else { return nil }
    let id = mapping.text("id", isRequired: true)
    let tasks = mapping.texts("tasks", isRequired: true)
    let field = mapping.text("by", isRequired: true)
    let rules = rules(mapping, defaults)
    let budgets =
      mapping.required("budgets").map { _ in elements("budgets", mapping).compactMap { budget($0, rules, isSliced: true) } } ?? []
    if mapping.optional("budgets")?.sequence?.isEmpty == true { mapping.note(.missingKey("budgets", context: "the slice"), at: "budgets") }
    unique(budgets.map { ($0.value.id, $0.place) }, "slice budget")
    guard let id, let tasks, let field else { return nil }
    if tasks.isEmpty {
      mapping.note(.outOfRange(key: "tasks", found: "an empty list", expected: "task names, or \"*\" for all"), at: "tasks")
    }
    // A budget of a slice is told from others by the slice's id in front of its own.
    let named = budgets.map { placed in
      var budget = placed.value
      budget.id = "\(id)/\(budget.id)"
      return budget
    }
    return Placed(
      value: SliceRule(id: id, tasks: tasks.map(TaskSelector.init), field: field, budgets: named), place: mapping.place(of: "id"))
  }

  /// `allowed_count`, `allowed_ratio` and `combine`; nil where neither limit is there or one is wrong.
  func allowance(_ mapping: MappingReader) -> Allowance? {
    let count = mapping.integer("allowed_count", atLeast: 0)
    let ratio = mapping.ratio("allowed_ratio")
    let combination: Allowance.Combination? = mapping.word("combine")
    switch (mapping.has("allowed_count"), mapping.has("allowed_ratio")) {
    case (true, true):
      if !mapping.has("combine") { mapping.note(.combineMissing, at: "allowed_ratio") }
      guard let count, let ratio, let combination else { return nil }
      return .combined(count: count, ratio: ratio, combination)
    case (true, false):
      if mapping.has("combine") { mapping.note(.combineUnused, at: "combine") }
      return count.map(Allowance.count)
    case (false, true):
      if mapping.has("combine") { mapping.note(.combineUnused, at: "combine") }
      return ratio.map(Allowance.ratio)
    case (false, false):
      if mapping.has("combine") { mapping.note(.combineUnused, at: "combine") }
      return nil
    }
  }

  private func flipLimits(_ mapping: MappingReader, _ id: String, _ metric: String) -> [Limit] {
    for key in PolicyKeys.scoreLimits + ["item_drop"] where mapping.has(key) {
      mapping.note(.limitDoesNotApply(key: key, metric: metric, hint: "flips are limited by allowed_ratio and allowed_count"), at: key)
    }
    let allowance = allowance(mapping)
    if !mapping.has("allowed_count"), !mapping.has("allowed_ratio") {
      mapping.note(.noLimit(budget: id, metric: metric, isFlipMetric: true))
    }
    return allowance.map { [.flips($0)] } ?? []
  }

  private func scoreLimits(_ mapping: MappingReader, _ id: String, _ metric: String) -> [Limit] {
    let hasAllowance = mapping.has("allowed_count") || mapping.has("allowed_ratio")
    let flipNames = FlipMetric.allCases.map(\.rawValue)
    if let nearest = nearestName(to: metric, among: flipNames), hasAllowance, !mapping.has("item_drop") {
      mapping.note(.unknownMetric(metric, nearest: nearest), at: "metric")
      return []
    }
    if !knownMetrics.isEmpty, !knownMetrics.contains(metric) {
      mapping.note(.unknownMetric(metric, nearest: nearestName(to: metric, among: knownMetrics + flipNames)), at: "metric")
    }
    var limits: [Limit] = []
    let allowance = allowance(mapping)
    if let drop = mapping.score("item_drop", atLeast: 0) {
      if let allowance { limits.append(.itemDrop(drop, allowance)) }
      if !hasAllowance { mapping.note(.missingKey("allowed_ratio", context: "item_drop in \(mapping.context)"), at: "item_drop") }
    } else if hasAllowance, !mapping.has("item_drop") {
      let key = mapping.has("allowed_ratio") ? "allowed_ratio" : "allowed_count"
      mapping.note(
        .limitDoesNotApply(key: key, metric: metric, hint: "it counts items; say with item_drop how much an item must lose to count"),
        at: key)
    }
    if let value = mapping.score("max_drop", atLeast: 0) { limits.append(.maxDrop(value)) }
    if let value = mapping.ratio("max_relative_drop") { limits.append(.maxRelativeDrop(value)) }
    if let value = mapping.score("min_value") { limits.append(.minValue(value)) }
    if let value = mapping.score("max_gain", atLeast: 0) { limits.append(.maxGain(value)) }
    if let value = mapping.score("mean_regression", atLeast: 0) { limits.append(.meanRegression(value)) }
    if !hasAllowance, !(PolicyKeys.scoreLimits + ["item_drop"]).contains(where: mapping.has) {
      mapping.note(.noLimit(budget: id, metric: metric, isFlipMetric: false))
    }
    return limits
  }
}

extension Limit {
  /// Whether the limit is on a number of items out of N, which a confidence bound can be formed for.
  var isCounted: Bool { allowance != nil }

  /// The limit of a mean, in the unit that it is measured in; nil for counts.
  var value: Double? {
    switch self {
    case .flips, .itemDrop: nil
    case .maxDrop(let value), .maxRelativeDrop(let value), .minValue(let value), .maxGain(let value), .meanRegression(let value): value
    }
  }

  var allowance: Allowance? {
    switch self {
    case .flips(let allowance), .itemDrop(_, let allowance): allowance
    case .maxDrop, .maxRelativeDrop, .minValue, .maxGain, .meanRegression: nil
    }
  }
}

// The words for limits, allowances and rules.

internal import Documents

extension Limit {
  /// What the limit asks, after the words that say where: `at most 5% of the items may go from right to wrong`.
  func sentence(of budget: Budget) -> String {
    let metric = visible(budget.metric.description)
    switch self {
    case .flips(let allowance):
      guard case .flips(let flips) = budget.metric else { return "\(allowance.atMost) may change in \(metric)" }
      return "\(allowance.atMost) may \(flips.verb)"
    case .itemDrop(let drop, let allowance): return "\(allowance.atMost) may lose more than \(Numbers.short(drop, 6)) of \(metric)"
    case .maxDrop(let value):
      return value == 0 ? "the mean \(metric) may not get worse" : "the mean \(metric) may get worse by at most \(Numbers.short(value, 6))"
    case .maxRelativeDrop(let value): return "the mean \(metric) may get worse by at most \(Numbers.percent(value)) of the baseline's"
    case .minValue(let value): return "the candidate's mean \(metric) must be at least \(Numbers.short(value, 6))"
    case .maxGain(let value): return "the mean \(metric) may get better by at most \(Numbers.short(value, 6)): more is not believed without a look"
    case .meanRegression(let value):
      return "the items that get worse in \(metric) may lose at most \(Numbers.short(value, 6)) on average"
    }
  }
}

extension FlipMetric {
  fileprivate var verb: String {
    switch self {
    case .negativeFlips: "go from right to wrong"
    case .positiveFlips: "go from wrong to right"
    case .changedWrong: "stay wrong with another answer"
    case .multipleChoiceNegativeFlips: "be wrong with another answer than before"
    }
  }
}

extension Allowance {
  /// Whether nothing is allowed, which is judged by the count alone.
  var isNothing: Bool {
    switch self {
    case .count(let count): count == 0
    case .ratio(let ratio): ratio == 0
    case .combined(let count, let ratio, .max): count == 0 && ratio == 0
    case .combined(let count, let ratio, .min): count == 0 || ratio == 0
    }
  }

  /// `12 items`, `5% of the items`, `the larger of 20 items and 5% of the items`.
  var phrase: String {
    switch self {
    case .count(let count): Numbers.items(count)
    case .ratio(let ratio): "\(Numbers.percent(ratio)) of the items"
    case .combined(let count, let ratio, let combination):
      "the \(combination == .max ? "larger" : "smaller") of \(Numbers.items(count)) and \(Numbers.percent(ratio)) of the items"
    }
  }

  fileprivate var atMost: String { isNothing ? "no item" : "at most \(phrase)" }
}

extension Action {
  /// What a broken budget does: `fails`.
  var phrase: String {
    switch self {
    case .fail: "fails"
    case .warn: "warns"
    case .info: "is shown as broken, without consequence"
    }
  }
}

extension BudgetRules {
  var sentence: String {
    let few = minItems > 1 ? "fewer than \(minItems) items: \(onInsufficientEvidence.phrase); " : ""
    return "Broken, it \(action.phrase); \(few)task, slice or metric missing: \(onMissing.phrase)."
  }
}

extension BudgetRules.MissingRule {
  var phrase: String {
    switch self {
    case .error: "undecided"
    case .fail: "broken"
    case .warn: "let go with a warning"
    case .pass: "let pass"
    }
  }
}

extension BudgetRules.EvidenceRule {
  var phrase: String {
    switch self {
    case .undecided: "undecided"
    case .fail: "broken"
    case .warn: "let go with a warning"
    case .pass: "let pass"
    }
  }
}

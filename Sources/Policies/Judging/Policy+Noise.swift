// What repeated records say of the verdict: which items flip against themselves, and which budgets ask for less than noise.

internal import Comparison
internal import Documents

extension Policy {
  /// How many unstable items are named.
  private static let namedLimit = 5

  /// A note with each task's unstable items, and a warning for each budget below the noise floor.
  func noiseFindings(_ comparison: Comparison) -> [Finding] {
    let rules = budgets.map(\.rules) + slices.flatMap(\.budgets).map(\.rules)
    guard let noise = comparison.noise else {
      if !rules.contains(where: { $0.unstableItems == .exclude }) { return [] }
      let message = "no repeated records were given (--noise), so unstable_items: exclude leaves nothing out and every item counts"
      return [Finding(kind: .noise, level: .note, task: nil, message: message)]
    }
    return comparison.tasks.flatMap { task -> [Finding] in
      guard let floor = noise.task(task.task, filter: task.filter) else { return [] }
      return [unstableItems(floor, of: task, in: noise)] + budgets.filter { $0.task.selects(task) }.flatMap { belowFloor($0, floor, task) }
    }
  }

  private func unstableItems(_ floor: TaskNoise, of task: TaskComparison, in noise: NoiseFloor) -> Finding {
    let unstable = floor.unstable
    let runs = max(noise.baselineRuns, noise.candidateRuns)
    var message = "in \(runs) runs of one model, \(unstable.count) of \(Numbers.items(floor.items)) flip against themselves"
    if !unstable.isEmpty {
      let names = unstable.prefix(Self.namedLimit).map { "\(visible($0.item, limit: 20))" }.joined(separator: ", ")
      message += " (\(names)\(unstable.count > Self.namedLimit ? " and more, all are in result.json" : ""))"
    } else if !floor.jitter.isEmpty {
      message += "; \(floor.jitter.count) differ in answer or score"
    }
    return Finding(kind: .noise, level: .note, task: task.label, message: message)
  }

  private func belowFloor(_ budget: Budget, _ floor: TaskNoise, _ task: TaskComparison) -> [Finding] {
    func warning(_ message: String) -> Finding {
      Finding(kind: .noise, level: .warning, task: task.label, message: "the budget \(quoted(budget.id)) is below the noise floor: \(message)")
    }
    let counts = budget.rules.unstableItems == .count
    return budget.limits.compactMap { limit -> Finding? in
      switch (limit, budget.metric) {
      case (.flips(let allowance), .flips(let metric)):
        let noise = floor.count(of: metric)
        let allowed = allowance.items(of: task.items.paired)
        if !counts || budget.minMargin != nil || noise <= allowed { return nil }
        return warning("it allows \(allowed), and \(noise) \(metric.phrase) between two runs of one model; unstable_items: exclude leaves them out")
      case (.itemDrop(let drop, let allowance), .score(let metric)):
        let noise = floor.jitter.count { exceeds($0.change(of: metric), drop) }
        let allowed = allowance.items(of: task.items.paired)
        if !counts || noise <= allowed { return nil }
        return warning("it allows \(allowed), and \(noise) move by more than \(Numbers.short(drop, 6)) between two runs of one model")
      case (.maxDrop(let allowed), .score(let name)), (.maxGain(let allowed), .score(let name)):
        guard let noise = floor.metrics.first(where: { $0.name == name })?.meanChange, exceeds(noise, allowed) else { return nil }
        return warning("it allows \(Numbers.short(allowed, 6)), and the mean moves by \(Numbers.short(noise, 6)) between two runs of one model")
      case (.meanRegression(let allowed), .score(let name)):
        guard let noise = floor.metrics.first(where: { $0.name == name })?.meanRegression, exceeds(noise, allowed) else { return nil }
        return warning(
          "it allows \(Numbers.short(allowed, 6)), and items lose \(Numbers.short(noise, 6)) on average between two runs of one model")
      default: return nil
      }
    }
  }
}

extension TaskNoise {
  /// The most items that a flip budget counts between two runs of one model.
  fileprivate func count(of metric: FlipMetric) -> Int {
    switch metric {
    case .negativeFlips, .positiveFlips: flips
    case .changedWrong: changedWrong
    case .multipleChoiceNegativeFlips: flips + changedWrong
    }
  }
}

// Can the comparison be trusted at all? Fail closed: what is missing, failed or asked differently makes a task undecided.

internal import Comparison
internal import Documents

/// The evidence of every task, checked before any budget is judged.
struct EvidenceCheck {
  /// Why a task can't be judged, by task.
  private(set) var flaws: [String: Flaw] = [:]
  /// Why nothing can be judged.
  private(set) var generalFlaw: Flaw?
  private(set) var findings: [Finding] = []
  private let policy: Policy

  init(_ comparison: Comparison, policy: Policy) {
    self.policy = policy
    checkDifferences(comparison)
    checkRequiredTasks(comparison)
    for task in comparison.tasks { check(task) }
    if comparison.tasks.isEmpty { note(.noEvidence, .undecided, nil, "the comparison holds no task, so there is nothing to judge") }
  }

  func flaw(of task: String) -> Flaw? { generalFlaw ?? flaws[task] }

  /// Whether the two sides of a task were asked the same, whatever else is missing.
  func isComparable(_ task: String) -> Bool { generalFlaw == nil && flaws[task]?.kind != .incomparable }

  private mutating func checkDifferences(_ comparison: Comparison) {
    for difference in comparison.differences {
      let what =
        "\(difference.aspect) differs: \(quoted(difference.baseline)) in the baseline, \(quoted(difference.candidate)) in the candidate"
      let isAllowed = policy.allowedDifferences.contains { $0.rawValue == difference.aspect }
      if difference.isInvalidating, isAllowed {
        note(.difference, .warning, difference.task, "\(what); allow_differences lets it be")
      } else if !difference.isInvalidating {
        note(.difference, .note, difference.task, what)
      } else if let name = difference.task {
        for task in comparison.tasks where task.task == name { fault(task, .incomparable, "the two sides can't be compared: \(what)") }
      } else {
        generalFlaw = generalFlaw ?? Flaw(kind: .incomparable, sentence: "the two sides can't be compared: \(what)")
        note(.incomparable, .undecided, nil, "the two sides can't be compared: \(what)")
      }
    }
  }

  private mutating func checkRequiredTasks(_ comparison: Comparison) {
    let names = comparison.tasks.map(\.label)
    for task in policy.requiredTasks where !comparison.tasks.contains(where: TaskSelector.named(task).selects) {
      let nearest = nearestName(to: task, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
      let level: Finding.Level = policy.defaults.onMissing == .fail ? .failed : .undecided
      note(.missingTask, level, task, "the required task \(quoted(task)) is not in the comparison\(nearest)")
    }
  }

  private mutating func check(_ task: TaskComparison) {
    let items = task.items
    let all = max(1, items.baseline + items.onlyCandidate, items.paired + items.errors + items.unscored)
    if items.baseline == 0 || items.candidate == 0 {
      let side = items.baseline == 0 ? items.candidate == 0 ? "neither side" : "only the candidate" : "only the baseline"
      fault(task, .missingItems, "\(side) has items of it")
    } else if items.onlyBaseline + items.onlyCandidate > 0 {
      fault(
        task, .missingItems,
        "\(Numbers.items(items.onlyBaseline)) only in the baseline and \(Numbers.items(items.onlyCandidate)) only in the candidate; run both on the same items"
      )
    }
    limit(items.errors, of: all, policy.maxErrorRatio, .errors, "failed with an error", "max_error_ratio", task)
    limit(items.unscored, of: all, policy.maxUnscoredRatio, .unscored, "could not be scored", "max_unscored_ratio", task)
    if items.paired == 0 { fault(task, .noEvidence, "no item has a scored answer on both sides") }
  }

  private mutating func limit(
    _ count: Int, of all: Int, _ ratio: Double, _ kind: Finding.Kind, _ what: String, _ key: String, _ task: TaskComparison
  ) {
    if count <= 0 { return }
    let allowed = Allowance.ratio(ratio).items(of: all)
    let sentence = "\(count) of \(Numbers.items(all)) \(what)"
    if count > allowed {
      fault(task, kind, "\(sentence), and \(key) allows \(allowed == 0 ? "none" : "\(allowed)")")
    } else {
      note(kind, .note, task.label, "\(sentence); \(key) allows \(allowed)")
    }
  }

  /// A fault blocks where the policy judges the task, and is a warning where it doesn't.
  private mutating func fault(_ task: TaskComparison, _ kind: Finding.Kind, _ sentence: String) {
    if flaws[task.label] == nil { flaws[task.label] = Flaw(kind: kind, sentence: sentence) }
    note(kind, policy.judges(task) ? .undecided : .warning, task.label, sentence)
  }

  private mutating func note(_ kind: Finding.Kind, _ level: Finding.Level, _ task: String?, _ message: String) {
    findings.append(Finding(kind: kind, level: level, task: task, message: message))
  }
}

extension Policy {
  /// Whether a budget, a slice, a protected item or `required_tasks` speaks of a task.
  func judges(_ task: TaskComparison) -> Bool {
    let selectors =
      budgets.map(\.task) + slices.flatMap(\.tasks) + requiredTasks.map(TaskSelector.named)
      + mustNotFlip.map { TaskSelector.named($0.task) }
    return selectors.contains { $0.selects(task) }
  }
}

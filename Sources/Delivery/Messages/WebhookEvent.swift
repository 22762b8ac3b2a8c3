// Any receiver: a compact event after Standard Webhooks, numbers as numbers. https://www.standardwebhooks.com

internal import Comparison
internal import Documents
internal import Policies
internal import Records

/// `type`, `timestamp` and `data`; at most 20,000 bytes, as the specification advises. Lists that were cut say by how much.
struct WebhookEvent: MessageFormat {
  static let wholeLimit = 20_000

  func payload(_ briefing: Briefing) -> JSONValue {
    var announcement = briefing.announcement
    announcement.extent = .machine
    return announcement.fitted(Self.wholeLimit, by: \.bodySize) { announcement in
      [
        "type": .string("flipgate.gate." + announcement.occasion.rawValue), "timestamp": .string(Timestamp.rfc3339(briefing.created)),
        "data": Self.data(announcement, briefing.notification),
      ]
    }
  }

  private static func data(_ announcement: Announcement, _ notification: Notification) -> JSONValue {
    let text = SafeText.plain
    let counts = announcement.counts
    let hasResult = announcement.policyDigest != nil
    let budgets = BudgetStatus.allCases.map { ($0.rawValue, JSONValue.integer(counts.budgets[$0] ?? 0)) }
    let leftOut = [
      ("tasks", announcement.moreTasks), ("budgets", announcement.moreBudgets), ("items", announcement.moreItems),
    ].filter { $0.1 > 0 }.map { ($0.0, JSONValue.integer($0.1)) }
    let detail = notification.detail
    return .members([
      ("verdict", hasResult ? .string(announcement.occasion.rawValue) : .none), ("summary", .string(text(announcement.sentence, 1_000))),
      ("policy", .members([("name", .string(text(announcement.policy, 200))), ("sha256", announcement.policyDigest.map { .string(text($0, 80)) })])),
      ("baseline", .string(text(announcement.baseline, 400))), ("candidate", .string(text(announcement.candidate, 400))),
      (
        "counts",
        hasResult
          ? [
            "items": .integer(counts.paired), "negative_flips": .integer(counts.negativeFlips), "positive_flips": .integer(counts.positiveFlips),
            "budgets": .object(of: budgets),
          ] : .none
      ),
      ("tasks", hasResult ? .array(announcement.tasks.map(task)) : .none),
      ("budgets", hasResult && detail >= .budgets ? .array(announcement.budgets.map(budget)) : .none),
      ("items", hasResult && detail >= .items ? .array(announcement.items.map(item)) : .none),
      ("left_out", leftOut.isEmpty ? .none : .object(of: leftOut)), ("report_url", announcement.link.map(JSONValue.string)),
    ])
  }

  /// Whole where items are counted.
  private static func number(_ value: Double?, isCount: Bool = false) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return isCount ? Int(exactly: value).map(JSONValue.integer) ?? .number(value) : .number(value)
  }

  private static func task(_ task: TaskSummary) -> JSONValue {
    let text = SafeText.plain
    return [
      "task": .string(text(task.task, 200)), "items": .integer(task.paired), "metric": .string(text(task.primary?.name ?? task.primaryMetric, 100)),
      "baseline_mean": number(task.primary?.baselineMean), "candidate_mean": number(task.primary?.candidateMean),
      "negative_flips": task.flips.map { .integer($0.negative) } ?? .null, "positive_flips": task.flips.map { .integer($0.positive) } ?? .null,
    ]
  }

  private static func budget(_ budget: BudgetOutcome) -> JSONValue {
    let text = SafeText.plain
    let isCount = budget.unit == .count
    return [
      "id": .string(text(budget.id, 200)), "task": .string(text(budget.task, 200)),
      "slice": budget.slice.map { .string(text($0, 200)) } ?? .null, "metric": .string(text(budget.metric, 100)),
      "limit": .string(budget.limit.rawValue), "observed": number(budget.observed, isCount: isCount),
      "allowed": number(budget.allowed, isCount: isCount),
      "unit": .string(budget.unit.rawValue), "n": .integer(budget.n), "status": .string(budget.status.rawValue),
      "action": .string(budget.action.rawValue), "reason": .string(text(budget.reason, 400)),
    ]
  }

  private static func item(_ item: ReportedItem) -> JSONValue {
    let text = SafeText.plain
    return [
      "task": .string(text(item.task, 200)), "item": .string(text(item.item, 120)), "flip": item.flip.map { .string($0.rawValue) } ?? .null,
      "target": .string(text(item.target, 300)), "baseline": .string(text(item.baseline.prediction, 300)),
      "candidate": .string(text(item.candidate.prediction, 300)),
    ]
  }
}

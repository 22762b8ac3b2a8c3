// What a message says, whoever it is for: the verdict, why, the budgets and items behind it; and how it gets shorter.

internal import Comparison
public import Policies
internal import Reports

/// The content of one message, as much of it as its `include` lets out. Its texts are raw: each format makes them safe for its service.
public struct Announcement: Sendable, Hashable {
  /// The most of each list that any message shows.
  public struct Extent: Sendable, Hashable {
    public var tasks: Int
    public var budgets: Int
    public var items: Int

    public init(tasks: Int, budgets: Int, items: Int) {
      self.tasks = tasks
      self.budgets = budgets
      self.items = items
    }

    /// What a person reads in a chat.
    public static let chat = Extent(tasks: 6, budgets: 10, items: 4)
    /// What a program takes.
    public static let machine = Extent(tasks: 40, budgets: 60, items: 20)

    /// Some lines less, the least important first: items, budgets down to one, tasks, the last budget; nil where nothing is left to leave out.
    func smaller(than available: Extent) -> Extent? {
      var smaller = Extent(tasks: min(tasks, available.tasks), budgets: min(budgets, available.budgets), items: min(items, available.items))
      if smaller.items > 0 {
        smaller.items -= 1
      } else if smaller.budgets > 1 {
        smaller.budgets -= 1 + smaller.budgets / 16
      } else if smaller.tasks > 0 {
        smaller.tasks -= 1 + smaller.tasks / 16
      } else if smaller.budgets > 0 {
        smaller.budgets -= 1
      } else {
        return nil
      }
      return smaller
    }
  }

  public var occasion: Notification.Occasion
  public var policy: String
  /// `sha256:...`; nil where the run had no result.
  public var policyDigest: String?
  public var baseline: String
  public var candidate: String
  /// One sentence: which budget broke, with its numbers.
  public var sentence: String
  public var counts: Counts
  /// Where the whole report is.
  public var link: String?

  private var allTasks: [TaskSummary]
  /// Those that do not hold, the worst first.
  private var allBudgets: [BudgetOutcome]
  /// The worst first.
  private var allItems: [ReportedItem]
  private var itemCount: Int
  public var extent: Extent

  /// What the whole result comes down to.
  public struct Counts: Sendable, Hashable {
    /// How many budgets came out how.
    public var budgets: [BudgetStatus: Int] = [:]
    /// Items with a scored outcome on both sides.
    public var paired = 0
    public var negativeFlips = 0
    public var positiveFlips = 0

    public var budgetsInAll: Int { budgets.values.reduce(0, +) }
  }

  public var tasks: ArraySlice<TaskSummary> { allTasks.prefix(extent.tasks) }
  public var budgets: ArraySlice<BudgetOutcome> { allBudgets.prefix(extent.budgets) }
  public var items: ArraySlice<ReportedItem> { allItems.prefix(extent.items) }
  /// How many more of each there are.
  public var moreTasks: Int { allTasks.count - tasks.count }
  public var moreBudgets: Int { allBudgets.count - budgets.count }
  public var moreItems: Int { itemCount - items.count }

  /// - Parameter link: where the report is, in place of the notification's own.
  public init(_ news: GateNews, for notification: Notification, link: String? = nil) {
    occasion = news.occasion
    policy = news.policy
    baseline = news.baseline
    candidate = news.candidate
    self.link = link ?? notification.reportAddress
    extent = .chat
    switch news {
    case .failedRun(let run):
      (counts, allTasks, allBudgets, allItems, itemCount) = (Counts(), [], [], [], 0)
      // An error's sentence may hold text of data: who is told of counts alone is told that there was one.
      // A line a cause, each beginning with "because": one sentence.
      let reason = run.reason.prefix(10_000).split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
      sentence = notification.detail == .summary ? "The run ended before a verdict." : reason.isEmpty ? "no reason is known" : reason
    case .judged(let result):
      policyDigest = result.policy.digest
      counts = Counts(result)
      allTasks = result.tasks
      allBudgets = notification.detail >= .budgets ? result.troubledBudgets : []
      // A hundred thousand flips are not kept for a message that shows four.
      allItems = notification.detail >= .items ? Array(result.worstItems.prefix(Extent.machine.items)) : []
      itemCount = notification.detail >= .items ? result.items.count : 0
      sentence = notification.detail >= .budgets ? result.decisiveSentence(counts) : counts.sentence(of: result.verdict)
    }
  }

  /// The message that stays within a limit: shorter and shorter, until it does.
  ///
  /// - Parameters:
  ///   - measure: the size of a rendered message, in the unit of the limit.
  ///   - render: must stay within the limit where no task, budget and item is left.
  public func fitted<Message>(_ limit: Int, by measure: (Message) -> Int, _ render: (Announcement) -> Message) -> Message {
    var announcement = self
    while true {
      let message = render(announcement)
      if measure(message) <= limit { return message }
      let available = Extent(tasks: allTasks.count, budgets: allBudgets.count, items: allItems.count)
      guard let smaller = announcement.extent.smaller(than: available) else { return message }
      announcement.extent = smaller
    }
  }
}

extension Announcement.Counts {
  init(_ result: GateResult) {
    for budget in result.budgets { budgets[budget.status, default: 0] += 1 }
    // A saved result may hold any number: the sums stop at the largest.
    func sum(_ count: (TaskSummary) -> Int?) -> Int {
      result.tasks.reduce(0) { sum, task in
        let (total, overflow) = sum.addingReportingOverflow(max(0, count(task) ?? 0))
        return overflow ? .max : total
      }
    }
    paired = sum(\.paired)
    negativeFlips = sum { $0.flips?.negative }
    positiveFlips = sum { $0.flips?.positive }
  }

  /// The verdict in numbers, without a name of anything.
  func sentence(of verdict: Verdict) -> String {
    func budgets(_ statuses: [BudgetStatus], _ verb: String) -> String {
      let count = statuses.reduce(0) { $0 + (self.budgets[$1] ?? 0) }
      return "\(count) of \(budgetsInAll) \(budgetsInAll == 1 ? "budget" : "budgets") \(count == 1 ? "is" : "are") \(verb); \(flips)."
    }
    switch verdict {
    case .passed: return allHold
    case .warned: return budgets([.warned, .waived], "broken without consequence")
    case .failed: return budgets([.failed], "broken")
    case .undecided: return budgets([.undecided], "undecided")
    }
  }

  var allHold: String { "\(budgetsInAll == 1 ? "The budget holds" : "All \(budgetsInAll) budgets hold"); \(flips)." }

  private var flips: String { "\(negativeFlips) of \(Numbers.items(paired)) went from right to wrong, \(positiveFlips) from wrong to right" }
}

extension GateResult {
  /// What does not hold: broken and blocking, undecided, broken without consequence, waived; each in the policy's order.
  fileprivate var troubledBudgets: [BudgetOutcome] {
    [BudgetStatus.failed, .undecided, .warned, .waived].flatMap { status in budgets.filter { $0.status == status } }
  }

  /// What decided the verdict, and how much more there is of its kind.
  fileprivate func decisiveSentence(_ counts: Announcement.Counts) -> String {
    guard let deciding else { return verdict == .passed ? counts.allHold : counts.sentence(of: verdict) }
    let alike: Int
    switch deciding {
    case .budget(let outcome): alike = budgets.count { $0.status == outcome.status }
    case .finding(let finding): alike = findings.count { $0.level == finding.level }
    }
    return deciding.sentence + (alike > 1 ? ". And \(alike - 1) more." : ".")
  }
}

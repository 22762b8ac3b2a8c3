// What a result is in JUnit's words: suites, cases and their states, with texts that are safe to write.

internal import Policies
internal import Records

/// A suite: one task, or what concerns the whole comparison.
struct JUnitSuite {
  var name: String
  var properties: [(String, String)]
  var cases: [JUnitCase]

  var failures: Int { cases.count { if case .failure = $0.state { true } else { false } } }
  var errors: Int { cases.count { if case .error = $0.state { true } else { false } } }
  /// What the cases have to say that hold or are skipped, for dialects whose cases can't say it.
  var output: String {
    cases.compactMap { testCase in
      switch testCase.state {
      case .passed(let text) where !text.isEmpty: "\(testCase.name): \(text)"
      case .skipped(let message): "\(testCase.name): \(message)"
      case .passed, .failure, .error: nil
      }
    }.joined(separator: "\n")
  }
  var skipped: Int { cases.count { if case .skipped = $0.state { true } else { false } } }

  /// First what concerns the whole comparison, then the tasks in the result's order, then tasks that only budgets name.
  static func suites(of result: GateResult) -> [JUnitSuite] {
    var result = result
    // Sorted once for all budgets.
    result.items = result.worstItems
    var tasks: [String?] = [nil]
    let named = result.tasks.map(\.task) + result.budgets.map(\.task) + result.findings.compactMap(\.task)
    for task in named where !tasks.contains(task) { tasks.append(task) }
    return tasks.map { task in
      JUnitSuite(
        name: JUnitCase.name(task ?? "comparison"), properties: properties(of: result),
        cases: [JUnitCase(evidenceOf: task, in: result)]
          + result.budgets.filter { $0.task == task }.map { JUnitCase($0, in: result) })
    }
  }

  private static func properties(of result: GateResult) -> [(String, String)] {
    [
      ("verdict", result.verdict.rawValue), ("policy", result.policy.name), ("policy.sha256", result.policy.digest),
      ("baseline", result.baseline.model.name), ("baseline.weights_sha256", result.baseline.model.weightsDigest),
      ("candidate", result.candidate.model.name), ("candidate.weights_sha256", result.candidate.model.weightsDigest),
    ].map { ($0, XMLText.line($1, limit: JUnitCase.nameLimit)) }
  }
}

/// A case: one budget on one task or slice, or a task's evidence.
struct JUnitCase {
  enum State {
    case passed(String)
    case skipped(message: String)
    case failure(message: String, type: String, text: String)
    case error(message: String, type: String, text: String)
  }

  /// The most scalars of a name, of a message, and of one answer in a text.
  static let nameLimit = 200
  static let messageLimit = 1_000
  static let answerLimit = 300
  /// The most bytes of a case's text, 64 KiB less what its message and its markup take.
  static let textLimit = 56 * 1024

  var name: String
  /// The policy's and the task's name; servers read dots as packages, so that there is only the one between them.
  var className: String
  var state: State
  /// The policy's path; nil where there is none.
  var file: String?
  /// The outcome's numbers and words.
  var properties: [(String, String)] = []

  init(name: String, className: String, state: State) {
    self.name = name
    self.className = className
    self.state = state
  }

  /// The case of a budget.
  init(_ outcome: BudgetOutcome, in result: GateResult) {
    name = Self.name(outcome.label)
    className = Self.className(outcome.task, in: result)
    file = Self.file(of: result)
    properties = Self.properties(of: outcome)
    let message = XMLText.line(outcome.reason, limit: Self.messageLimit)
    switch outcome.status {
    case .passed: state = .passed(message)
    case .warned: state = .passed("\(outcome.action == .info ? "note" : "warning"): \(message)")
    case .waived: state = .skipped(message: "waived: \(message)")
    case .undecided where outcome.action != .fail: state = .skipped(message: "undecided: \(message)")
    case .undecided: state = .error(message: message, type: "undecided", text: Self.text(of: outcome, in: result))
    case .failed: state = .failure(message: message, type: outcome.limit.rawValue, text: Self.text(of: outcome, in: result))
    }
  }

  /// The case of a task's evidence, or, for nil, of the comparison's; always there, so that it can be followed.
  init(evidenceOf task: String?, in result: GateResult) {
    name = "evidence"
    className = Self.className(task ?? "comparison", in: result)
    file = Self.file(of: result)
    let findings = result.findings.filter { $0.task == task }
    let text = XMLText.lines(findings.map { "\($0.level.rawValue): \($0.message)" }.joined(separator: "\n"), limit: Self.textLimit / 4)
    let worst = findings.first { $0.level == .failed } ?? findings.first { $0.level == .undecided }
    let message = XMLText.line(worst?.message ?? "", limit: Self.messageLimit)
    switch worst?.level {
    case .failed: state = .failure(message: message, type: worst?.kind.rawValue ?? "", text: text)
    case .undecided: state = .error(message: message, type: worst?.kind.rawValue ?? "", text: text)
    case .warning, .note, nil: state = .passed(text)
    }
  }

  /// A name that is never empty: servers tell cases apart by it.
  static func name(_ text: String) -> String {
    let line = XMLText.line(text, limit: nameLimit)
    return line.allSatisfy { $0 == " " } ? "unnamed" : line
  }

  private static func file(of result: GateResult) -> String? {
    result.policy.path.isEmpty ? nil : XMLText.line(result.policy.path, limit: messageLimit)
  }

  private static func properties(of outcome: BudgetOutcome) -> [(String, String)] {
    var properties = [("status", outcome.status.rawValue), ("action", outcome.action.rawValue), ("metric", name(outcome.metric))]
    properties += [("items", "\(outcome.n)"), ("unit", outcome.unit.rawValue)]
    if let observed = outcome.observed { properties.append(("observed", "\(observed)")) }
    if let allowed = outcome.allowed { properties.append(("allowed", "\(allowed)")) }
    if let interval = outcome.interval { properties.append(("interval", "\(interval.lowerBound) \(interval.upperBound)")) }
    if let waiver = outcome.waiver { properties.append(("waiver", name(waiver))) }
    return properties
  }

  private static func className(_ task: String, in result: GateResult) -> String {
    func part(_ text: String) -> String { String(name(text).map { $0 == "." ? "_" : $0 }) }
    return "\(part(result.policy.name)).\(part(task))"
  }

  /// The numbers and the worst items, as servers show them that read only an element's text.
  private static func text(of outcome: BudgetOutcome, in result: GateResult) -> String {
    var lines = [XMLText.line(outcome.reason, limit: messageLimit)]
    var numbers = "metric \(outcome.metric), \(outcome.n == 1 ? "1 item" : "\(outcome.n) items")"
    if let observed = outcome.observed { numbers += ", observed \(outcome.text(of: observed))" }
    if let allowed = outcome.allowed { numbers += ", \(outcome.isFloor ? "at least" : "at most") \(outcome.text(of: allowed))" }
    if let interval = outcome.interval {
      numbers += ", interval \(outcome.text(of: interval.lowerBound)) to \(outcome.text(of: interval.upperBound))"
    }
    lines.append(XMLText.line(numbers, limit: messageLimit))
    var bytes = lines.reduce(0) { $0 + $1.utf8.count + 1 }
    let items = outcome.own(among: result.items)
    for (index, item) in items.enumerated() {
      let text = Self.text(of: item)
      bytes += text.utf8.count + 1
      if bytes > textLimit {
        lines.append("\n\(items.count - index) more in result.json")
        break
      }
      lines.append(text)
    }
    return lines.joined(separator: "\n")
  }

  private static func text(of item: ReportedItem) -> String {
    func answer(_ answer: ReportedItem.Answer) -> String {
      XMLText.line(answer.prediction, limit: answerLimit) + (answer.margin.map { "  (ahead by \(Numbers.short($0, 3)))" } ?? "")
    }
    return """

      item \(XMLText.line(item.item, limit: nameLimit)) (number \(item.index))
        target:    \(XMLText.line(item.target, limit: answerLimit))
        baseline:  \(answer(item.baseline))
        candidate: \(answer(item.candidate))
      """
  }
}

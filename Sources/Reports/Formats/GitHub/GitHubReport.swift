// GitHub annotations: workflow commands that put the broken budgets beside the run and its pull request.

public import Policies
internal import Records

/// Lines such as `::error title=..::..`, at most ten of each level, for that is what a step shows.
///
/// The one format whose lines are commands: they are ours, and foreign text in them is escaped, so that it can't end or begin one.
public struct GitHubReport: Report {
  public let name = "github"
  public let fileName = "annotations.txt"
  public let mediaType = "text/plain"

  /// What a step shows of each level, and the most characters of a message.
  static let levelLimit = 10
  static let messageLimit = 4_096

  public init() {}

  enum Level: String, CaseIterable {
    case error
    case warning
    case notice
  }

  public func render(_ result: GateResult) -> [UInt8] {
    var annotations: [Level: [(title: String, message: String)]] = [:]
    let sides = "\(result.candidate.model.name) against \(result.baseline.model.name)"
    annotations[.notice, default: []].append(
      ("\(result.verdict.word): \(result.policy.name)", "\(result.verdictSentence); \(sides)"))
    for finding in result.findings {
      annotations[Self.level(of: finding), default: []].append((finding.task ?? "Evidence", finding.message))
    }
    for outcome in result.budgetsWorstFirst {
      guard let level = Self.level(of: outcome) else { continue }
      annotations[level, default: []].append(("\(outcome.statusWord): \(outcome.label) on \(outcome.task)", outcome.reason))
    }
    var text = ""
    for level in Level.allCases {
      let all = annotations[level] ?? []
      let shown = all.count > Self.levelLimit ? all.prefix(Self.levelLimit - 1) : all.prefix(Self.levelLimit)
      for (title, message) in shown { text += Self.command(level, title: title, message: message) }
      if shown.count < all.count {
        text += Self.command(level, title: "\(all.count - shown.count) more", message: "All of them are in result.json and in the summary.")
      }
    }
    return Array(text.utf8)
  }

  /// The annotation of a run that came to no result.
  public static func render(failedRun explanation: String) -> [UInt8] {
    Array(command(.error, title: "The gate did not run", message: explanation).utf8)
  }

  private static func level(of finding: Finding) -> Level {
    switch finding.level {
    case .failed, .undecided: .error
    case .warning: .warning
    case .note: .notice
    }
  }

  private static func level(of outcome: BudgetOutcome) -> Level? {
    switch outcome.status {
    case .failed: .error
    case .undecided: outcome.action == .fail ? .error : .warning
    case .waived: .warning
    case .warned: outcome.action == .info ? .notice : .warning
    case .passed: nil
    }
  }

  static func command(_ level: Level, title: String, message: String) -> String {
    "::\(level.rawValue) title=\(property(title))::\(data(message))\n"
  }

  /// A message: `%`, CR and LF escaped, as the runner undoes it.
  static func data(_ text: String) -> String {
    let safe = withoutCommands(VisibleText.of(text, limit: messageLimit, keepsLines: true))
    return escaped(String(safe.unicodeScalars.prefix(messageLimit)), ["%", "\r", "\n"])
  }

  /// A property's value: also `:` and `,`, which end it.
  static func property(_ text: String) -> String {
    escaped(withoutCommands(VisibleText.of(text, limit: 200)), ["%", "\r", "\n", ":", ","])
  }

  private static func escaped(_ text: String, _ special: Set<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if special.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

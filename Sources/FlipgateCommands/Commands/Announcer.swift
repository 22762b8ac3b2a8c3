// A run's end to those whom its policy names.

internal import Delivery
internal import Documents
internal import Foundation
internal import Metrics
internal import Policies

/// The messages of one run.
struct Announcer {
  private let options: AnnouncementOptions
  private let policy: Policy?
  private let sides: (baseline: String, candidate: String)
  private let spool: Spool?

  /// - Parameters:
  ///   - policy: the path of the policy. It is read now: a run is told of by the rules that it began with.
  ///   - sides: as they were named.
  ///   - reportDirectory: where messages that did not arrive are kept; nil for nowhere.
  init(_ options: AnnouncementOptions, policy: String, sides: (String, String), reportDirectory: String?) {
    self.options = options
    // A policy that can't be read is the gate's to tell of.
    self.policy = options.noNotify ? nil : try? Policy.load(policy, knownMetrics: MetricCatalog.all.map(\.name))
    self.sides = sides
    spool = reportDirectory.map { Spool(reportDirectory: $0) }
  }

  /// Sends what is due; what does not arrive is said in a line and kept.
  ///
  /// - Returns: whether a message that is required did not arrive.
  func announce(_ news: GateNews) async -> Bool {
    guard let policy else { return false }
    var random = SystemRandomNumberGenerator()
    let notices = Notice.due(
      news, by: policy.notifications, created: Int(Date().timeIntervalSince1970), link: options.reportURL?.text, random: { random.next() })
    return await Self.deliver(notices, isDryRun: options.dryRunNotify, spool: spool).contains(where: \.isRequired)
  }

  /// Tells of a run that ended without a verdict; one that was interrupted on purpose is no news.
  func announce(failure explanation: String) async {
    guard let policy, !Interruption.isRequested else { return }
    // Whether the message arrives does not matter to the exit status: the run has failed already.
    _ = await announce(
      .failedRun(.init(policy: policy.name, baseline: sides.baseline, candidate: sides.candidate, reason: explanation)))
  }

  /// Sends notices, or prints them.
  ///
  /// - Returns: what did not arrive; each has been said.
  static func deliver(_ notices: [Notice], isDryRun: Bool, spool: Spool?) async -> [NoticeFailure] {
    if isDryRun {
      for notice in notices { Console.output(notice.preview, layout: .indented) }
      return []
    }
    let failures = await Courier.process.deliver(notices, keepingFailures: spool)
    for failure in failures {
      Console.error(explanation(of: failure).split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " "))
    }
    return failures
  }
}

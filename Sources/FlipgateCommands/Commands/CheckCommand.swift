// `flipgate check`: two records or logs held against a policy, no model needed.

internal import ArgumentParser
internal import Comparison
internal import Documents
internal import Foundation
internal import Gate
internal import Metrics
internal import Policies
internal import Records

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Judge two run records by a policy, without any model.",
    discussion: """
      EXAMPLE:
        $ flipgate check --policy policy.yaml --baseline current.jsonl --candidate next.jsonl --report csv=items.csv
      """)

  @Option(help: ArgumentHelp("The policy.", valueName: "file"))
  var policy: String

  @Option(help: ArgumentHelp("The baseline's run record or log.", valueName: "record"))
  var baseline: String

  @Option(help: ArgumentHelp("The candidate's run record or log.", valueName: "record"))
  var candidate: String

  @Option(help: ArgumentHelp("Where the reports are written; nowhere if not given.", valueName: "dir"))
  var reportDir: String?

  @OptionGroup var reports: ReportOptions
  @OptionGroup var announcements: AnnouncementOptions
  @OptionGroup var logs: LogOptions
  @OptionGroup var messages: OutputOptions

  func run() async throws {
    let announcer = Announcer(announcements, policy: policy, sides: (baseline, candidate), reportDirectory: reportDir)
    let publication = try Publication(reports, directory: reportDir, announcer: announcer, messages: messages)
    let result: GateResult
    do {
      result = try await judge()
    } catch {
      await publication.publish(failure: error)
      throw error
    }
    try await publication.publish(result)
  }

  private func judge() async throws -> GateResult {
    let policy = try Policy.load(policy, knownMetrics: MetricCatalog.all.map(\.name))
    let (old, new) = try await logs.read(baseline, candidate)
    for note in old.notes + new.notes { GateEnvironment.process(messages).warn(note) }
    let comparison = try Comparison.compare(old, new, settings: policy.comparisonSettings, notable: policy.notablePairs)
    return policy.judge(comparison, today: CalendarDate(unixTime: Int(Date().timeIntervalSince1970)))
  }
}

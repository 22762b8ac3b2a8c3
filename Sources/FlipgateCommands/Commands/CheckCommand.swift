// `flipgate check`: two records or logs, or a saved comparison, held against a policy; no model needed.

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
    commandName: "check", abstract: "Judge two run records, or a saved comparison, by a policy, without any model.",
    discussion: """
      A comparison that flipgate compare --output wrote is judged as its two records are. It holds the texts of the negative flips, and with \
      compare --policy those of every item that the policy shows.

      EXAMPLE:
        $ flipgate check --policy policy.yaml --baseline current.jsonl --candidate next.jsonl --report csv=items.csv
      """)

  @Argument(help: ArgumentHelp("A saved comparison, instead of --baseline and --candidate.", valueName: "comparison"))
  var comparison: String?

  @Option(help: ArgumentHelp("The policy.", valueName: "file"))
  var policy: String

  @Option(help: ArgumentHelp("The baseline's run record or log.", valueName: "record"))
  var baseline: String?

  @Option(help: ArgumentHelp("The candidate's run record or log.", valueName: "record"))
  var candidate: String?

  @Option(help: ArgumentHelp("Where the reports are written; nowhere if not given.", valueName: "dir"))
  var reportDir: String?

  @OptionGroup var reports: ReportOptions
  @OptionGroup var announcements: AnnouncementOptions
  @OptionGroup var noise: NoiseOptions
  @OptionGroup var logs: LogOptions
  @OptionGroup var messages: OutputOptions

  func validate() throws {
    switch (comparison, baseline, candidate) {
    case (_?, nil, nil), (nil, _?, _?): break
    case (nil, _, _): throw ValidationError("give --baseline and --candidate, or a saved comparison")
    default: throw ValidationError("a saved comparison holds both sides: leave out --baseline and --candidate")
    }
    if comparison != nil, !noise.noise.isEmpty {
      throw ValidationError("a saved comparison holds the noise that it was made with: give --noise to flipgate compare")
    }
  }

  func run() async throws {
    let announcer = Announcer(announcements, policy: policy, sides: (baseline ?? comparison ?? "", candidate ?? ""), reportDirectory: reportDir)
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
    let sides = try await sides()
    for note in sides.baseline.notes + sides.candidate.notes { GateEnvironment.process(messages).warn(note) }
    let comparison = try Comparison.compare(sides, settings: policy.comparisonSettings, notable: policy.notablePairs)
    return policy.judge(comparison, today: CalendarDate(unixTime: Int(Date().timeIntervalSince1970)))
  }

  private func sides() async throws -> SavedComparison {
    if let comparison { return try SavedComparison.read(comparison) }
    let (old, new) = try await logs.read(baseline ?? "", candidate ?? "")
    return SavedComparison(baseline: old, candidate: new, noise: try noise.floor(old, new, format: logs.format.format))
  }
}

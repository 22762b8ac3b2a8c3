// `flipgate deliver`: the messages of a saved result, or those that did not arrive, once more.

internal import ArgumentParser
internal import Delivery
internal import Documents
internal import Foundation
internal import Metrics
internal import Policies

struct DeliverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliver", abstract: "Send a saved result's messages, or those that did not arrive, once more.",
    discussion: """
      Messages go where the policy's notify says; addresses and secrets are in the environment. What does not arrive is kept in the folder \
      deliveries beside the result, and sent again with the same id by --retry. Exit status: 0 all arrived, 4 not all did.

      EXAMPLE:
        $ flipgate deliver flipgate-report/result.json --policy policy.yaml --dry-run
        $ flipgate deliver --retry flipgate-report
      """)

  @Argument(help: ArgumentHelp("The result.", valueName: "result"))
  var result: String?

  @Option(help: ArgumentHelp("The policy whose notify says who is told.", valueName: "file"))
  var policy: String?

  @Option(help: ArgumentHelp("Send what is kept in this report folder.", valueName: "dir"))
  var retry: String?

  @Flag(help: "Print the messages instead of sending them; secrets are shown by their variables' names.")
  var dryRun = false

  @Option(help: ArgumentHelp("The link in messages, in place of the policy's report_url.", valueName: "url"))
  var reportURL: ReportAddress?

  @OptionGroup var messages: OutputOptions

  func validate() throws {
    switch (result, policy, retry) {
    case (_?, _?, nil): break
    case (nil, nil, _?):
      if reportURL != nil { throw ValidationError("messages that are kept have their links already: leave out --report-url") }
    default: throw ValidationError("give a result and --policy, or --retry with a report folder")
    }
  }

  func run() async throws {
    let spool: Spool
    let notices: [Notice]
    var isWhole = true
    if let retry {
      spool = Spool(reportDirectory: retry)
      (notices, isWhole) = try kept(in: spool)
    } else {
      let path = result ?? ""
      spool = Spool(reportDirectory: Files.parent(of: path))
      let policy = try Policy.load(policy ?? "", knownMetrics: MetricCatalog.all.map(\.name))
      var random = SystemRandomNumberGenerator()
      notices = Notice.due(
        .judged(try GateResult.read(path)), by: policy.notifications, created: Int(Date().timeIntervalSince1970), link: reportURL?.text,
        random: { random.next() })
    }
    let failures = await Announcer.deliver(notices, isDryRun: dryRun, spool: spool)
    if !messages.quiet, !dryRun {
      let all = notices.count == 1 ? "1 message" : "\(notices.count) messages"
      Console.output(notices.isEmpty ? "no message to send" : failures.isEmpty ? "\(all) sent" : "\(notices.count - failures.count) of \(all) sent")
    }
    if !isWhole || !failures.isEmpty { throw CommandExit(status: .failure) }
  }

  /// The messages that wait, and whether all could be read; what can't is said, and the others are sent.
  private func kept(in spool: Spool) throws -> ([Notice], isWhole: Bool) {
    var notices: [Notice] = []
    var isWhole = true
    for path in try spool.waiting() {
      do { notices.append(try Spool.read(path)) } catch {
        Console.error(explanation(of: error))
        isWhole = false
      }
    }
    return (notices, isWhole)
  }
}

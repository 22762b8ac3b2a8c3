// Whether a policy's messages are sent, and what link they carry.

internal import ArgumentParser
internal import Documents
internal import Policies

/// Where the whole report can be read.
struct ReportAddress: ExpressibleByArgument {
  var text: String

  init?(argument: String) {
    guard Notification.isReportAddress(argument) else { return nil }
    text = argument
  }
}

/// Options of commands that come to a verdict.
struct AnnouncementOptions: ParsableArguments {
  @Flag(name: .customLong("no-notify"), help: "Send none of the messages that the policy's notify asks for.")
  var noNotify = false

  @Flag(name: .customLong("dry-run-notify"), help: "Print the messages instead of sending them; secrets are shown by their variables' names.")
  var dryRunNotify = false

  @Option(help: ArgumentHelp("The link in messages, such as this job's page; in place of the policy's report_url.", valueName: "url"))
  var reportURL: ReportAddress?

  func validate() throws {
    if noNotify, dryRunNotify { throw ValidationError("--no-notify sends nothing and --dry-run-notify prints what would be sent: give one of them") }
  }
}

// A result to the people who wait for it: files, the summary on the terminal, the exit status.

internal import Delivery
internal import Documents
internal import Policies
internal import Reports

enum Publication {
  /// Writes all reports, prints the summary and ends the command with the verdict's status.
  ///
  /// A report that can't be written never changes the verdict; it is said, and the other reports are written.
  static func publish(_ result: GateResult, reportDirectory: String?, messages: OutputOptions) throws -> Never {
    if let reportDirectory {
      for report in Reports.all {
        let path = Files.path(report.fileName, relativeTo: reportDirectory)
        do { try Files.write(try report.render(result), to: path) } catch { Console.error(explanation(of: error)) }
      }
    }
    if !messages.quiet { Console.output(TerminalSummary.render(result, width: Console.width, color: Console.usesColor)) }
    throw CommandExit(status: result.exitStatus)
  }
}

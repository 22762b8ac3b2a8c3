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
    var failures: [DeliveryFailure] = []
    if let reportDirectory {
      let deliveries = Reports.all.map { report in
        Delivery(report, to: FileSink(path: Files.path(report.fileName, relativeTo: reportDirectory), isRequired: true))
      }
      failures = deliveries.publish(result)
    }
    for failure in failures { Console.error("\(failure)") }
    if !messages.quiet { Console.output(TerminalSummary(width: Console.width, color: Console.usesColor).render(result)) }
    throw CommandExit(status: result.exitStatus(after: failures))
  }

  /// Leaves a JUnit report of a run without a result, and takes away the result of an earlier run: nobody may take it for this one's.
  static func publish(failure error: any Error, reportDirectory: String) {
    for report in Reports.all { Files.remove(Files.path(report.fileName, relativeTo: reportDirectory)) }
    let path = Files.path(JUnitReport().fileName, relativeTo: reportDirectory)
    do { try Files.write(try JUnitReport.render(failedRun: explanation(of: error)), to: path) } catch { Console.error(explanation(of: error)) }
  }
}

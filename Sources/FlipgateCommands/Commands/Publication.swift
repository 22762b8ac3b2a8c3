// A result to the people who wait for it: files, the summary on the terminal, CI's own channels, the exit status.

internal import Delivery
internal import Documents
internal import Policies
internal import Reports

/// Where the reports of one run go.
struct Publication {
  private let options: ReportOptions
  private let isQuiet: Bool
  private let junit: JUnitReport
  /// Report and path, each path once.
  private let files: [(report: any Report, path: String)]
  private let announcer: Announcer
  /// The report that takes the summary's place.
  private let printed: (any Report)?

  /// - Throws: `ValidationError` where a report has neither a file nor a folder to go to.
  init(_ options: ReportOptions, directory: String?, announcer: Announcer, messages: OutputOptions) throws {
    self.options = options
    self.announcer = announcer
    isQuiet = messages.quiet
    junit = JUnitReport(dialect: options.junitDialect)
    var files: [(report: any Report, path: String)] = []
    func add(_ report: any Report, at path: String) {
      files.removeAll { $0.path == path }
      files.append((options.adapted(report), path))
    }
    if let directory {
      for report in Reports.standard { add(report, at: Files.path(report.fileName, relativeTo: directory)) }
    }
    for argument in options.reports where argument.path != "-" {
      guard let path = argument.path ?? directory.map({ Files.path(argument.report.fileName, relativeTo: $0) }) else {
        throw ReportPlaceError(format: argument.report.name, fileName: argument.report.fileName)
      }
      add(argument.report, at: path)
    }
    self.files = files
    printed = options.reports.first { $0.path == "-" }.map { options.adapted($0.report) }
  }

  /// Writes all reports, prints the summary, tells whom the policy names, and ends the command with the verdict's status.
  ///
  /// A projection that can't be written never changes the verdict: it is said in one line, and the other reports are written. The evidence
  /// itself, `result.json`, is required: without it a verdict can't be looked into.
  func publish(_ result: GateResult) async throws -> Never {
    var deliveries = files.map { report, path in Delivery(report, to: FileSink(path: path, isRequired: report is JSONReport)) }
    if let printed { deliveries.append(Delivery(printed, to: StandardOutputSink(isRequired: true))) }
    let failures = deliveries.publish(result)
    for failure in failures { Console.error(Self.line(failure)) }
    if !isQuiet, printed == nil { Console.output(options.display.summary.render(result)) }
    if options.github {
      let written = files.filter { file in !failures.contains { $0.sink == file.path } }
      GitHubChannels.process.publish(result, files: written.map { ($0.report.name, $0.path) })
    }
    let hasMissed = await announcer.announce(.judged(result))
    throw CommandExit(status: hasMissed ? .failure : result.exitStatus(after: failures))
  }

  /// Leaves a JUnit report of a run without a result, and takes away the reports of an earlier run: nobody may take them for this one's.
  func publish(failure error: any Error) async {
    let explanation = explanation(of: error)
    for (report, path) in files {
      Files.remove(path)
      guard report is JUnitReport else { continue }
      do { try Files.write(try junit.render(failedRun: explanation), to: path) } catch { Console.error(Documents.explanation(of: error)) }
    }
    if options.github { GitHubChannels.process.publish(failure: explanation, status: ExitStatus(of: error)) }
    await announcer.announce(failure: explanation)
  }

  /// A failure with its causes in one line.
  private static func line(_ failure: any Error) -> String {
    explanation(of: failure).split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
  }
}

/// A report that was asked for without a place to go to.
struct ReportPlaceError: Diagnostic {
  var format: String
  var fileName: String

  var description: String {
    "--report \(format) has no place to go to: name its file (--report \(format)=\(fileName)), or give a folder with --report-dir"
  }
}

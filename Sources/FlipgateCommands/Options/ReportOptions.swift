// Which reports a gate's result becomes, and where they go.

public import ArgumentParser
internal import Documents
public import Reports

extension JUnitDialect: ExpressibleByArgument {}

/// `FORMAT` or `FORMAT=FILE`; `-` for the file is standard output.
struct ReportArgument: ExpressibleByArgument {
  var report: any Report
  /// nil for the format's own name in the report folder.
  var path: String?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, let report = Reports.named(name) else { return nil }
    self.report = report
    path = parts.count > 1 ? parts[1] : nil
    if path?.isEmpty == true { return nil }
  }
}

/// Options of commands that come to a verdict.
struct ReportOptions: ParsableArguments {
  @Option(
    name: .customLong("report"), parsing: .singleValue,
    help: ArgumentHelp(
      "One more report, as often as wanted: \(Reports.names).",
      discussion: """
        Without a file it goes to the report folder; with - for the file to standard output, in place of the summary.
        """, valueName: "format[=file]"))
  var reports: [ReportArgument] = []

  @Option(help: ArgumentHelp("JUnit's dialect: jenkins, strict (Ant's schema) or rich (files and properties).", valueName: "name"))
  var junitDialect: JUnitDialect = .jenkins

  @Flag(
    help: ArgumentHelp(
      "Speak to GitHub Actions.",
      discussion: "Annotations on standard output, Markdown to the step's summary, verdict, counts and paths to its outputs."))
  var github = false

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    if reports.count(where: { $0.path == "-" }) > 1 { throw ValidationError("only one report can go to standard output") }
    if github, reports.contains(where: { $0.path == "-" }) {
      throw ValidationError("--github writes annotations to standard output, where another report would get between them")
    }
  }

  /// A report in the dialect that was asked for.
  func adapted(_ report: any Report) -> any Report { report is JUnitReport ? JUnitReport(dialect: junitDialect) : report }
}

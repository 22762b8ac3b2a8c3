// `flipgate report`: a saved result in another format.

internal import ArgumentParser
internal import Delivery
internal import Documents
internal import Foundation
internal import Policies
internal import Reports

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Render a saved result.json in another format.",
    discussion: """
      A report is a function of the result alone: the same result gives the same bytes, now or in a year. On a terminal, text is coloured \
      and as wide as the terminal.

      EXAMPLE:
        $ flipgate report flipgate-report/result.json --format markdown --output summary.md
      """)

  @Argument(help: ArgumentHelp("The result.", valueName: "result"))
  var result: String

  @Option(help: ArgumentHelp("\(Reports.names).", valueName: "name"))
  var format: String = "text"

  @Option(name: [.long, .short], help: ArgumentHelp("Write to a file, not to standard output.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("JUnit's dialect: jenkins, strict (Ant's schema) or rich (files and properties).", valueName: "name"))
  var junitDialect: JUnitDialect = .jenkins

  @OptionGroup var display: DisplayOptions
  @OptionGroup var messages: OutputOptions

  func validate() throws {
    if Reports.named(format) != nil { return }
    let nearest = nearestName(to: format, among: Reports.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
    throw ValidationError("there is no format \(quoted(format)); known are \(Reports.names)\(nearest)")
  }

  func run() async throws {
    guard let named = Reports.named(format) else { return }
    let report: any Report = named is JUnitReport ? JUnitReport(dialect: junitDialect) : named
    let saved = try GateResult.read(result)
    if let output {
      try Files.write(try report.render(saved), to: output)
    } else if report is TextReport {
      try StandardOutputSink().deliver(Array((display.summary.render(saved) + "\n").utf8))
    } else {
      try StandardOutputSink().deliver(try report.render(saved))
    }
  }
}

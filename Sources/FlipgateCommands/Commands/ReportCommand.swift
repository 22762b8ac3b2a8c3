// `flipgate report`: a saved result in another format.

internal import ArgumentParser
internal import Documents
internal import Foundation
internal import Policies
internal import Reports

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "report", abstract: "Render a saved result.json in another format.")

  @Argument(help: ArgumentHelp("The result.", valueName: "result"))
  var result: String

  @Option(help: ArgumentHelp("\(Reports.all.map(\.name).joined(separator: ", ")), or text for the terminal's summary.", valueName: "name"))
  var format: String = "text"

  @Option(name: [.long, .short], help: ArgumentHelp("Write to a file, not to standard output.", valueName: "file"))
  var output: String?

  @OptionGroup var messages: OutputOptions

  func run() async throws {
    let saved = try GateResult.read(result)
    let bytes: [UInt8]
    if format == "text" {
      bytes = Array((TerminalSummary(width: Console.width, color: output == nil && Console.usesColor).render(saved) + "\n").utf8)
    } else if let report = Reports.named(format) {
      bytes = try report.render(saved)
    } else {
      let known = Reports.all.map(\.name) + ["text"]
      let nearest = nearestName(to: format, among: known).map { "; did you mean \($0)?" } ?? ""
      throw ValidationError("there is no format \(quoted(format)); known are \(known.joined(separator: ", "))\(nearest)")
    }
    if let output { try Files.write(bytes, to: output) } else { try FileHandle.standardOutput.write(contentsOf: Data(bytes)) }
  }
}

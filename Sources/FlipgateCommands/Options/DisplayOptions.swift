// How a summary is shown: coloured or not, and how wide.

internal import ArgumentParser
internal import Foundation
internal import Reports

/// Whether text is coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto
  case always
  case never

  /// The choice, or, for `auto`, what the environment asks for: `NO_COLOR` before `CLICOLOR_FORCE` before `CLICOLOR`, else a terminal that is
  /// not dumb is coloured.
  ///
  /// Sources: https://no-color.org and https://bixense.com/clicolors
  func usesColor(isTerminal: Bool, environment: [String: String]) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if !environment["NO_COLOR", default: ""].isEmpty { return false }
    let force = environment["CLICOLOR_FORCE", default: ""]
    if !force.isEmpty, force != "0" { return true }
    return isTerminal && environment["CLICOLOR"] != "0" && environment["TERM"] != "dumb"
  }
}

/// Options of commands that show a gate's result.
struct DisplayOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Colour in the summary: auto, always or never. auto follows NO_COLOR and CLICOLOR_FORCE, and colours terminals.", valueName: "when"))
  var color: ColorChoice = .auto

  /// The summary for standard output.
  var summary: TerminalSummary {
    TerminalSummary(
      width: Console.width,
      color: color.usesColor(isTerminal: Console.outputIsTerminal, environment: ProcessInfo.processInfo.environment))
  }
}

// `flipgate manual`: the manual page, made from the same declarations as the help.

internal import ArgumentParser
internal import Documents

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, to be read with man.",
    discussion: """
      Scripts that complete commands in a shell come from --generate-completion-script bash, zsh or fish.

      EXAMPLE:
        $ flipgate manual > flipgate.1
      """)

  func run() throws {
    let tool = try JSONValue.parse(FlipgateCommand._dumpHelp(), file: "help")
    Console.output(plain: ManualPage.text(of: tool))
  }
}

/// The description of a command line as a page for `man`, in roff's macros.
enum ManualPage {
  static func text(of tool: JSONValue) -> String {
    guard let command = tool["command"] else { return "" }
    let name = command["commandName"]?.string ?? ""
    var lines = [
      ".TH \(escaped(name.uppercased())) 1 \"\" \"\(escaped(FlipgateCommand.configuration.version))\"", ".SH NAME",
      "\(escaped(name)) \\- \(escaped(command["abstract"]?.string ?? ""))", ".SH SYNOPSIS",
      ".B \(escaped(name))", ".I subcommand", "[options]", ".SH DESCRIPTION",
    ]
    lines += paragraphs(command["discussion"]?.string ?? "")
    lines.append(".SH SUBCOMMANDS")
    for subcommand in command["subcommands"]?.array ?? [] { lines += section(subcommand, under: [name], depth: 0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ command: JSONValue, under names: [String], depth: Int) -> [String] {
    let path = names + [command["commandName"]?.string ?? ""]
    if path.last == "help" || depth > 8 { return [] }
    let title = path.map(escaped).joined(separator: " ")
    var lines = [".SS \(title)", escaped(command["abstract"]?.string ?? "")]
    lines += paragraphs(command["discussion"]?.string ?? "")
    for argument in command["arguments"]?.array ?? [] where argument["shouldDisplay"] != false { lines += entry(argument) }
    for inner in command["subcommands"]?.array ?? [] { lines += section(inner, under: path, depth: depth + 1) }
    return lines
  }

  /// An argument: what it is called, and what it means.
  private static func entry(_ argument: JSONValue) -> [String] {
    let names = (argument["names"]?.array ?? []).map { name in
      let dashes = name["kind"] == "long" ? "--" : "-"
      return "\\fB\(escaped(dashes + (name["name"]?.string ?? "")))\\fR"
    }
    let value = argument["kind"] == "flag" ? "" : "\\fI\(escaped(argument["valueName"]?.string ?? "value"))\\fR"
    var text = argument["abstract"]?.string ?? ""
    if let standard = argument["defaultValue"]?.string, argument["kind"] != "flag" { text += " (default: \(standard))" }
    let head = [names.joined(separator: ", "), value].filter { !$0.isEmpty }.joined(separator: " ")
    return [".TP", head, escaped(text)] + (argument["discussion"]?.string.map { [escaped($0)] } ?? [])
  }

  /// Paragraphs, and lines that begin with spaces as they stand.
  private static func paragraphs(_ text: String) -> [String] {
    if text.isEmpty { return [] }
    var lines = [".PP"]
    var isExample = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(" ") != isExample {
        isExample.toggle()
        lines.append(isExample ? ".nf" : ".fi")
      }
      lines.append(line.isEmpty ? ".PP" : escaped(String(line)))
    }
    return lines + (isExample ? [".fi"] : [])
  }

  /// A text without requests and escapes: a backslash, a hyphen that is to be copied, and a dot or quote at the start of a line.
  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\n", with: " ")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
  }
}

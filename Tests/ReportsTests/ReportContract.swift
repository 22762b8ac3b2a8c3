// What every report promises. A new format passes it by standing in the catalogue: the tests go through all of it.

import Documents
import Foundation
import Policies
import Testing

@testable import Reports

enum ReportContract {
  /// Checks a report on one result: the same bytes each time, fresh or read back; well-formed; nothing in it acts.
  static func check(_ report: any Report, on result: GateResult, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
    let bytes = try report.render(result)
    #expect(try report.render(result) == bytes, "\(report.name): the same result gives the same bytes", sourceLocation: sourceLocation)
    let saved = try GateResult(json: try JSONValue.parse(JSONReport().render(result), file: "r"), file: "r")
    #expect(try report.render(saved) == bytes, "\(report.name): a result that was read back gives the same bytes", sourceLocation: sourceLocation)
    let text = try #require(String(validating: bytes, as: UTF8.self), "\(report.name) is UTF-8", sourceLocation: sourceLocation)
    for fault in faults(text, of: report) + (try formFaults(bytes, text, of: report)) {
      Issue.record("\(report.name): \(fault)", sourceLocation: sourceLocation)
    }
  }

  /// Whether a character steers a terminal, hides, or turns the order of others; line breaks and tabs do not.
  static func acts(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 ? scalar != "\n" && scalar != "\t" : scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
    case .format: return scalar.value != 0x200C && scalar.value != 0x200D
    default: return false
    }
  }

  /// What would act on a screen or in a CI log.
  private static func faults(_ text: String, of report: any Report) -> [String] {
    var faults: [String] = []
    let lineEnds = report.mediaType == "text/csv" ? text.replacing("\r\n", with: "\n") : text
    if let scalar = lineEnds.unicodeScalars.first(where: acts) { faults.append("holds \(scalar.escaped(asASCII: true))") }
    for line in lineEnds.utf8.split(separator: UInt8(ascii: "\n")) {
      let line = Substring(line)
      let start = line.unicodeScalars.drop { $0.properties.isWhitespace }
      let isOurs = report is GitHubReport && ["::error title=", "::warning title=", "::notice title="].contains { line.hasPrefix($0) }
      if start.starts(with: "::".unicodeScalars), !isOurs { faults.append("a line begins with a command: \(quoted(String(start.prefix(40))))") }
      if holdsOldCommand(line) { faults.append("a line holds a command: \(quoted(line))") }
    }
    return faults
  }

  /// `##`, letters, `[`.
  private static func holdsOldCommand(_ line: Substring) -> Bool {
    var hashes = 0
    var isName = false
    for byte in line.utf8 {
      if byte == UInt8(ascii: "#") {
        hashes += 1
        isName = hashes >= 2 || isName && hashes >= 2
      } else if byte == UInt8(ascii: "["), isName {
        return true
      } else {
        hashes = 0
        isName = isName && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      }
    }
    return false
  }

  private static func formFaults(_ bytes: [UInt8], _ text: String, of report: any Report) throws -> [String] {
    switch report.mediaType {
    case "application/json", "application/vnd.in-toto+json":
      _ = try JSONValue.parse(bytes, file: report.fileName)
      return []
    case "application/xml": return XMLElement.parse(bytes) == nil ? ["is not well-formed"] : []
    case "text/csv": return CSVRows.faults(text)
    case "application/openmetrics-text": return OpenMetricsText.faults(text)
    case "text/markdown": return MarkdownForm.faults(text)
    case "text/html": return ["<script>alert", "onerror=alert(1)>", "<img src=x"].filter { text.contains($0) }
    default: return []
    }
  }
}

/// RFC 4180, read strictly.
enum CSVRows {
  static func parse(_ text: String) -> [[String]]? {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      if scalars[index] == "\"" {
        index += 1
        // To the quote that is not doubled.
        while index < scalars.count, scalars[index] != "\"" || (index + 1 < scalars.count && scalars[index + 1] == "\"") {
          cell.append(scalars[index])
          index += scalars[index] == "\"" ? 2 : 1
        }
        guard index < scalars.count else { return nil }
        index += 1
      } else {
        while index < scalars.count, scalars[index] != ",", scalars[index] != "\r" {
          if scalars[index] == "\"" || scalars[index] == "\n" { return nil }
          cell.append(scalars[index])
          index += 1
        }
      }
      row.append(String(cell))
      cell = String.UnicodeScalarView()
      guard index < scalars.count else { return nil }
      if scalars[index] == "," {
        index += 1
      } else {
        guard scalars[index] == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" else { return nil }
        index += 2
        rows.append(row)
        row = []
      }
    }
    return rows
  }

  static func faults(_ text: String) -> [String] {
    guard let rows = parse(text), let header = rows.first else { return ["is not CSV"] }
    var faults = rows.filter { $0.count != header.count }.prefix(1).map { "a row has \($0.count) cells, the header \(header.count)" }
    for cell in rows.joined() where Double(cell) == nil {
      let first = cell.unicodeScalars.first { !$0.properties.isWhitespace }
      if let first, "=+-@＝＋－＠".unicodeScalars.contains(first) { faults.append("a formula: \(quoted(cell))") }
    }
    return faults
  }
}

/// The part of OpenMetrics 1.0's grammar that gauges take.
enum OpenMetricsText {
  static func faults(_ text: String) -> [String] {
    var faults: [String] = []
    guard text.hasSuffix("# EOF\n") else { return ["does not end with # EOF"] }
    var family = ""
    var series: Set<Substring> = []
    var families: Set<String> = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2) {
      if line.hasPrefix("# ") {
        let words = line.split(separator: " ", maxSplits: 3)
        guard words.count == 4, ["HELP", "TYPE", "UNIT"].contains(words[1]) else { return ["\(quoted(line)) is no metadata"] }
        if words[1] == "HELP" {
          family = String(words[2])
          if !families.insert(family).inserted { faults.append("\(family) is there twice") }
        }
        if words[1] == "TYPE", words[3] != "gauge" { faults.append("\(quoted(line)) is no gauge") }
        if words[1] == "UNIT", !family.hasSuffix("_" + words[3]) { faults.append("\(family) does not end with its unit") }
        if words[2] != family { faults.append("\(quoted(line)) is about another family") }
      } else {
        guard let match = line.wholeMatch(of: /([a-z_]+)\{(?:[a-z_0-9]+="(?:[^"\\\n]|\\[\\"n])*",?)+\} (\S+)/), Double(match.2) != nil else {
          return ["\(quoted(line)) is no sample"]
        }
        if match.1 != family { faults.append("\(quoted(line)) is not of \(family)") }
        if !series.insert(line.dropLast(match.2.count)).inserted { faults.append("\(quoted(line)) is there twice") }
      }
    }
    return faults
  }
}

/// What a reader of CommonMark would take for markup, outside of code.
enum MarkdownForm {
  static let tags = ["<details><summary>", "</summary>", "</details>", MarkdownReport.commentMarker]

  static func faults(_ text: String) -> [String] {
    var faults: [String] = []
    var fence: String?
    var cells = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let open = fence {
        if line.hasPrefix(open), line.dropFirst(open.count).allSatisfy({ $0 == "`" || $0 == " " }) { fence = nil }
        continue
      }
      if line.hasPrefix("```") {
        fence = String(line.prefix { $0 == "`" })
        continue
      }
      guard var rest = withoutSpans(line) else {
        faults.append("a code span does not end: \(quoted(line))")
        continue
      }
      for tag in tags { rest = rest.replacing(tag, with: "") }
      rest = rest.replacing(/<code>[^<]*<\/code>/, with: "")
      if rest.contains(/[<>@\[\]\\$#]|https?:|www\.|GH-/.ignoresCase()), !rest.hasPrefix("#"), !rest.contains("\\_") {
        faults.append("markup outside of code: \(quoted(line))")
      }
      let bars = rest.count { $0 == "|" }
      // The cells of a table's rows are those of its first.
      if bars == 0 { cells = 0 } else if cells == 0 { cells = bars } else if bars != cells { faults.append("a row has other cells: \(quoted(line))") }
      if bars > 0, !rest.hasPrefix("|") { faults.append("| outside of a table: \(quoted(line))") }
    }
    if fence != nil { faults.append("a code block does not end") }
    return faults
  }

  /// The line without its code spans; nil where one does not end.
  private static func withoutSpans(_ line: String) -> String? {
    var rest = line[...]
    var result = ""
    while let start = rest.firstIndex(of: "`") {
      result += rest[..<start]
      let run = rest[start...].prefix { $0 == "`" }
      rest = rest[run.endIndex...]
      var search = rest
      var end: Substring?
      while let next = search.firstIndex(of: "`") {
        let closing = search[next...].prefix { $0 == "`" }
        search = search[closing.endIndex...]
        if closing.count == run.count {
          end = search
          break
        }
      }
      guard let end else { return nil }
      result += "¤"
      rest = end
    }
    return result + rest
  }
}

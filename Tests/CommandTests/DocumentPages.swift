// The pages of docs/ and the README, in the parts that tests hold against the program.

import Documents
import Foundation

struct DocumentPage {
  /// Relative to the repository.
  var path: String
  var text: String

  static func read(_ path: String) throws -> DocumentPage {
    DocumentPage(path: path, text: try Files.readText(Program.repository + "/" + path))
  }

  /// README.md, CONTRIBUTING.md and every page under docs/.
  static func all() throws -> [DocumentPage] {
    let files = FileManager.default.enumerator(atPath: Program.repository + "/docs")?.compactMap { $0 as? String } ?? []
    return try (["README.md", "CONTRIBUTING.md"] + files.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }).map(read)
  }

  /// A fenced block: its language and its text.
  var blocks: [(language: String, text: String)] {
    var found: [(String, String)] = []
    var open: (language: String, lines: [Substring])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open {
          found.append((block.language, block.lines.joined(separator: "\n")))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return found
  }

  /// Targets of links that are not addresses on the web, without what follows a `#`.
  var links: [String] {
    text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }.filter { !$0.contains("://") && !$0.hasPrefix("#") }
      .map { String($0.prefix { $0 != "#" }) }
  }
}

/// A command of the program: its name, and the names of its options.
struct CommandUse {
  var command: String
  var options: [String]

  /// The commands in a text, be it a shell script or the YAML around one: from `flipgate NAME` to where the command ends.
  static func all(in text: String) -> [CommandUse] {
    let joined = text.replacing(/\\\n\s*/, with: " ")
    var lines = joined.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var uses: [CommandUse] = []
    let command = /(?:flipgate|"\$FLIPGATE") (run|check|evaluate|compare|merge|report|validate|plan|inspect|probe|tokenize)\b(.*)/
    while let line = lines.popFirst() {
      for match in line.matches(of: command) {
        var rest = String(match.output.2)
        // A folded scalar goes on in lines that begin with an option.
        while let next = lines.first, next.trimmingCharacters(in: .whitespaces).hasPrefix("--") {
          rest += " " + next
          lines.removeFirst()
        }
        rest = String(rest.prefix { $0 != "`" && $0 != "#" })
        let options = rest.matches(of: /(?:^|\s)--([a-z][a-z-]*)/).map { String($0.output.1) }
        uses.append(CommandUse(command: String(match.output.1), options: options))
      }
    }
    return uses
  }
}

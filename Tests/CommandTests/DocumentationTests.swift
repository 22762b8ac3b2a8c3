// What the documents say is so: links lead somewhere, commands run, options and messages exist, keys are all there.

import Documents
import Foundation
import Testing

@Suite(.serialized) struct DocumentationTests {
  @Test func everyLinkLeadsToAFile() throws {
    let pages = try DocumentPage.all()
    #expect(pages.count > 12)
    for page in pages {
      for link in page.links {
        let path = URL(filePath: Program.repository + "/" + page.path).deletingLastPathComponent().appending(path: link).standardized.path
        #expect(Files.exists(path), "\(page.path) links to \(link)")
      }
    }
  }

  /// The blocks of a page, one after the other, in a folder that looks like a clone. A block that ends with another status than 0 says so.
  @Test(arguments: ["docs/tutorial.md", "docs/commands.md"]) func everyCommandRuns(path: String) throws {
    let folder = try TemporaryFolder()
    for name in ["fixtures", "policies"] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: Program.repository + "/" + name)
    }
    let programs = URL(filePath: Program.path).deletingLastPathComponent().path
    let environment = [
      "PATH": programs + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""), "XDG_CACHE_HOME": folder.path("cache"),
    ]
    var ran = 0
    var last = ""
    for block in try DocumentPage.read(path).blocks {
      if block.language == "text", block.text.wholeMatch(of: /(?:PASSED|FAILED|UNDECIDED|WARNED) .*/) != nil {
        #expect(last.contains(block.text), "\(path) shows \(block.text)")
      }
      guard block.language == "sh" else { continue }
      let expected = block.text.firstMatch(of: /# exits with ([0-9])/).flatMap { Int32($0.output.1) } ?? 0
      let run = try Program.run(["--version"], folder: folder.path, environment: environment, shell: "set -e\n" + block.text + "\nexit 0;")
      #expect(run.status == expected, "\(path): \(block.text)\n\(run.output)\(run.errors)")
      last = run.output
      ran += 1
    }
    #expect(ran > 5)
  }

  /// Every option in an example exists.
  @Test func everyOptionExists() throws {
    var known: [String: Set<String>] = [:]
    var count = 0
    let examples = try FileManager.default.contentsOfDirectory(atPath: Program.repository + "/docs/ci").sorted()
    var texts = try examples.map { ("docs/ci/" + $0, try Files.readText(Program.repository + "/docs/ci/" + $0)) }
    texts += try DocumentPage.all().flatMap { page in page.blocks.filter { ["sh", "text"].contains($0.language) }.map { (page.path, $0.text) } }
    for (path, text) in texts {
      for use in CommandUse.all(in: text) {
        if known[use.command] == nil {
          let dump = try JSONValue.parse(Program.run([use.command, "--experimental-dump-help"]).output)
          let names = (dump["command"]?["arguments"]?.array ?? []).flatMap { $0["names"]?.array ?? [] }
          known[use.command] = Set(names.compactMap { $0["name"]?.string })
        }
        for option in use.options { #expect(known[use.command]?.contains(option) == true, "\(path): flipgate \(use.command) --\(option)") }
        count += 1
      }
    }
    #expect(count > 30)
  }

  @Test func everyPolicyIsValid() throws {
    let folder = try TemporaryFolder()
    var count = 0
    for page in try DocumentPage.all() {
      for block in page.blocks where block.language == "yaml" && block.text.contains("kind: Policy") {
        let run = try Program.run(["validate", folder.write(block.text + "\n", to: "policy.yaml")])
        #expect(run.status == 0, "\(page.path): \(run.output)\(run.errors)")
        count += 1
      }
    }
    #expect(count > 1)
  }

  /// What docs/troubleshooting.md quotes stands in the sources or in the action's scripts.
  @Test func everyMessageExists() throws {
    var sources = ""
    for folder in ["Sources", "scripts"] {
      let files = FileManager.default.enumerator(atPath: Program.repository + "/" + folder)?.compactMap { $0 as? String } ?? []
      for file in files where file.hasSuffix(".swift") || file.hasSuffix(".sh") {
        sources += try Files.readText("\(Program.repository)/\(folder)/\(file)")
      }
    }
    // A sentence may be written in pieces: "a " \n + "b", or with a line of a long literal ending in a backslash.
    sources = sources.replacing(/"\s*\n\s*\+ "/, with: "").replacing(/\\\n\s*/, with: "")
    let quoted = try DocumentPage.read("docs/troubleshooting.md").text.matches(of: /\*\*`([^`]+)`\*\*/).map { String($0.output.1) }
    #expect(quoted.count > 30)
    for message in quoted {
      for piece in message.split(separator: "…").map({ $0.trimmingCharacters(in: .whitespaces) }) where piece.count > 3 {
        #expect(sources.contains(piece), "\(message): \(piece)")
      }
    }
  }

  /// docs/policy.md ends with every key of the schema; with FLIPGATE_UPDATE_DOCS=1 the test writes that part anew.
  @Test func everyPolicyKeyIsDocumented() throws {
    let path = Program.repository + "/docs/policy.md"
    let page = try Files.readText(path)
    let heading = "## Every key\n\n"
    let hand = try #require(page.range(of: heading))
    let schema = try JSONValue.parse(Files.readText(Program.repository + "/policies/schema/policy.v1.schema.json"))
    let text = page[..<hand.upperBound] + PolicyKeyTable.text(schema)
    if ProcessInfo.processInfo.environment["FLIPGATE_UPDATE_DOCS"] == "1" { try Files.write(String(text), to: path) }
    let isUpToDate = try Files.readText(path) == String(text)
    #expect(isUpToDate, "docs/policy.md is stale: run FLIPGATE_UPDATE_DOCS=1 swift test --filter everyPolicyKeyIsDocumented")
  }

  /// docs/formats.md names every key of the first levels that a real run writes.
  @Test func everyKeyOfTheFilesIsDocumented() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run([
      "run", "--policy", Program.fixture("quickstart.yaml"), "--baseline", Program.fixture("models/baseline"), "--candidate",
      Program.fixture("models/candidate"), "--no-cache", "--no-progress", "--limit", "100", "--report-dir", folder.path("r"),
    ])
    #expect(run.status <= 1, "\(run.errors)")
    let page = try Files.readText(Program.repository + "/docs/formats.md")
    let lines = try Files.readText(folder.path("r/baseline.jsonl")).split(separator: "\n")
    let result = try JSONValue.parse(Files.readText(folder.path("r/result.json")))
    let values = try [lines.first, lines.dropFirst().first, lines.last].compactMap { try $0.map { try JSONValue.parse(String($0)) } } + [result]
    for key in values.flatMap({ $0.members?.map(\.key) ?? [] }) { #expect(page.contains("`\(key)`"), "docs/formats.md lacks \(key)") }
    for key in result["budgets"]?.array?.first?.members?.map(\.key) ?? [] { #expect(page.contains("`\(key)`"), "formats.md: budgets' \(key)") }
  }
}

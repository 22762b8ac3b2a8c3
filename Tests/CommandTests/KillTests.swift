// An evaluation that is killed outright, at one moment or another, goes on with --resume and ends as if nothing had been.

import Documents
import Foundation
import Records
import Testing

@Suite(.serialized) struct KillTests {
  enum Kind: String, CaseIterable { case choices, written }

  /// A task of `count` short questions; written answers are read by two pipelines, so that an item has two lines.
  private func task(_ kind: Kind, _ count: Int, in folder: TemporaryFolder) throws -> String {
    let colours = ["red", "blue", "green", "yellow"]
    let documents = (0..<count).map { number in
      let colour = colours[number % 4]
      return
        #"{"context": "Zoë's box number \#(number) has a \#(colour) cup. The cup is", "choices": ["red.", "blue.", "green."], "word": "\#(colour)"}"#
    }
    try folder.write(documents.map { $0 + "\n" }.joined(), to: "made.jsonl")
    let asked =
      switch kind {
      case .choices:
        """
        output_type: multiple_choice
        doc_to_choice: choices
        doc_to_target: 0
        metric_list: [{metric: acc}, {metric: acc_norm}]
        """
      case .written:
        """
        output_type: generate_until
        doc_to_target: word
        generation_kwargs: {until: ["\\n"], max_gen_toks: 8}
        filter_list:
          - {name: whole, filter: [{function: take_first}]}
          - {name: word, filter: [{function: regex, regex_pattern: "([a-z]+)"}, {function: take_first}]}
        metric_list: [{metric: exact_match}]
        """
      }
    return try folder.write(
      """
      task: made
      dataset_path: json
      dataset_kwargs: {data_files: {test: made.jsonl}}
      test_split: test
      doc_to_text: context
      \(asked)
      """, to: "made.yaml")
  }

  private func arguments(_ task: String, to path: String, _ more: [String] = [], cache: [String] = ["--no-cache"]) -> [String] {
    ["evaluate", "--model", Program.fixture("models/baseline"), "--tasks", task, "--output", path, "--no-progress", "--threads", "1"] + cache + more
  }

  /// A record's lines without the first, which has the time, and the last, which has the usage.
  private func outcomes(_ path: String) throws -> [Substring] {
    Array(try Files.readText(path).split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast(2))
  }

  private func expectSame(_ path: String, _ other: String) throws {
    #expect(try outcomes(path) == outcomes(other))
    var (a, b) = (try RecordReader.read(path), try RecordReader.read(other))
    a.header.created = ""
    b.header.created = ""
    #expect(a.header == b.header && a.isComplete && b.isComplete)
    #expect(!Files.exists(RecordJournal.partPath(of: path)))
  }

  @Test(arguments: Kind.allCases)
  func theLastRunWritesTheWholeRecord(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let task = try task(kind, 1500, in: folder)
    let (path, part) = (folder.path("a.jsonl"), folder.path("a.jsonl.part"))
    var kills = 0
    // Bytes in the unfinished record: at its first line, after some items, after many.
    for size in [1, 8_000, 40_000, 150_000] {
      let child = try Program.start(arguments(task, to: path, ["--resume"]), streams: folder)
      let deadline = Date().addingTimeInterval(60)
      while (Files.size(part) ?? 0) < size, child.isRunning, Date() < deadline { usleep(200) }
      kill(child.processIdentifier, SIGKILL)
      child.waitUntilExit()
      if child.terminationReason == .uncaughtSignal { kills += 1 }
      #expect(!Files.exists(path) || child.terminationReason == .exit)
    }
    #expect(kills >= 2)
    let resumed = try Program.run(arguments(task, to: path, ["--resume"]))
    #expect(resumed.status == 0, "\(resumed.errors)")
    let whole = try Program.run(arguments(task, to: folder.path("b.jsonl")))
    #expect(whole.status == 0, "\(whole.errors)")
    #expect((try RecordReader.read(path).usage?.itemsFromCache ?? 0) > 0, "what was computed before is not computed again")
    try expectSame(path, folder.path("b.jsonl"))
  }

  /// The moments that are hard to hit: a write that was torn anywhere, and a death between the record's renaming and the journal's removal.
  @Test(arguments: Kind.allCases)
  func anyTornJournalIsTakenUp(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let task = try task(kind, 12, in: folder)
    #expect(try Program.run(arguments(task, to: folder.path("whole.jsonl"))).status == 0)
    let bytes = try Files.read(folder.path("whole.jsonl"))
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let journal = bytes.prefix(bytes.count - (lines[lines.count - 2].count + 1))
    let header = lines[0].count + 1
    // Nothing, half a header, a header, and then places within and between lines.
    for length in [0, header / 2, header - 1, header] + stride(from: header + 1, to: journal.count, by: journal.count / 7) + [journal.count] {
      try Files.write(Array(journal.prefix(length)), to: folder.path("a.jsonl.part"))
      let resumed = try Program.run(arguments(task, to: folder.path("a.jsonl"), ["--resume"]))
      #expect(resumed.status == 0, "cut at \(length): \(resumed.errors)")
      try expectSame(folder.path("a.jsonl"), folder.path("whole.jsonl"))
      Files.remove(folder.path("a.jsonl"))
    }
    try Files.write(bytes, to: folder.path("a.jsonl"))
    try Files.write(Array(journal), to: folder.path("a.jsonl.part"))
    #expect(try Program.run(arguments(task, to: folder.path("a.jsonl"), ["--resume"])).status == 0)
    try expectSame(folder.path("a.jsonl"), folder.path("whole.jsonl"))
  }

  /// The cache of a killed run serves the next one, and a line that was torn is computed again.
  @Test func aKilledRunLeavesItsCache() throws {
    let folder = try TemporaryFolder()
    let task = try task(.written, 1500, in: folder)
    let cache = ["--cache-dir", folder.path("cache")]
    let child = try Program.start(arguments(task, to: folder.path("a.jsonl"), cache: cache), streams: folder)
    let deadline = Date().addingTimeInterval(60)
    while (Files.size(folder.path("a.jsonl.part")) ?? 0) < 20_000, child.isRunning, Date() < deadline { usleep(200) }
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    let name = try #require(try Files.list(folder.path("cache/outcomes")).first)
    let cached = try Files.read(folder.path("cache/outcomes/\(name)"))
    try Files.write(cached.dropLast(3), to: folder.path("cache/outcomes/\(name)"))
    let second = try Program.run(arguments(task, to: folder.path("b.jsonl"), cache: cache))
    #expect(second.status == 0 && second.errors.contains("damaged"), "\(second.errors)")
    #expect((try RecordReader.read(folder.path("b.jsonl")).usage?.itemsFromCache ?? 0) > 0)
    #expect(try Program.run(arguments(task, to: folder.path("c.jsonl"))).status == 0)
    #expect(try outcomes(folder.path("b.jsonl")) == outcomes(folder.path("c.jsonl")))
  }
}

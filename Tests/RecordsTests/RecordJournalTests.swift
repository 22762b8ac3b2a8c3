// A record in the making: nothing computed is lost, and nothing of another run slips in.

import Documents
import Records
import Testing

@Suite struct RecordJournalTests {
  let header = RecordSamples.header(tasks: [RecordSamples.task(items: 4)])
  let outcomes = (0..<4).map { RecordSamples.outcome($0) }

  @Test func beginAppendFinish() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/deep/a.jsonl"
    let journal = try RecordJournal.begin(path, header: header)
    try journal.append([outcomes[3], outcomes[1]])
    try journal.append([])
    #expect(!Files.exists(path))
    let part = try RecordReader.read(RecordJournal.partPath(of: path), allowIncomplete: true)
    #expect(part.outcomes == [outcomes[3], outcomes[1]] && !part.isComplete)
    let record = try journal.finish(outcomes.reversed(), usage: RecordSamples.usage)
    #expect(record.outcomes == outcomes)
    #expect(try RecordReader.read(path) == record)
    #expect(try Files.list(folder.path + "/deep") == ["a.jsonl"])
  }

  @Test func resumeWithoutAFileBegins() throws {
    let folder = try TemporaryFolder()
    let resumed = try RecordJournal.resume(folder.path + "/a.jsonl", header: header)
    #expect(resumed.outcomes.isEmpty)
  }

  /// Killed at any byte of its second item, a run goes on with the first; the journal stays readable through a second interruption.
  @Test func resumeDropsATornLineAndGoesOn() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    let part = RecordJournal.partPath(of: path)
    let journal = try RecordJournal.begin(path, header: header)
    try journal.append([outcomes[0]])
    let whole = Files.size(part) ?? 0
    try journal.append([outcomes[1]])
    let bytes = try Files.read(part)
    for length in [whole, whole + 1, whole + 40, bytes.count - 20] {
      try Files.write(Array(bytes[..<length]), to: part)
      let (resumed, known) = try RecordJournal.resume(path, header: header)
      #expect(known == [outcomes[0]])
      try resumed.append([outcomes[2]])
      #expect(try RecordJournal.resume(path, header: header).outcomes == [outcomes[0], outcomes[2]])
    }
  }

  @Test func aTornHeaderHoldsNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    try Files.write("{\"format\":\"flipg", to: RecordJournal.partPath(of: path))
    #expect(try RecordJournal.resume(path, header: header).outcomes.isEmpty)
    // A whole first line that is no header is another's file: it is not overwritten.
    try Files.write("{\"mine\":1}\n", to: RecordJournal.partPath(of: path))
    #expect(throws: RecordError.self) { try RecordJournal.resume(path, header: header) }
    #expect(try Files.readText(RecordJournal.partPath(of: path)) == "{\"mine\":1}\n")
  }

  @Test func resumeTakesAFinishedRecordToo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    let small = RecordSamples.header(tasks: [RecordSamples.task(items: 2)])
    _ = try RecordJournal.begin(path, header: small).finish(Array(outcomes.prefix(2)), usage: nil)
    // More items than before (a larger --limit) change no outcome.
    let (journal, known) = try RecordJournal.resume(path, header: header)
    #expect(known == Array(outcomes.prefix(2)))
    _ = try journal.finish(outcomes, usage: nil)
    #expect(try RecordReader.read(path).outcomes == outcomes)
  }

  @Test func failedItemsAreTriedAgain() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    try RecordJournal.begin(path, header: header).append([outcomes[0], RecordSamples.failed(1)])
    let (_, known) = try RecordJournal.resume(path, header: header)
    #expect(known == [outcomes[0]])
  }

  @Test func anotherRunIsRefusedWithItsFirstDifference() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    try RecordJournal.begin(path, header: header).append([outcomes[0]])
    let cases: [(String, (inout RecordHeader) -> Void)] = [
      ("model weights", { $0.model.weightsDigest = "sha256:other" }), ("adapter", { $0.model.adapterDigest = "sha256:other" }),
      ("tokenizer", { $0.tokenizerDigest = "sha256:other" }), ("chat template", { $0.chatTemplateDigest = nil }),
      ("precision", { $0.engine.precision = "bf16" }), ("kernels", { $0.engine.kernels = "avx2" }), ("engine", { $0.engine.version = "9" }),
      ("definition of the task hellaswag", { $0.tasks[0].taskDigest = "sha256:other" }),
      ("data of the task hellaswag", { $0.tasks[0].dataDigest = "sha256:other" }), ("list of tasks", { $0.tasks[0].name = "piqa" }),
      ("shard", { $0.shard = .init(index: 1, count: 2) }),
    ]
    for (field, change) in cases {
      var other = header
      change(&other)
      let error = #expect(throws: RecordError.self) { try RecordJournal.resume(path, header: other) }
      guard case .otherRun(field, _, _) = error?.problem else {
        Issue.record("\(field): \(error.map(String.init(describing:)) ?? "no error")")
        continue
      }
    }
    // Another name of the same model, or another time, is the same run.
    var renamed = header
    renamed.model.name = "copy"
    renamed.created = "2027-01-01T00:00:00Z"
    #expect(try RecordJournal.resume(path, header: renamed).outcomes == [outcomes[0]])
  }

  @Test func writersThatCannotWriteSaySo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/taken"
    try Files.makeDirectory(path + "/x")
    let journal = try RecordJournal.begin(path, header: header)
    try journal.append([outcomes[0]])
    #expect(throws: FileError.self) { try journal.finish(outcomes, usage: nil) }
    // What was computed is still there.
    #expect(try RecordReader.read(RecordJournal.partPath(of: path), allowIncomplete: true).outcomes.count == 1)
    let full = try AppendFile(appendingTo: "/dev/full")
    #expect(throws: FileError.self) { try full.append("x") }
  }

  @Test func parallelAppendsKeepLinesWhole() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    let journal = try RecordJournal.begin(path, header: RecordSamples.header(tasks: [RecordSamples.task(items: 400)]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in 0..<8 {
        group.addTask { for index in 0..<50 { try journal.append([RecordSamples.outcome(start * 50 + index)]) } }
      }
      try await group.waitForAll()
    }
    let part = try RecordReader.read(RecordJournal.partPath(of: path), allowIncomplete: true)
    #expect(part.inOrder().outcomes == (0..<400).map { RecordSamples.outcome($0) })
  }
}

// Shards to one record: whole, or an error that names what is missing.

import Documents
import Records
import Testing

@Suite struct RecordMergeTests {
  /// Items 0..<6 of two tasks, dealt round to `count` shards.
  private func shard(_ index: Int, of count: Int, complete: Bool = true) -> (file: String, record: RunRecord) {
    let mine = (0..<6).filter { $0 % count == index - 1 }
    let tasks = ["hellaswag", "piqa"].map { RecordSamples.task($0, items: mine.count) }
    var outcomes = ["hellaswag", "piqa"].flatMap { task in mine.map { RecordSamples.outcome($0, task: task) } }
    if !complete { outcomes.removeLast() }
    var header = RecordSamples.header(tasks: tasks, shard: .init(index: index, count: count))
    header.created = "2026-07-0\(index)T00:00:00Z"
    let usage = RunUsage(peakMemory: 100 * index, seconds: 1, tokensComputed: 10, tokensRequested: 20, itemsFromCache: 1)
    return ("s\(index).jsonl", RunRecord(header: header, outcomes: outcomes, isComplete: complete, usage: usage))
  }

  private func problem(_ records: [(file: String, record: RunRecord)]) -> MergeError.Problem? {
    #expect(throws: MergeError.self) { try RecordMerge.merge(records) }?.problem
  }

  @Test func shardsInAnyOrderGiveTheWhole() throws {
    let merged = try RecordMerge.merge([shard(3, of: 3), shard(1, of: 3), shard(2, of: 3)])
    #expect(merged.outcomes == ["hellaswag", "piqa"].flatMap { task in (0..<6).map { RecordSamples.outcome($0, task: task) } })
    #expect(merged.isComplete && merged.header.shard == nil && merged.header.tasks.map(\.items) == [6, 6])
    #expect(merged.header.created == "2026-07-03T00:00:00Z")
    #expect(merged.usage == RunUsage(peakMemory: 300, seconds: 3, tokensComputed: 30, tokensRequested: 60, itemsFromCache: 3))
    let folder = try TemporaryFolder()
    try RecordWriter.write(merged, to: folder.path + "/all.jsonl")
    #expect(try RecordReader.read(folder.path + "/all.jsonl") == merged)
  }

  @Test func missingShardsAreNamed() {
    #expect(problem([]) == .nothing)
    #expect(problem([shard(2, of: 4)]) == .missingShards([1, 3, 4], count: 4))
    var huge = shard(1, of: 2)
    huge.record.header.shard = .init(index: 1, count: .max)
    #expect(problem([huge]) == .missingShards(Array(2...17), count: .max))
  }

  @Test func anUnfinishedShardIsNamedUnlessAnotherFileFillsIt() throws {
    #expect(
      problem([shard(1, of: 2, complete: false), shard(2, of: 2)])
        == .missingItems(shard: 1, count: 2, task: "piqa", found: 2, said: 3))
    let merged = try RecordMerge.merge([shard(1, of: 2, complete: false), shard(2, of: 2), shard(1, of: 2)])
    #expect(merged.outcomes.count == 12)
    #expect(merged.isComplete)
  }

  @Test func twoFilesMustAgree() {
    var other = shard(1, of: 2)
    other.file = "other.jsonl"
    other.record.outcomes[0].prediction = "Berlin"
    #expect(
      problem([shard(1, of: 2), shard(2, of: 2), other]) == .conflict(task: "hellaswag", item: "sha256:hellaswag-0", firstFile: "s1.jsonl"))
  }

  @Test func onlyShardsOfOneRun() {
    var other = shard(2, of: 2)
    other.record.header.model.weightsDigest = "sha256:other"
    #expect(
      problem([shard(1, of: 2), other])
        == .otherRun(field: "model weights", first: "sha256:weights", second: "sha256:other", firstFile: "s1.jsonl"))
    #expect(problem([shard(1, of: 2), shard(2, of: 3)]) == .otherShardCount(found: 3, expected: 2, firstFile: "s1.jsonl"))
  }

  @Test func aRecordThatIsNoShardIsTheWhole() throws {
    let header = RecordSamples.header(tasks: [RecordSamples.task(items: 1)])
    let record = RunRecord(header: header, outcomes: [RecordSamples.outcome(0)], isComplete: true)
    #expect(try RecordMerge.merge([("a", record), ("b", record)]) == record)
  }

  @Test func usageFromAHostileFileDoesNotTrap() throws {
    var (first, second) = (shard(1, of: 2), shard(2, of: 2))
    first.record.usage?.tokensComputed = .max
    second.record.usage?.tokensComputed = .max
    #expect(try RecordMerge.merge([first, second]).usage?.tokensComputed == .max)
  }
}

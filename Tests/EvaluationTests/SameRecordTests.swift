// The same record however the machine is used: threads, shards, limits, caches; and by chance only as the seed says.

import Documents
import Evaluation
import Foundation
import Records
import Testing

@Suite struct SameRecordTests {
  private static let tasks = ["evaluation/sums_written.yaml", "evaluation/memoirs.yaml", "evaluation/dialogue_summaries.yaml"].map(Lab.fixture)

  /// Answers drawn five times each; the one that comes most often counts, and the first one beside it.
  private func drawn(_ scratch: Scratch) throws -> String {
    try scratch.task(
      "evaluation/sums_written.yaml", as: "drawn.yaml",
      replacing: [
        ("do_sample: false}", "do_sample: true, temperature: 1.5, top_k: 40}\nrepeats: 5"),
        ("task: sums_written", "task: sums_drawn"), ("{function: remove_whitespace}", "{function: majority_vote}"),
      ])
  }

  @Test func threadsAndBatchesChangeNothing() throws {
    let scratch = try Scratch()
    let tasks = Self.tasks + [try drawn(scratch)]
    let one = try Lab.evaluate(tasks, settings: EvaluationSettings(limit: 25, threads: 1))
    for settings in [
      EvaluationSettings(limit: 25, threads: 2), EvaluationSettings(limit: 25, threads: 3, batchTokens: 64),
      EvaluationSettings(limit: 25, threads: 2, sharesPrefixes: false),
    ] {
      #expect(Lab.lines(try Lab.evaluate(tasks, settings: settings)) == Lab.lines(one))
    }
  }

  @Test func shardsAndLimitsArePartsOfTheWhole() throws {
    let whole = try Lab.evaluate(Self.tasks, settings: EvaluationSettings(limit: 13, threads: 2))
    // Two pipelines read 13 sums; there are 6 memoirs; one pipeline reads 13 dialogues.
    #expect(whole.outcomes.count == 13 * 2 + 6 + 13)
    #expect(whole.header.tasks.map(\.items) == [13, 6, 13])
    let parts = try (1...3).map { index in
      let shard = RecordHeader.Shard(index: index, count: 3)
      return ("\(index)", try Lab.evaluate(Self.tasks, settings: EvaluationSettings(limit: 13, shard: shard, threads: 2)))
    }
    let merged = try RecordMerge.merge(parts.map { (file: $0.0, record: $0.1) })
    #expect(Lab.lines(merged) == Lab.lines(whole))
    #expect(merged.header.tasks == whole.header.tasks)
    let less = try Lab.evaluate(Self.tasks, settings: EvaluationSettings(limit: 4, threads: 2))
    #expect(Lab.lines(less) == Lab.lines(whole).enumerated().filter { whole.outcomes[$0.offset].index < 4 }.map(\.element))
  }

  @Test func aCacheChangesNothingAndComputesNothing() throws {
    let scratch = try Scratch()
    let settings = EvaluationSettings(limit: 10, threads: 2)
    let keeping = OutcomeKeeping(store: OutcomeStore(directory: scratch.path))
    let plain = try Lab.evaluate(Self.tasks, settings: settings)
    let filling = try Lab.evaluate(Self.tasks, settings: settings, keeping: keeping)
    let cached = try Lab.evaluate(Self.tasks, settings: settings, keeping: keeping)
    let more = try Lab.evaluate(Self.tasks, settings: EvaluationSettings(limit: 12, threads: 2), keeping: keeping)
    #expect(Lab.lines(filling) == Lab.lines(plain) && Lab.lines(cached) == Lab.lines(plain))
    // An item with several filters has several outcomes, and is one item.
    let items = cached.header.tasks.reduce(0) { $0 + $1.items }
    #expect(filling.usage?.itemsFromCache == 0 && cached.usage?.itemsFromCache == items)
    #expect(cached.usage?.tokensComputed == 0)
    #expect(more.usage?.itemsFromCache == items)
  }

  @Test func chanceIsTheSeeds() throws {
    let scratch = try Scratch()
    let task = try drawn(scratch)
    func outcomes(_ seed: UInt64) throws -> [ItemOutcome] {
      try Lab.evaluate([task], settings: EvaluationSettings(limit: 20, seed: seed, threads: 2)).outcomes
    }
    let first = try outcomes(7)
    #expect(try outcomes(7) == first)
    #expect(try outcomes(8).map(\.outputs) != first.map(\.outputs))
    #expect(first.allSatisfy { $0.outputs?.count == 5 && $0.outputs?.first == $0.output })
    #expect(first.contains { Set($0.outputs ?? []).count > 1 }, "five draws differ")
    // The vote is over what the pattern finds: its last number, of answers without one "[invalid]"; of equals the first.
    for outcome in first where outcome.filter == "flexible" {
      let found = (outcome.outputs ?? []).map { output in
        output.matches(of: /-?[0-9.,]{2,}|-?[0-9]+/).last.map { String($0.output) } ?? "[invalid]"
      }
      let most = found.map { answer in found.count { $0 == answer } }.max()
      #expect(outcome.prediction == found.first { answer in found.count { $0 == answer } == most }, "item \(outcome.index)")
    }
  }

  /// Everything that writes prompts is in the header and in the cache's key.
  @Test func promptsAreInTheKey() throws {
    let scratch = try Scratch()
    let other = scratch.path + "/other"
    try FileManager.default.copyItem(atPath: Lab.fixture("models/baseline"), toPath: other)
    try scratch.write("{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:", to: "other/chat_template.jinja")
    let keeping = OutcomeKeeping(store: OutcomeStore(directory: scratch.path + "/cache"))
    let task = Lab.fixture("evaluation/dialogue_chat.yaml")
    let styles: [(model: String, Prompting)] = [
      (Lab.fixture("models/baseline"), Prompting()),
      (Lab.fixture("models/baseline"), Prompting(systemInstruction: "You are brief.")),
      (Lab.fixture("models/baseline"), Prompting(appliesChatTemplate: true)),
      (Lab.fixture("models/baseline"), Prompting(appliesChatTemplate: true, systemInstruction: "You are brief.")),
      (Lab.fixture("models/baseline"), Prompting(appliesChatTemplate: true, examplesAsTurns: true)),
      (other, Prompting(appliesChatTemplate: true)),
    ]
    var keys: Set<String> = []
    var digests: [String?] = []
    for turn in 0...1 {
      for (model, prompting) in styles {
        let settings = EvaluationSettings(limit: 3, prompting: prompting, threads: 2)
        let record = try Lab.evaluate([task], model: model, settings: settings, keeping: keeping)
        #expect(record.usage?.itemsFromCache == (turn == 0 ? 0 : 3))
        #expect(record.header.prompting.systemInstruction == prompting.systemInstruction)
        #expect(record.header.prompting.examplesAsTurns == prompting.examplesAsTurns)
        keys.insert(OutcomeKey(record.header, task: record.header.tasks[0]).digest)
        if turn == 0 { digests.append(record.header.chatTemplateDigest) }
      }
    }
    #expect(keys.count == styles.count)
    #expect(digests.map { $0 == nil } == [true, true, false, false, false, false])
    #expect(Set(digests.compactMap { $0 }).count == 2, "one template, and another")
  }
}

// The harness's files written from a record: the keys of a real run, its hashes, and what our reader makes of them.

import Documents
import Foundation
import Records
import Testing

@Suite struct LMEvalWriterTests {
  private static let record = RunRecord(
    header: RecordSamples.header(), outcomes: [RecordSamples.outcome(0), RecordSamples.outcome(1, correct: false), RecordSamples.outcome(2)],
    isComplete: true)

  private static func requests(_ outcome: ItemOutcome) -> LMEvalWriter.Requests {
    (outcome.choices ?? []).map { ("Where?", " " + $0.text) }
  }

  @Test func samplesHaveTheKeysOfTheHarness() throws {
    let files = LMEvalWriter.files(Self.record, requests: Self.requests)
    // Of lm_eval 0.4.13's own logs: the keys in their order, then one a metric.
    let keys = [
      "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash", "acc",
      "acc_norm",
    ]
    #expect(files.map(\.name) == ["samples_hellaswag_2026-07-01T12-00-00.000000.jsonl", "results_2026-07-01T12-00-00.000000.json"])
    let lines = String(decoding: files[0].bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    let line = try JSONValue.parse(String(lines[0]))
    #expect(line.members?.map(\.key) == keys)
    #expect(line["resps"] == [[["-1.25", "True"]], [["-2.5", "False"]]])
    #expect(line["arguments"]?["gen_args_1"] == ["arg_0": "Where?", "arg_1": " Rome"])
    // The place of the right choice, and the SHA-256 of that text and of the prompt (python3: hashlib.sha256(b"0").hexdigest()).
    #expect(line["target"] == "0")
    #expect(line["target_hash"]?.string == "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9")
    let results = try JSONValue.parse(String(decoding: files[1].bytes, as: UTF8.self))
    // 2 of 3 right: 2/3, and sqrt((2/9 * 3 / 2) / 3) = 1/3 as its standard error.
    #expect(abs((results["results"]?["hellaswag"]?["acc,none"]?.double ?? 0) - 2.0 / 3) < 1e-15)
    #expect(abs((results["results"]?["hellaswag"]?["acc_stderr,none"]?.double ?? 0) - 1.0 / 3) < 1e-15)
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    for file in LMEvalWriter.files(Self.record, requests: Self.requests) { try Files.write(file.bytes, to: folder.path + "/" + file.name) }
    #expect(try LogFormat.detect(folder.path) == .lmEval)
    let run = try RecordedRun(path: folder.path)
    #expect(run.header.model.name == Self.record.header.model.name)
    #expect(run.header.tasks.map(\.name) == ["hellaswag"])
    #expect(run.outcomes.rows.map(\.isCorrect) == Self.record.outcomes.map(\.isCorrect))
    try ComparedOutcome.recall(Array(run.outcomes.rows))
    #expect(run.outcomes.rows.map(\.outcome.choices?.count) == [2, 2, 2])
    // The likelier choice of each, -1.25 - index/3 against -2.5, as the harness has it: it logs no prediction.
    #expect(run.outcomes.rows.map(\.outcome.prediction) == ["Paris 0", "Paris 1", "Paris 2"])
  }
}

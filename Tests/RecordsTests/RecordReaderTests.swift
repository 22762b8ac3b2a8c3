// Reading records: what was written comes back, and every fault is named with its line and field.

import Documents
import Records
import Testing

@Suite struct RecordRoundTripTests {
  @Test func everythingComesBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/runs/a.jsonl"
    let tasks = [RecordSamples.task(items: 3), RecordSamples.task("piqa", items: 1)]
    let header = RecordSamples.header(tasks: tasks, shard: .init(index: 2, count: 4))
    let outcomes = [
      RecordSamples.outcome(0), RecordSamples.outcome(1, correct: false), RecordSamples.failed(2), RecordSamples.outcome(0, task: "piqa"),
    ]
    let record = RunRecord(header: header, outcomes: outcomes, isComplete: true, usage: RecordSamples.usage)
    try RecordWriter.write(record, to: path)
    #expect(try RecordReader.read(path) == record)
    #expect(RecordReader.isRecord(path))
    #expect(try Files.list(folder.path + "/runs") == ["a.jsonl"])
  }

  @Test func strangeTextAndMissingValuesComeBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    let record = RunRecord(
      header: RecordSamples.header(tasks: [RecordSamples.task(items: 1)]), outcomes: [RecordSamples.strange(0)], isComplete: true)
    try RecordWriter.write(record, to: path)
    #expect(try RecordReader.read(path) == record)
  }

  @Test func linesStandInTaskOrderThenItemOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    let header = RecordSamples.header(tasks: [RecordSamples.task("zeta", items: 2), RecordSamples.task("alpha", items: 2)])
    let shuffled = [("alpha", 1), ("zeta", 10), ("alpha", 0), ("zeta", 2)].map { RecordSamples.outcome($0.1, task: $0.0) }
    try RecordWriter.write(RunRecord(header: header, outcomes: shuffled, isComplete: true), to: path)
    #expect(try RecordReader.read(path).outcomes.map { "\($0.task) \($0.index)" } == ["zeta 2", "zeta 10", "alpha 0", "alpha 1"])
  }

  @Test func numbersThatAreNotFiniteBecomeNull() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    var outcome = RecordSamples.outcome(0)
    outcome.choices?[1].logprob = -.infinity
    outcome.scores[0].value = .nan
    let header = RecordSamples.header(tasks: [RecordSamples.task(items: 1)])
    try RecordWriter.write(RunRecord(header: header, outcomes: [outcome], isComplete: true), to: path)
    let read = try RecordReader.read(path).outcomes[0]
    #expect(read.choices?[1].logprob == -.infinity)
    #expect(read.scores[0] == .init(metric: "acc", value: nil))
    #expect(read.score("acc") == nil)
  }
}

@Suite struct RecordFaultTests {
  static let header = RecordSamples.header(tasks: [RecordSamples.task(items: 2)]).json.serialized()
  static let first = RecordSamples.outcome(0).json.serialized()
  static let second = RecordSamples.outcome(1).json.serialized()
  static let end = #"{"end":true,"items":2}"#

  private func read(_ lines: [String], allowIncomplete: Bool = false, lastBreak: Bool = true) throws -> RunRecord {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    try Files.write(lines.joined(separator: "\n") + (lastBreak ? "\n" : ""), to: path)
    return try RecordReader.read(path, allowIncomplete: allowIncomplete)
  }

  private func fault(_ lines: [String], allowIncomplete: Bool = false, lastBreak: Bool = true) throws -> (RecordError.Problem, Int?) {
    let error = #expect(throws: RecordError.self) { try read(lines, allowIncomplete: allowIncomplete, lastBreak: lastBreak) }
    let found = try #require(error)
    return (found.problem, found.line)
  }

  /// The text with the first place of `field` replaced; nil where it has none.
  private func replaced(_ field: String, by other: String, in text: String) -> String? {
    text.contains(field) ? text.replacing(field, with: other, maxReplacements: 1) : nil
  }

  @Test func whatIsNoRecord() throws {
    #expect(try fault([]).0 == .notARecord(found: "an empty file"))
    #expect(try fault(["hello"]).0 == .notARecord(found: "text that is not JSON"))
    #expect(try fault(["[1]"]).0 == .notARecord(found: "an array"))
    #expect(try fault(["{}"]).0 == .notARecord(found: "an object without \"format\""))
    #expect(try fault([#"{"format":"flipgate.result"}"#]).0 == .notARecord(found: #""format":"flipgate.result""#))
  }

  @Test func newerVersionsAreRefused() throws {
    let newer = Self.header.replacing(#""version":1"#, with: #""version":2"#)
    #expect(try fault([newer, Self.end]).0 == .newerVersion(found: 2, supported: 1))
    let broken = Self.header.replacing(#""version":1"#, with: #""version":"1""#)
    #expect(try fault([broken]).0 == .wrongValue(field: "version", found: "\"1\"", expected: "a whole number of at least 1"))
  }

  @Test func unknownKeysAreIgnored() throws {
    let header = Self.header.replacing("{\"format\"", with: "{\"future\":{\"a\":[1]},\"format\"")
    let item = Self.first.replacing("{\"task\"", with: "{\"future\":null,\"task\"")
    #expect(try read([header, item, Self.second, #"{"end":true,"items":2,"more":1}"#]).outcomes.count == 2)
  }

  /// A header's or an item's field, by its path.
  @Test(arguments: [
    (#""parameters":1234"#, #""parameters":-1"#, "model.parameters"), (#""precision":"f32""#, #""precision":null"#, "engine.precision"),
    (#""higher_is_better":true"#, #""higher_is_better":1"#, "tasks[0].metrics[0].higher_is_better"),
    (#""shard":null"#, #""shard":5"#, "shard"),
    (#""shard":null"#, #""shard":{"index":3,"count":2}"#, "shard.index"), (#""tasks":["#, #""tasks":[5,"#, "tasks[0]"),
    (#""chat_template_sha256":"sha256:template""#, #""chat_template_sha256":5"#, "chat_template_sha256"),
  ])
  func headerFields(field: String, wrong: String, path: String) throws {
    let header = try #require(replaced(field, by: wrong, in: Self.header))
    guard case .wrongValue(path, _, _) = try fault([header, Self.end]).0 else {
      Issue.record("\(try fault([header, Self.end]).0)")
      return
    }
  }

  @Test(arguments: [
    (#""index":1"#, #""index":-1"#, "index"), (#""index":1"#, #""index":1.5"#, "index"),
    (#""logprob":-2.5"#, #""logprob":"-2.5""#, "choices[1].logprob"),
    (#""greedy":false"#, #""greedy":"False""#, "choices[1].greedy"), (#""acc_norm":1.0"#, #""acc_norm":"1.0""#, "scores.acc_norm"),
    (#""language":"fr""#, #""language":5"#, "slices.language"), (#""correct":true"#, #""correct":1"#, "correct"),
    (#""error":null"#, #""error":"bad""#, "error"),
    (#""choices":["#, #""choices":[null,"#, "choices[0]"),
    (#""prompt":61"#, #""prompt":null"#, "tokens.prompt"),
    (#""cluster":null"#, #""cluster":[]"#, "cluster"),
  ])
  func itemFields(field: String, wrong: String, path: String) throws {
    let item = try #require(replaced(field, by: wrong, in: Self.second))
    let (problem, line) = try fault([Self.header, Self.first, item, Self.end])
    guard case .wrongValue(path, _, _) = problem, line == 3 else {
      Issue.record("\(problem) in line \(line ?? 0)")
      return
    }
  }

  @Test func missingFields() throws {
    #expect(try fault([Self.header.replacing(#""created":"2026-07-01T12:00:00Z","#, with: "")]).0 == .missingField("created"))
    #expect(try fault([Self.header, Self.first.replacing(#""prompt":61,"#, with: "")]).0 == .missingField("tokens.prompt"))
    // What may be null may be left out.
    let bare = Self.first.replacing(#""cluster":null,"#, with: "").replacing(#""filter":"none","#, with: "")
    #expect(try read([Self.header, bare, Self.second, Self.end]).outcomes[0] == RecordSamples.outcome(0))
  }

  @Test func itemsMustBelongToTheHeader() throws {
    let stray = RecordSamples.outcome(1, task: "helaswag").json.serialized()
    #expect(try fault([Self.header, Self.first, stray, Self.end]).0 == .unknownTask("helaswag", nearest: "hellaswag"))
    let repeated = RecordError.Problem.repeatedItem(task: "hellaswag", item: "sha256:hellaswag-0")
    #expect(try fault([Self.header, Self.first, Self.first, Self.end]) == (repeated, 3))
    let doubled = RecordSamples.header(tasks: [RecordSamples.task(), RecordSamples.task()]).json.serialized()
    #expect(try fault([doubled]).0 == .repeatedTask("hellaswag"))
  }

  @Test func theEndMustFitTheItems() throws {
    #expect(try fault([Self.header, Self.first, Self.end]) == (.wrongItemCount(found: 1, said: 2), 3))
    #expect(try fault([Self.header, Self.first, #"{"end":true,"items":1}"#]).0 == .wrongTaskCount(task: "hellaswag", found: 1, said: 2))
    #expect(try fault([Self.header, Self.first, Self.second, Self.end, Self.first]) == (.textAfterEnd, 5))
    #expect(throws: RecordError.self) { try read([Self.header, #"{"end":false,"items":0}"#]) }
  }

  @Test func anIncompleteRecordIsReadOnlyWhenAllowed() throws {
    #expect(try fault([Self.header, Self.first]).0 == .incomplete(items: 1))
    let record = try read([Self.header, Self.first], allowIncomplete: true)
    #expect(!record.isComplete && record.outcomes.count == 1)
  }

  /// Cut at every byte, an interrupted record gives the whole lines before the cut, and complains about nothing.
  @Test func tornEndsAreForgivenWhenAllowed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.jsonl"
    let text = Array("\(Self.header)\n\(Self.first)\n\(Self.second)\n\(Self.end)\n".utf8)
    let secondStart = Self.header.utf8.count + Self.first.utf8.count + 2
    for length in stride(from: secondStart, to: text.count, by: 7) {
      try Files.write(Array(text[..<length]), to: path)
      let record = try RecordReader.read(path, allowIncomplete: true)
      let hasSecond = length >= secondStart + Self.second.utf8.count
      #expect(record.outcomes.count == (hasSecond ? 2 : 1), "cut at \(length)")
      if length < text.count - 1 { #expect(throws: (any Error).self) { try RecordReader.read(path) } }
    }
    // A torn line in the middle is no torn end.
    #expect(throws: JSONError.self) { try read([Self.header, "{\"task\":", Self.second], allowIncomplete: true) }
  }

  @Test func aFaultInTheTextHasLineAndColumn() {
    let error = #expect(throws: JSONError.self) { try read([Self.header, Self.first, "{\"task\":NaN}", Self.end]) }
    #expect(error?.location.line == 3 && error?.location.column == 9)
  }

  @Test func sentencesSayWhereAndWhatToDo() throws {
    let error = RecordError(file: "a.jsonl", line: 7, problem: .unknownTask("helaswag", nearest: "hellaswag"))
    #expect(error.description == #"a.jsonl:7: the task "helaswag" is not one of the header's tasks; did you mean "hellaswag"?"#)
    #expect(error.severity == .configuration)
    let incomplete = RecordError(file: "a.jsonl", problem: .incomplete(items: 3))
    #expect(incomplete.description.contains("--resume"))
    #expect(incomplete.severity == .undecided)
  }
}

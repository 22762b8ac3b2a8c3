// What goes wrong in data, templates, models and filters: a clear error or an outcome with a kind, and nothing else is lost.

import Documents
import Foundation
import Records
import Testing

@Suite(.serialized) struct FaultTests {
  private func evaluate(_ task: String, in folder: TemporaryFolder, to name: String = "a.jsonl", model: String? = nil, _ more: [String] = []) throws
    -> ProgramRun
  {
    try Program.run(
      [
        "evaluate", "--model", model ?? Program.fixture("models/baseline"), "--tasks", task, "--output", folder.path(name), "--no-cache",
        "--no-progress",
      ] + more)
  }

  /// A task with written answers.
  private func task(
    _ folder: TemporaryFolder, _ documents: [String], text: String = "{{story}} The cup is", until: String = "\\n", maximum: Int = 8,
    filters: String = "[{name: none, filter: [{function: take_first}]}]"
  ) throws -> String {
    try folder.write(documents.map { $0 + "\n" }.joined(), to: "made.jsonl")
    return try folder.write(
      """
      task: made
      dataset_path: json
      dataset_kwargs: {data_files: {test: made.jsonl}}
      test_split: test
      output_type: generate_until
      doc_to_text: '\(text)'
      doc_to_target: word
      generation_kwargs: {until: ["\(until)"], max_gen_toks: \(maximum)}
      filter_list: \(filters)
      metric_list: [{metric: contains}]
      """, to: "made.yaml")
  }

  private static let documents = ["red", "blue", "green"].map { #"{"story": "Zoe has a \#($0) cup.", "word": "\#($0)"}"# }
  private static let long = #"{"story": "\#(String(repeating: "Zoe has a red cup and a blue map. ", count: 60))", "word": "blue"}"#

  private func outcomes(_ folder: TemporaryFolder, _ name: String = "a.jsonl") throws -> [ItemOutcome] {
    try RecordReader.read(folder.path(name)).outcomes
  }

  /// Faults of the data are found before anything is asked: status 2, the place, and an earlier record stays as it is.
  @Test(arguments: [
    (#"{"story": "cut"#, "made.jsonl:4:"), (#"["no document"]"#, "made.jsonl:4:1"), (#"{"story": "two"} {"story": "three"}"#, "made.jsonl:4:"),
    ("{\"story\": \"a\u{0}b\", \"word\": \"red\"}", "made.jsonl:4:"), (#"{"story": "no word"}"#, "made.jsonl:4:1"),
  ])
  func malformedData(line: String, place: String) throws {
    let folder = try TemporaryFolder()
    #expect(try evaluate(try task(folder, Self.documents), in: folder).status == 0)
    let before = try Files.read(folder.path("a.jsonl"))
    let run = try evaluate(try task(folder, Self.documents + [line] + Self.documents), in: folder)
    #expect(run.status == 2 && run.errors.contains(place), "\(run.errors)")
    #expect(try Files.read(folder.path("a.jsonl")) == before)
    #expect(!Files.exists(folder.path("a.jsonl.part")))
  }

  @Test func textThatIsNotUTF8() throws {
    let folder = try TemporaryFolder()
    let task = try task(folder, Self.documents)
    // A lone 0xE9, é in Latin-1, in the third line's story.
    var bytes = try Files.read(folder.path("made.jsonl"))
    let third = try #require(bytes.lastIndex(of: UInt8(ascii: "Z")))
    bytes[third] = 0xE9
    try Files.write(bytes, to: folder.path("made.jsonl"))
    let run = try evaluate(task, in: folder)
    #expect(run.status == 2 && run.errors.contains("made.jsonl:3:") && run.errors.contains("UTF-8"), "\(run.errors)")
    #expect(!Files.exists(folder.path("a.jsonl")))
  }

  @Test func aTemplateThatFailsOnOneDocument() throws {
    let folder = try TemporaryFolder()
    let documents = Self.documents + [#"{"story": "nothing", "word": "red"}"#]
    let run = try evaluate(try task(folder, documents, text: "{{story.split(\" has \")[1]}}"), in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let outcomes = try outcomes(folder)
    #expect(outcomes.map { $0.error?.kind } == [nil, nil, nil, "document"])
    let message = outcomes[3].error?.message ?? ""
    #expect(message.contains("made.jsonl:4:1") && message.contains("doc_to_text") && message.contains("made.yaml:6"), "\(message)")
    #expect(outcomes[3].isCorrect == nil && outcomes[0].score("contains") != nil)
  }

  /// What fails on every document is wrong with the task.
  @Test func aTemplateThatFailsOnAllDocuments() throws {
    let folder = try TemporaryFolder()
    let run = try evaluate(try task(folder, Self.documents, text: "{{story.split(\" nowhere \")[1]}}"), in: folder)
    #expect(run.status == 2 && run.errors.contains("made.jsonl:1:1") && run.errors.contains("made.yaml:6"), "\(run.errors)")
    #expect(!Files.exists(folder.path("a.jsonl")))
  }

  /// A chat template belongs to the model: where it refuses a prompt, that item is an error, and the others are scored.
  @Test func aChatTemplateThatRefusesOnePrompt() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Program.fixture("models/baseline"), toPath: folder.path("model"))
    try folder.write(
      "{% for m in messages %}{% if 'blue' in m['content'] %}{{ raise_exception('blue is not for me') }}{% endif %}{{ m['content'] }}{% endfor %}",
      to: "model/chat_template.jinja")
    let run = try evaluate(try task(folder, Self.documents), in: folder, model: folder.path("model"), ["--apply-chat-template"])
    #expect(run.status == 0, "\(run.errors)")
    let outcomes = try outcomes(folder)
    #expect(outcomes.map { $0.error?.kind } == [nil, "template", nil])
    #expect(outcomes[1].error?.message.contains("blue is not for me") == true && outcomes[1].isCorrect == nil)
    #expect(outcomes[0].score("contains") != nil && outcomes[2].score("contains") != nil)
  }

  @Test func twoTasksOfOneName() throws {
    let folder = try TemporaryFolder()
    let task = try task(folder, Self.documents)
    try FileManager.default.createDirectory(atPath: folder.path("both"), withIntermediateDirectories: true)
    for name in ["one.yaml", "two.yaml"] {
      try Files.write(try Files.readText(task).replacingOccurrences(of: "made.jsonl", with: "../made.jsonl"), to: folder.path("both/\(name)"))
    }
    for tasks in [[folder.path("both")], [task, folder.path("both/one.yaml")]] {
      let run = try Program.run(
        ["evaluate", "--model", Program.fixture("models/baseline"), "--output", folder.path("a.jsonl"), "--no-cache", "--tasks"] + tasks)
      #expect(run.status == 2 && run.errors.contains("\"made\"") && run.errors.contains("one.yaml"), "\(run.errors)")
    }
    #expect(!Files.exists(folder.path("a.jsonl")))
  }

  /// An answer without its stop string ends at its length, and is scored.
  @Test func aStopStringThatNeverComes() throws {
    let folder = try TemporaryFolder()
    #expect(try evaluate(try task(folder, Self.documents, until: "zzzz", maximum: 2), in: folder).status == 0)
    let outcomes = try outcomes(folder)
    #expect(outcomes.allSatisfy { $0.tokens.output == 2 && $0.error == nil && $0.score("contains") != nil })
  }

  /// Too long for the window, or so long that the answer fills it: errors of the kind `context_overflow`, unless the prompt may be cut.
  @Test func theContextWindowIsFull() throws {
    let folder = try TemporaryFolder()
    // Prompts of all lengths around the window of 256 tokens.
    let documents = (1...70).map { #"{"story": "\#(String(repeating: "Zoe has 3. ", count: $0))", "word": "red"}"# }
    let task = try task(folder, documents, until: "zzzz", maximum: 30)
    let run = try evaluate(task, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let outcomes = try outcomes(folder)
    #expect(outcomes.count == 70)
    let failed = outcomes.filter { $0.error != nil }
    #expect(failed.allSatisfy { $0.error?.kind == "context_overflow" && $0.isCorrect == nil && $0.scores.isEmpty })
    #expect(failed.contains { $0.error?.message.contains("before it ended") == true })
    #expect(failed.contains { $0.error?.message.contains("before it ended") == false })
    #expect(outcomes.allSatisfy { $0.error != nil || $0.tokens.prompt + $0.tokens.output <= 256 })
    #expect(run.output.contains("\(failed.count) with errors"))
    #expect(try evaluate(task, in: folder, to: "b.jsonl", ["--truncation", "left"]).status == 0)
    #expect(try self.outcomes(folder, "b.jsonl").allSatisfy { $0.error == nil && $0.tokens.prompt <= 226 })
  }

  /// A pattern that would search without end stops on that answer; the other pipeline, and answers that it can read, are as ever.
  @Test func aPatternThatRunsAway() throws {
    let folder = try TemporaryFolder()
    let endless = "{name: endless, filter: [{function: regex, regex_pattern: '(?:(?:.|..)*)*#'}, {function: take_first}]}"
    let filters = "[{name: plain, filter: [{function: take_first}]}, \(endless)]"
    let started = Date()
    let run = try evaluate(try task(folder, Self.documents, until: "zzzz", maximum: 60, filters: filters), in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(Date().timeIntervalSince(started) < 60)
    let found = try outcomes(folder).filter { $0.filter == "endless" }
    #expect(found.count == 3 && found.contains { $0.error != nil })
    for outcome in found where outcome.error != nil {
      #expect(outcome.error?.kind == "filter" && outcome.isCorrect == nil && outcome.output?.isEmpty == false)
      #expect(outcome.error?.message.contains("backtracks") == true, "\(outcome.error?.message ?? "")")
    }
    #expect(try outcomes(folder).filter { $0.filter == "plain" }.allSatisfy { $0.error == nil && $0.score("contains") != nil })
  }

  /// Damaged weights: every item is an error, whether it is chosen or written, and none is a wrong answer.
  @Test func logitsThatAreNoNumbers() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Program.fixture("models/baseline"), toPath: folder.path("model"))
    // 0xFF throughout is no number in f32 and in bf16.
    let weights = try Files.read(folder.path("model/model.safetensors"))
    try Files.write(weights.dropLast(64) + Array(repeating: 0xFF, count: 64), to: folder.path("model/model.safetensors"))
    for path in [try task(folder, Self.documents), Program.fixture("tasks/stories.yaml")] {
      let run = try evaluate(path, in: folder, model: folder.path("model"), ["--limit", "3"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try outcomes(folder).map { $0.error?.kind } == ["not_finite", "not_finite", "not_finite"])
    }
  }

  /// Errors and unscored items are budgeted: above the budget nothing is decided.
  @Test(arguments: [("max_error_ratio", "failed with an error"), ("max_unscored_ratio", "could not be scored")])
  func failuresAreBudgeted(key: String, sentence: String) throws {
    let folder = try TemporaryFolder()
    let steps = #"{function: regex, regex_pattern: '([.])'}, {function: map, mapping_dict: {'.': 'yes'}}, {function: take_first}"#
    let filters = "[{name: none, filter: [\(steps)]}]"
    // Three stories, whose endings have a full stop, and one of four that is too long, or asks for a number: that has no stop, and so is no answer.
    let sum = #"{"story": "Question: Zoe has 3 pens and gets 4 more. How many pens does Zoe have?\nAnswer:", "word": "7"}"#
    let isError = key == "max_error_ratio"
    let task = try task(
      folder, Self.documents.map { $0.replacingOccurrences(of: "cup.", with: "cup. The cup is") } + [isError ? Self.long : sum],
      text: "{{story}}", filters: filters)
    for side in ["baseline", "candidate"] {
      #expect(try evaluate(task, in: folder, to: "\(side).jsonl", model: Program.fixture("models/\(side)")).status == 0)
    }
    let sides = try ["baseline", "candidate"].map { try outcomes(folder, "\($0).jsonl") }
    #expect(sides.allSatisfy { $0.count { isError ? $0.error != nil : $0.unscored != nil } == 1 && $0.count == 4 })
    for (ratio, status) in [("0.25", Int32(0)), ("0.24", 3)] {
      let policy = try folder.write(
        """
        apiVersion: flipgate/v1
        kind: Policy
        metadata: {name: test}
        defaults: {min_items: 1, \(key): \(ratio)}
        budgets: [{id: flips, task: made, metric: negative_flips, allowed_count: 4}]
        """, to: "policy.yaml")
      let check = try Program.run(
        [
          "check", "--policy", policy, "--baseline", folder.path("baseline.jsonl"), "--candidate", folder.path("candidate.jsonl"), "--report-dir",
          folder.path("report"),
        ])
      #expect(check.status == status, "\(ratio): \(check.output)\(check.errors)")
      #expect(check.output.contains("1 of 4 items \(sentence)"), "\(check.output)")
    }
  }
}

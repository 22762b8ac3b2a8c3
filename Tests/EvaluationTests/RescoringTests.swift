// Scores again without the model: what a fresh evaluation would say, to the byte.

import Documents
import Evaluation
import Foundation
import Records
import Tasks
import Testing

@Suite struct RescoringTests {
  private static let created = "2026-01-01T00:00:00Z"

  private func rescored(_ record: RunRecord, by task: String) throws -> RunRecord {
    try Rescoring.score(record, path: "old.jsonl", tasks: try TaskCatalog.load([task]), created: Self.created)
  }

  /// A task of the fixtures, and what about it changes.
  static let changes: [(task: String, changes: [(String, String)])] = [
    (
      "evaluation/sums_written.yaml",
      [(#"(\\d*[02468])$"#, #"(\\d*[13579])"#), ("name: strict", "name: odd"), ("ignore_case: true", "ignore_punctuation: true")]
    ),
    (
      "evaluation/sums_written.yaml",
      [("      - {function: remove_whitespace}\n", ""), ("{metric: exact_match", "{metric: contains}\n  - {metric: exact_match")]
    ),
    (
      "evaluation/dialogue_summaries.yaml",
      [
        ("{metric: rouge2}", "{metric: rouge2, stemmer: true}"), ("  - {metric: bleu}\n", ""),
        ("primary_metric: rouge1", "primary_metric: exact_match"),
      ]
    ),
    ("evaluation/memoirs.yaml", [("doc_to_text: \"\"", "doc_to_text: \"\"\nmetric_list: [{metric: bits_per_byte}]")]),
    ("tasks/arithmetic.yaml", [("primary_metric: acc", "primary_metric: acc_norm"), ("{metric: acc,", "{metric: acc_bytes}\n  - {metric: acc,")]),
    ("tasks/arithmetic_greedy.yaml", [("  - {metric: perplexity, aggregation: perplexity, higher_is_better: false}\n", "")]),
  ]

  @Test(arguments: RescoringTests.changes.indices)
  func isAFreshEvaluation(index: Int) throws {
    let scratch = try Scratch()
    let (name, changes) = Self.changes[index]
    let old = try scratch.task(name, as: "old.yaml", replacing: [])
    let new = try scratch.task(name, as: "new.yaml", replacing: changes)
    #expect(try Files.readText(new) != Files.readText(old))
    let settings = EvaluationSettings(limit: 25, threads: 2)
    let record = try Lab.evaluate([old], settings: settings)
    let fresh = try Lab.evaluate([new], settings: settings)
    let again = try rescored(record, by: new)
    #expect(Lab.lines(again) == Lab.lines(fresh))
    #expect(Lab.lines(again) != Lab.lines(record))
    #expect(again.header == fresh.header)
    #expect(again.isComplete && again.usage == record.usage)
  }

  /// A model's errors stay what they are; a filter's are made anew, for they are not the model's.
  @Test func errorsStay() throws {
    let scratch = try Scratch()
    try scratch.write(
      """
      {"text": "Zoe has a red cup.", "word": "red"}
      {"text": "\(String(repeating: "Zoe has a red cup and a blue map. ", count: 60))", "word": "blue"}
      """, to: "made.jsonl")
    func task(_ pattern: String, _ name: String) throws -> String {
      try scratch.write(
        """
        task: made
        dataset_path: json
        dataset_kwargs: {data_files: {test: made.jsonl}}
        test_split: test
        output_type: generate_until
        doc_to_text: "{{text}} The cup is"
        doc_to_target: "{{word}}"
        generation_kwargs: {until: ["."], max_gen_toks: 8}
        filter_list: [{name: word, filter: [{function: regex, group_select: \(pattern)}, {function: take_first}]}]
        metric_list: [{metric: exact_match}]
        """, to: name)
    }
    let failing = try Lab.evaluate([try task("3, regex_pattern: '(.)'", "failing.yaml")])
    // The first answer is too short to have 40 letters; the other prompt is longer than the window.
    let wanting = try Lab.evaluate([try task("40, regex_pattern: '([a-z])'", "wanting.yaml")])
    #expect(failing.outcomes.map { $0.error?.kind } == [nil, "context_overflow"])
    #expect(wanting.outcomes.map { $0.error?.kind } == ["filter", "context_overflow"])
    #expect(wanting.outcomes.first?.error?.message.contains("40") == true)
    let again = try rescored(wanting, by: try task("3, regex_pattern: '(.)'", "again.yaml"))
    #expect(Lab.lines(again) == Lab.lines(failing))
  }

  @Test func missingItemsAndOtherKindsAreErrors() throws {
    let scratch = try Scratch()
    let sums = Lab.fixture("evaluation/sums_written.yaml")
    let record = try Lab.evaluate([sums], settings: EvaluationSettings(limit: 10, threads: 2))

    // Another prompt: with identities by content no item is in the record.
    let byContent = try scratch.task("evaluation/sums_written.yaml", as: "content.yaml", replacing: [("item_id: id, ", "")])
    let other = try scratch.task(
      "evaluation/sums_written.yaml", as: "other.yaml", replacing: [("item_id: id, ", ""), ("Question: {{question}}", "Q: {{question}}")])
    let contents = try Lab.evaluate([byContent], settings: EvaluationSettings(limit: 10, threads: 2))
    #expect(throws: EvaluationError.self) { try rescored(contents, by: other) }
    #expect(throws: EvaluationError.self) { try rescored(record, by: Lab.fixture("evaluation/memoirs.yaml")) }

    // The task now has fewer items than the record: none of the record's is dropped in silence.
    let data = try Files.readText(Lab.fixture("tasks/arithmetic.jsonl")).split(separator: "\n").prefix(5).joined(separator: "\n")
    try scratch.write(data, to: "few.jsonl")
    let few = try scratch.task("evaluation/sums_written.yaml", as: "few.yaml", replacing: [("test: ../tasks/arithmetic.jsonl", "test: few.jsonl")])
    let dropped = #expect(throws: EvaluationError.self) { try rescored(record, by: few) }
    #expect(dropped?.description.contains("5 items of the record") == true, "\(dropped.map(\.description) ?? "")")

    // The same identities and name, but another kind of answer.
    let kinds = try ["tasks/arithmetic.yaml", "tasks/arithmetic_greedy.yaml"].enumerated().map { index, name in
      try scratch.task(
        name, as: "\(index).yaml", replacing: [("task: arithmetic_greedy\n", "task: sums_written\n"), ("task: arithmetic\n", "task: sums_written\n")])
    }
    for kind in kinds {
      let error = #expect(throws: EvaluationError.self) { try rescored(record, by: kind) }
      #expect(error?.description.contains("old.jsonl") == true && error?.description.contains("arithmetic-000") == true)
    }
    // Four choices are no single continuation, and the other way round.
    let choices = try Lab.evaluate([kinds[0]], settings: EvaluationSettings(limit: 5, threads: 2))
    #expect(throws: EvaluationError.self) { try rescored(choices, by: kinds[1]) }
    #expect(throws: EvaluationError.self) { try rescored(choices, by: sums) }
    // A metric that asks more than was asked then.
    let mutual = try scratch.write(
      try Files.readText(kinds[0]).replacingOccurrences(of: "{metric: acc_norm,", with: "{metric: acc_mutual_info,"), to: "mutual.yaml")
    #expect(throws: EvaluationError.self) { try rescored(choices, by: mutual) }
    // Less is no error, and leaves no trace.
    let more = try Lab.evaluate([mutual], settings: EvaluationSettings(limit: 5, threads: 2))
    #expect(Lab.lines(try rescored(more, by: kinds[0])) == Lab.lines(choices))
  }
}

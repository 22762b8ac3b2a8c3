// ARC (Clark et al. 2018, arXiv 1803.05457) and OpenBookQA (Mihaylov et al. 2018, arXiv 1809.02789): science questions with choices.

internal import Documents
internal import Templates

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/arc`).
  static let arcEasy = arc("arc_easy", subset: "ARC-Easy")
  /// As lm-evaluation-harness has it (`lm_eval/tasks/arc`).
  static let arcChallenge = arc("arc_challenge", subset: "ARC-Challenge")

  private static func arc(_ name: String, subset: String) -> BuiltInTask {
    BuiltInTask(
      name: name,
      definition: """
        task: \(name)
        tag: ai2_arc
        dataset_path: allenai/ai2_arc
        output_type: multiple_choice
        training_split: train
        validation_split: validation
        test_split: test
        doc_to_text: "Question: {{question}}\\nAnswer:"
        doc_to_target: "{{choices.label.index(answerKey)}}"
        doc_to_choice: "{{choices.text}}"
        metric_list:
          - {metric: acc, aggregation: mean, higher_is_better: true}
          - {metric: acc_norm, aggregation: mean, higher_is_better: true}
        metadata:
          version: 1.0
        """,
      origin: "\(subset)-Test.jsonl of the ARC corpus, or the test split of the data set allenai/ai2_arc (\(subset)) as JSON Lines",
      prepare: { data, _ in try ScienceQuestion.prepare(data, stem: "question") })
  }

  /// As lm-evaluation-harness has it (`lm_eval/tasks/openbookqa`).
  static let openBookQA = BuiltInTask(
    name: "openbookqa",
    definition: """
      task: openbookqa
      dataset_path: allenai/openbookqa
      output_type: multiple_choice
      training_split: train
      validation_split: validation
      test_split: test
      doc_to_text: question_stem
      doc_to_target: "{{choices.label.index(answerKey.lstrip())}}"
      doc_to_choice: "{{choices.text}}"
      metric_list:
        - {metric: acc, aggregation: mean, higher_is_better: true}
        - {metric: acc_norm, aggregation: mean, higher_is_better: true}
      metadata:
        version: 1.0
      """,
    origin: "test.jsonl of OpenBookQA-V1-Sep2018 (Data/Main), or the test split of the data set allenai/openbookqa as JSON Lines",
    prepare: { data, _ in try ScienceQuestion.prepare(data, stem: "question_stem") })
}

/// The original files of both keep stem and choices inside of `question`; the data sets beside each other.
enum ScienceQuestion {
  static func prepare(_ data: TaskDocuments, stem: String) throws -> TaskDocuments {
    var prepared = data
    prepared.documents = try data.documents.map { document in
      let question = TaskDocument(value: document.value["question"] ?? .null, location: document.location)
      let text: String
      var choices: [(text: String, label: String)] = []
      if question.value.object != nil {
        text = try question.text("stem")
        for choice in question.value["choices"]?.array ?? [] {
          let choice = TaskDocument(value: choice, location: document.location)
          choices.append((try choice.text("text"), try choice.text("label")))
        }
      } else {
        text = try document.text(stem)
        let both = TaskDocument(value: document.value["choices"] ?? .null, location: document.location)
        choices = zip(try both.texts("text"), try both.texts("label")).map { ($0, $1) }
      }
      return TaskDocument(
        value: [
          stem: .string(text),
          "choices": ["text": .array(choices.map { .string($0.text) }), "label": .array(choices.map { .string($0.label) })],
          "answerKey": .string(try document.text("answerKey")),
        ], location: document.location)
    }
    return prepared
  }
}

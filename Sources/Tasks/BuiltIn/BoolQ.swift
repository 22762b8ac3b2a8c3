// BoolQ (Clark et al. 2019, arXiv 1905.10044): yes or no, by a passage.

internal import Documents

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/super_glue/boolq`).
  static let boolQ = BuiltInTask(
    name: "boolq",
    definition: """
      task: boolq
      tag: super-glue-lm-eval-v1
      dataset_path: aps/super_glue
      output_type: multiple_choice
      training_split: train
      validation_split: validation
      doc_to_text: "{{passage}}\\nQuestion: {{question}}?\\nAnswer:"
      doc_to_target: label
      doc_to_choice: ["no", "yes"]
      metric_list:
        - metric: acc
      metadata:
        version: 2.0
      """,
    origin: "dev.jsonl of BoolQ, val.jsonl of SuperGLUE's BoolQ, or the validation split of the data set aps/super_glue (boolq) as JSON Lines",
    prepare: { data, _ in
      var prepared = data
      prepared.documents = try data.documents.map { document in
        // The original file has `answer`, SuperGLUE `label`, as true and false.
        let label = document.value["label"]?.wholeNumber ?? document.value["answer"]?.wholeNumber
        return TaskDocument(
          value: [
            "passage": .string(try document.text("passage")), "question": .string(try document.text("question")),
            "label": .integer(try label ?? document.index("label")),
          ], location: document.location)
      }
      return prepared
    })
}

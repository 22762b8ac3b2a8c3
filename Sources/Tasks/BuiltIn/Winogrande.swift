// WinoGrande (Sakaguchi et al. 2019, arXiv 1907.10641): which of two names fits the blank? The choices stand in the prompt.

internal import Documents
internal import Templates

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/winogrande`, partial evaluation).
  static let winogrande = BuiltInTask(
    name: "winogrande",
    definition: """
      task: winogrande
      dataset_path: allenai/winogrande
      output_type: multiple_choice
      training_split: train
      validation_split: validation
      doc_to_text: label
      doc_to_target: ending
      doc_to_choice: beginnings
      metric_list:
        - {metric: acc, aggregation: mean, higher_is_better: true}
      metadata:
        version: 1.0
      """,
    origin: "dev.jsonl of winogrande_1.1, or the validation split of the data set allenai/winogrande (winogrande_xl) as JSON Lines",
    prepare: { data, _ in
      var prepared = data
      prepared.documents = try data.documents.map(Winogrande.document)
      return prepared
    })
}

enum Winogrande {
  /// The sentence up to the blank with each option in it, what follows the blank, and which option is right.
  static func document(_ document: TaskDocument) throws -> TaskDocument {
    let sentence = Array(try document.text("sentence").unicodeScalars)
    guard let blank = sentence.firstIndex(of: "_") else {
      throw DataError(location: document.location, problem: .document("the field \"sentence\" has no blank \"_\""))
    }
    func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }
    let beginning = text(sentence[..<blank])
    let answer = try document.text("answer")
    guard answer == "1" || answer == "2" else {
      throw DataError(
        location: document.location,
        problem: .document("the field \"answer\" is \(quoted(answer)), expected \"1\" or \"2\" (test splits without labels can't be scored)"))
    }
    return TaskDocument(
      value: [
        "label": .integer(answer == "1" ? 0 : 1),
        "beginnings": [.string(beginning + (try document.text("option1"))), .string(beginning + (try document.text("option2")))],
        "ending": .string(PythonText.strip(text(sentence[(blank + 1)...]))),
      ], location: document.location)
  }
}

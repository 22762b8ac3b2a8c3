// HellaSwag (Zellers et al. 2019, arXiv 1905.07830): which ending continues the scene?

internal import Documents
internal import Templates

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/hellaswag`).
  static let hellaSwag = BuiltInTask(
    name: "hellaswag",
    definition: """
      task: hellaswag
      tag: multiple_choice
      dataset_path: Rowan/hellaswag
      output_type: multiple_choice
      training_split: train
      validation_split: validation
      doc_to_text: "{{query}}"
      doc_to_target: gold
      doc_to_choice: choices
      metric_list:
        - metric: acc
          aggregation: mean
          higher_is_better: true
        - metric: acc_norm
          aggregation: mean
          higher_is_better: true
      metadata:
        version: 1.0
      """,
    origin: "hellaswag_val.jsonl of github.com/rowanz/hellaswag, or the validation split of the data set Rowan/hellaswag as JSON Lines",
    prepare: { data, _ in
      var prepared = data
      prepared.documents = try data.documents.map(HellaSwag.document)
      return prepared
    })
}

enum HellaSwag {
  /// Query, choices and gold, from the original fields or from a file that has them already.
  static func document(_ document: TaskDocument) throws -> TaskDocument {
    let query: String
    let choices: [String]
    let gold: Int
    if document.value["query"] != nil, document.value["ctx_a"] == nil {
      query = try document.text("query")
      choices = try document.texts("choices")
      gold = try document.index("gold")
    } else {
      let context = try document.text("ctx_a") + " " + PythonText.capitalize(document.text("ctx_b"))
      query = cleaned(try document.text("activity_label") + ": " + context)
      choices = try document.texts("endings").map(cleaned)
      gold = try document.index("label")
    }
    return TaskDocument(
      value: ["query": .string(query), "choices": .array(choices.map { .string($0) }), "gold": .integer(gold)], location: document.location)
  }

  /// As `preprocess` of the harness: WikiHow's brackets go.
  static func cleaned(_ text: String) -> String {
    let stripped = PythonText.replace(PythonText.strip(text), " [title]", with: ". ")
    return PythonText.replace(withoutBrackets(stripped), "  ", with: " ")
  }

  /// As `re.sub("\\[.*?\\]", "", text)`: each `[` with the nearest `]` behind it on the same line.
  private static func withoutBrackets(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "[")) else { return text }
    var kept: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "[") {
        let end = bytes[index...].firstIndex { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "\n") }
        if let end, bytes[end] == UInt8(ascii: "]") {
          index = end + 1
          continue
        }
      }
      kept.append(bytes[index])
      index += 1
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

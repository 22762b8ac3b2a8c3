// PIQA (Bisk et al. 2020, arXiv 1911.11641): which of two solutions reaches a physical goal?

internal import Documents

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/piqa`).
  static let piqa = BuiltInTask(
    name: "piqa",
    definition: """
      task: piqa
      dataset_path: baber/piqa
      output_type: multiple_choice
      training_split: train
      validation_split: validation
      doc_to_text: "Question: {{goal}}\\nAnswer:"
      doc_to_target: label
      doc_to_choice: "{{[sol1, sol2]}}"
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
    origin:
      "valid.jsonl with valid-labels.lst beside it, of github.com/ybisk/ybisk.github.io (piqa/data), or the validation split of the data set "
      + "baber/piqa as JSON Lines",
    prepare: { try PIQA.prepare($0, path: $1) })
}

enum PIQA {
  /// Goal, solutions and label; labels may stand in a file beside the data, `valid-labels.lst` for `valid.jsonl`.
  static func prepare(_ data: TaskDocuments, path: String) throws -> TaskDocuments {
    var prepared = data
    var labels: [Int]?
    if let first = data.documents.first, first.value["label"] == nil {
      let labelsPath = Self.labelsPath(path)
      guard Files.exists(labelsPath) else {
        throw DataError(
          location: first.location,
          problem: .document("the document has no field \"label\", and there is no file \(labelsPath) with the labels beside the data"))
      }
      let bytes = try Files.read(labelsPath)
      prepared.digests.append(DataFile.digest(of: bytes))
      labels = try read(bytes, file: labelsPath, count: data.documents.count)
    }
    prepared.documents = try data.documents.enumerated().map { place, document in
      let label = try labels.map { $0[place] } ?? document.index("label")
      return TaskDocument(
        value: [
          "goal": .string(try document.text("goal")), "sol1": .string(try document.text("sol1")),
          "sol2": .string(try document.text("sol2")),
          "label": .integer(label),
        ], location: document.location)
    }
    return prepared
  }

  private static func labelsPath(_ path: String) -> String {
    var stem = path
    for suffix in [".gz", ".jsonl", ".json"] where stem.hasSuffix(suffix) { stem.removeLast(suffix.count) }
    return stem + "-labels.lst"
  }

  private static func read(_ bytes: [UInt8], file: String, count: Int) throws -> [Int] {
    var labels: [Int] = []
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      let text = line.last == 0x0D ? line.dropLast() : line
      guard text.elementsEqual([0x30]) || text.elementsEqual([0x31]) else {
        throw DataError(location: SourceLocation(file: file, line: index + 1, column: 1), problem: .document("a label must be 0 or 1"))
      }
      labels.append(text.first == 0x31 ? 1 : 0)
    }
    guard labels.count == count else {
      throw DataError(
        location: SourceLocation(file: file, line: labels.count + 1, column: 1),
        problem: .document("there are \(labels.count) labels for \(count) documents; the two files do not belong together"))
    }
    return labels
  }
}

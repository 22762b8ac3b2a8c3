// Description, examples and question to the context that a model is given.

internal import Documents
internal import Templates

/// Makes contexts as lm-evaluation-harness 0.4.13 does (`ConfigurableTask.fewshot_context` and `build_qa_turn`).
struct PromptBuilder {
  let definition: TaskDefinition
  let fields: Set<String>
  /// The examples to draw from, and what each looks like once it was needed.
  private let pool: [TaskDocument]
  private var examples: [String?]
  private var sampler: ExampleSampler

  init(_ definition: TaskDefinition, fields: Set<String>, pool: [TaskDocument]) {
    self.definition = definition
    self.fields = fields
    self.pool = pool
    examples = Array(repeating: nil, count: pool.count)
    sampler = ExampleSampler(definition.fewShot)
  }

  /// The context of a document; documents must be asked in the order of the data, since each draws its examples from one generator.
  mutating func context(_ document: TaskDocument) throws -> String {
    var context = ""
    if let description = definition.description {
      context = try description.ownText(document)
    }
    if definition.fewShot.count > 0 {
      for index in try sampler.choose(from: pool, for: document, excludingIt: definition.excludesDocument) { context += try example(index) }
    }
    let question = try text(definition.turn, document)
    guard let prefix = try definition.turn.prefix?.text(document, fields), !prefix.isEmpty else { return context + question }
    return context + question + (Self.touch(question, prefix) ? definition.turn.targetDelimiter : "") + prefix
  }

  private func text(_ turn: TaskDefinition.Turn, _ document: TaskDocument) throws -> String {
    if fields.contains(turn.text.source) {
      if document.value[turn.text.source]?.integer != nil, turn.choices != nil {
        throw DocumentError(location: document.location, key: turn.text.key, problem: .multipleInputs)
      }
      return try turn.text.text(document, fields)
    }
    let text = try turn.text.rendered(document)
    if turn.choices != nil, PythonText.isDigits(text) {
      throw DocumentError(location: document.location, key: turn.text.key, problem: .multipleInputs)
    }
    return text
  }

  /// An example with its answer and the delimiter behind it.
  private mutating func example(_ index: Int) throws -> String {
    if let text = examples[index] { return text }
    let document = pool[index]
    let turn = definition.fewShot.turn
    var text = try self.text(turn, document)
    let prefix = try turn.prefix?.ownText(document) ?? ""
    let answer = try answer(turn, document)
    if prefix.isEmpty {
      if let answer { text += turn.targetDelimiter + answer + definition.fewShot.delimiter }
    } else {
      text += (Self.touch(text, prefix) ? turn.targetDelimiter : "") + prefix
      if let answer { text += (Self.touch(prefix, answer) ? " " : "") + answer + definition.fewShot.delimiter }
    }
    examples[index] = text
    return text
  }

  /// The right answer of an example; nil where it is an empty text, which the harness takes for none.
  private func answer(_ turn: TaskDefinition.Turn, _ document: TaskDocument) throws -> String? {
    func fail(_ problem: DocumentError.Problem) -> DocumentError {
      DocumentError(location: document.location, key: "doc_to_target", problem: problem)
    }
    switch try turn.target.answer(document, fields, hasChoices: definition.turn.choices != nil) {
    case .text(let text): return text.isEmpty ? nil : text
    case .list(let values):
      guard let first = values.first else { throw fail(.noGold) }
      guard let text = first.string else { throw fail(.exampleWithSeveralAnswers) }
      return text
    case .index(let index):
      guard let choices = try turn.choices?.choices(document, fields) else { throw fail(.indexWithoutChoices) }
      guard choices.indices.contains(index) else { throw fail(.goldOutOfRange(index, choices: choices.count)) }
      return choices[index]
    }
  }

  /// Whether two texts would touch without white space between them (`requires_delimiter`).
  static func touch(_ before: String, _ after: String) -> Bool {
    guard let last = before.unicodeScalars.last, let first = after.unicodeScalars.first else { return false }
    return !PythonText.isSpace(last) && !PythonText.isSpace(first)
  }
}

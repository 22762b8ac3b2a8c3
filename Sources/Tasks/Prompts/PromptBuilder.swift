// Description, examples and question to the prompts that a model is given.

internal import Documents
internal import Templates

/// Makes prompts as lm-evaluation-harness 0.4.13 does (`ConfigurableTask.fewshot_context` and `build_qa_turn`).
struct PromptBuilder {
  let definition: TaskDefinition
  let fields: Set<String>
  /// Whether the choices stand in the prompt: the question is an index (as in Winogrande). The first document decides, as in the harness.
  let hasSeveralInputs: Bool
  /// The examples to draw from, and what each looks like once it was needed.
  private let pool: [TaskDocument]
  private var examples: [[Prompt.Turn]?]
  private var sampler: ExampleSampler

  init(_ definition: TaskDefinition, fields: Set<String>, pool: [TaskDocument], first: TaskDocument?) throws {
    self.definition = definition
    self.fields = fields
    self.pool = pool
    examples = Array(repeating: nil, count: pool.count)
    sampler = ExampleSampler(definition.fewShot)
    let hasChoices = definition.turn.choices != nil
    if let first, hasChoices, case .index = try definition.turn.text.asked(first, fields, hasChoices: true) {
      hasSeveralInputs = true
    } else {
      hasSeveralInputs = false
    }
  }

  /// The prompts of a document: one, or one a choice. Documents must be asked in the order of the data, since each draws its examples from one
  /// generator.
  mutating func prompts(_ document: TaskDocument) throws -> [Prompt] {
    var prompt = Prompt(
      instruction: try definition.description?.ownText(document) ?? "", instructionDelimiter: definition.delimiter, turns: [])
    if definition.fewShot.count > 0 {
      for index in try sampler.choose(from: pool, for: document, excludingIt: definition.excludesDocument) {
        prompt.turns += try example(index)
      }
    }
    let prefix = try definition.turn.prefix?.text(document, fields) ?? ""
    func asking(_ question: String, _ delimiter: String) -> Prompt {
      var prompt = prompt
      guard !prefix.isEmpty else {
        prompt.turns.append(Prompt.Turn(role: .user, content: question))
        return prompt
      }
      prompt.turns.append(Prompt.Turn(role: .user, content: question, delimiter: Prompt.touch(question, prefix) ? delimiter : ""))
      prompt.turns.append(Prompt.Turn(role: .assistant, content: prefix))
      return prompt
    }
    if hasSeveralInputs { return try choices(definition.turn, document).map { asking($0, "") } }
    return [asking(try question(definition.turn, document), definition.turn.targetDelimiter)]
  }

  private func choices(_ turn: TaskDefinition.Turn, _ document: TaskDocument) throws -> [String] {
    try turn.choices?.choices(document, fields) ?? []
  }

  private func question(_ turn: TaskDefinition.Turn, _ document: TaskDocument) throws -> String {
    switch try turn.text.asked(document, fields, hasChoices: definition.turn.choices != nil) {
    case .text(let text): return text
    case .index(let index):
      guard hasSeveralInputs else { throw DocumentError(location: document.location, key: "doc_to_text", problem: .questionIsIndex(index)) }
      let choices = try choices(turn, document)
      guard choices.indices.contains(index) else {
        throw DocumentError(location: document.location, key: "doc_to_text", problem: .goldOutOfRange(index, choices: choices.count))
      }
      return choices[index]
    }
  }

  /// An example as turns: the question, and the answer with the delimiter behind it.
  private mutating func example(_ index: Int) throws -> [Prompt.Turn] {
    if let turns = examples[index] { return turns }
    let document = pool[index]
    let turn = definition.fewShot.turn
    let question = try question(turn, document)
    let prefix = try turn.prefix?.ownText(document) ?? ""
    let answer = try answer(turn, document)
    let isJoined = prefix.isEmpty ? answer != nil : Prompt.touch(question, prefix)
    var turns = [Prompt.Turn(role: .user, content: question, delimiter: isJoined ? turn.targetDelimiter : "")]
    if let answer {
      turns.append(Prompt.Turn(role: .assistant, content: Prompt.joined(prefix, answer, " "), delimiter: definition.fewShot.delimiter))
    } else if !prefix.isEmpty {
      turns.append(Prompt.Turn(role: .assistant, content: prefix))
    }
    examples[index] = turns
    return turns
  }

  /// The right answer of an example; nil where it is an empty text, which the harness takes for none.
  private func answer(_ turn: TaskDefinition.Turn, _ document: TaskDocument) throws -> String? {
    func fail(_ problem: DocumentError.Problem) -> DocumentError {
      DocumentError(location: document.location, key: "doc_to_target", problem: problem)
    }
    let answer = try turn.target.answer(document, fields, hasChoices: definition.turn.choices != nil)
    if let index = answer.wholeNumber {
      // Where the choices stand in the prompt, an index names nothing.
      guard !hasSeveralInputs, turn.choices != nil else { throw fail(.indexWithoutChoices) }
      let choices = try choices(turn, document)
      guard choices.indices.contains(index) else { throw fail(.goldOutOfRange(index, choices: choices.count)) }
      return choices[index]
    }
    switch answer {
    case .string(let text): return text.isEmpty ? nil : text
    case .array(let values):
      guard let first = values.first else { throw fail(.noGold) }
      guard let text = first.string else { throw fail(.exampleWithSeveralAnswers) }
      return text
    default: throw fail(.wrongKind(field: "doc_to_target", found: answer.kindName, expected: "a string, an index or a list"))
    }
  }
}

// A definition and its data to questions, each with an identity that does not depend on its place.

internal import Digests
internal import Documents
internal import Metrics
internal import OrderedCollections
internal import Templates

/// Makes the items of one task.
struct TaskBuilder {
  private let definition: TaskDefinition
  private let fields: Set<String>
  private var prompts: PromptBuilder
  /// Whether the right answers of a generation task are a list: the first document decides, as in the harness.
  private var hasSeveralTargets = false
  private var identities: [String: (count: Int, first: SourceLocation)] = [:]

  /// - Parameters:
  ///   - evaluated: the documents to ask.
  ///   - pool: the documents to draw examples from.
  static func task(_ definition: TaskDefinition, evaluated: TaskDocuments, pool: TaskDocuments?) throws -> EvaluationTask {
    var columns = DocumentColumns()
    columns.add(evaluated.documents)
    let fields = Set(columns.names)
    if let pool, definition.fewShot.samples == nil { columns.add(pool.documents) }
    let documents = columns.applied(to: evaluated.documents)
    let examples = definition.fewShot.samples ?? pool.map { columns.applied(to: $0.documents) } ?? []
    var builder = try TaskBuilder(definition, fields: fields, examples: examples, documents: documents)
    try builder.checkNames(columns.names.elements)
    var items: [TaskItem] = []
    items.reserveCapacity(documents.count)
    var firstError: DocumentError?
    for (index, document) in documents.enumerated() {
      do {
        items.append(try builder.item(document, index: index))
      } catch let error as DocumentError where error.problem == .template {
        firstError = firstError ?? error
        items.append(try builder.unaskable(document, index: index, error))
      }
    }
    // What fails on every document is wrong with the task.
    if let firstError, items.allSatisfy(\.isUnaskable) { throw firstError }
    return EvaluationTask(
      name: definition.name, taskDigest: SHA256Digest.of(definition.canonical), dataDigest: dataDigest(evaluated, pool),
      fewshotCount: definition.fewShot.count, items: items, metrics: definition.metrics, primaryMetric: definition.primaryMetric,
      filters: definition.filters, joint: EvaluationTask.Joint(plain: definition.turn.targetDelimiter, chat: definition.chatDelimiter))
  }

  private init(_ definition: TaskDefinition, fields: Set<String>, examples: [TaskDocument], documents: [TaskDocument]) throws {
    self.definition = definition
    self.fields = fields
    prompts = try PromptBuilder(definition, fields: fields, pool: examples, first: documents.first)
    if let first = documents.first, definition.outputType == .generation {
      let answer = try definition.turn.target.answer(first, fields, hasChoices: definition.turn.choices != nil)
      hasSeveralTargets = answer.array != nil
    }
  }

  /// The digest of the one file, or of the digests of all.
  private static func dataDigest(_ evaluated: TaskDocuments, _ pool: TaskDocuments?) -> String {
    let digests = evaluated.digests + (pool?.digests ?? [])
    if digests.count == 1 { return digests[0] }
    return SHA256Digest.of([
      "evaluated": .array(evaluated.digests.map { .string($0) }), "fewshot": .array((pool?.digests ?? []).map { .string($0) }),
    ])
  }

  /// A word that is almost a field's name is a misspelt field, not a prompt.
  private func checkNames(_ names: [String]) throws {
    var texts: [PromptText] = []
    if case .text(let text) = definition.turn.text { texts.append(text) }
    if case .text(let text) = definition.turn.target { texts.append(text) }
    if case .text(let text)? = definition.turn.choices { texts.append(text) }
    texts += definition.slices.map(\.text) + [definition.itemID, definition.cluster].compactMap { $0 }
    for text in texts where text.isWord && !fields.contains(text.source) {
      guard let nearest = nearestName(to: text.source, among: names) else { continue }
      throw DocumentError(
        location: text.location, key: text.key, problem: .misspeltField(text.source, nearest: nearest, fields: names))
    }
  }

  private mutating func item(_ document: TaskDocument, index: Int) throws -> TaskItem {
    let prompts = try prompts.prompts(document)
    let contexts = prompts.map { $0.text() }
    let (question, target, continuations) = try asked(document, contexts)
    let slices = try slices(document)
    let cluster = try definition.cluster.map { try $0.text(document, fields, converts: true) }
    // Last: an identity is given once.
    let identity = try identity(document, contexts: contexts, continuations: continuations, target: target)
    return TaskItem(
      identity: identity, index: index, question: question, prompts: prompts, target: target, document: document.value, slices: slices,
      cluster: cluster)
  }

  private mutating func unaskable(_ document: TaskDocument, index: Int, _ error: DocumentError) throws -> TaskItem {
    let reason = explanation(of: error).replacing("\n  because ", with: ", because ")
    return TaskItem(
      identity: try identity(document, contexts: [], continuations: [], target: ""), index: index,
      question: .unaskable(reason: reason, generates: definition.outputType == .generation), target: "", document: document.value)
  }

  private func asked(_ document: TaskDocument, _ contexts: [String]) throws -> (TaskItem.Question, target: String, continuations: [String]) {
    let context = contexts.first ?? ""
    switch definition.outputType {
    case .multipleChoice: return try choices(document, contexts)
    case .likelihood:
      // The harness puts no delimiter before the target of a loglikelihood task.
      let target = try scoredText(document)
      return (.likelihood(LikelihoodRequest(context: context, continuation: target)), target, [target])
    case .rolling:
      let target = try scoredText(document)
      return (.rolling(text: target), target, [target])
    case .generation:
      let references = try references(document)
      let request = GenerationRequest(context: context, settings: definition.generation ?? GenerationSettings(until: []))
      return (.generation(request, references: references), references.joined(separator: " | "), [])
    }
  }

  private func choices(_ document: TaskDocument, _ contexts: [String]) throws -> (TaskItem.Question, target: String, continuations: [String]) {
    let choices = try definition.turn.choices?.choices(document, fields) ?? []
    guard choices.count > 1 else { throw fail(document, "doc_to_choice", .fewChoices(choices.count)) }
    if let empty = choices.firstIndex(of: "") { throw fail(document, "doc_to_choice", .emptyChoice(empty)) }
    var requests: [LikelihoodRequest]
    var gold: [Int]
    if prompts.hasSeveralInputs {
      guard case .index(let index) = try definition.turn.text.asked(document, fields, hasChoices: true) else {
        throw fail(document, "doc_to_text", .noIndex("a text"))
      }
      guard choices.indices.contains(index) else { throw fail(document, "doc_to_text", .goldOutOfRange(index, choices: choices.count)) }
      gold = [index]
      let answer = try definition.turn.target.answer(document, fields, hasChoices: true)
      let continuation = definition.turn.targetDelimiter + (try PythonLiteral.text(of: answer))
      requests = contexts.map { LikelihoodRequest(context: $0, continuation: continuation) }
    } else {
      gold = try self.gold(document, choices)
      let context = contexts.first ?? ""
      requests = choices.map { LikelihoodRequest(context: context, continuation: definition.turn.targetDelimiter + $0) }
    }
    let comparesUnconditional = definition.metrics.contains { $0.name == AccuracyByMutualInformation().name }
    let unconditional =
      comparesUnconditional ? choices.map { LikelihoodRequest(context: "", continuation: definition.turn.targetDelimiter + $0) } : []
    return (
      .multipleChoice(requests: requests, choices: choices, gold: gold, unconditional: unconditional),
      gold.map { choices[$0] }.joined(separator: " | "), requests.map(\.continuation)
    )
  }

  private func fail(_ document: TaskDocument, _ key: String, _ problem: DocumentError.Problem) -> DocumentError {
    DocumentError(location: document.location, key: key, problem: problem)
  }

  private func gold(_ document: TaskDocument, _ choices: [String]) throws -> [Int] {
    func checked(_ index: Int) throws -> Int {
      guard choices.indices.contains(index) else { throw fail(document, "doc_to_target", .goldOutOfRange(index, choices: choices.count)) }
      return index
    }
    let answer = try definition.turn.target.answer(document, fields, hasChoices: true)
    switch answer {
    case .string(let text):
      guard let index = choices.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) else {
        throw fail(document, "doc_to_target", .goldNotAChoice(text))
      }
      return [index]
    case .array(let values):
      if values.isEmpty { throw fail(document, "doc_to_target", .noGold) }
      var gold: [Int] = []
      for value in values {
        guard let index = value.integer else { throw fail(document, "doc_to_target", .goldNotAnIndex(value.kindName)) }
        if !gold.contains(index) { gold.append(try checked(index)) }
      }
      return gold.sorted()
    default:
      guard let index = answer.wholeNumber ?? answer.integer else {
        throw fail(document, "doc_to_target", .goldNotAnIndex(answer.kindName))
      }
      return [try checked(index)]
    }
  }

  /// The text whose likelihood is asked for.
  private func scoredText(_ document: TaskDocument) throws -> String {
    let answer = try definition.turn.target.answer(document, fields, hasChoices: definition.turn.choices != nil)
    guard let text = answer.string else {
      throw fail(document, "doc_to_target", .wrongKind(field: "doc_to_target", found: "an index or a list", expected: "a text to score"))
    }
    if text.isEmpty { throw fail(document, "doc_to_target", .emptyContinuation) }
    return text
  }

  /// The texts that would be right as a generated answer (`ConfigurableTask.process_results`).
  private func references(_ document: TaskDocument) throws -> [String] {
    let answer = try definition.turn.target.answer(document, fields, hasChoices: definition.turn.choices != nil)
    if definition.turn.choices != nil {
      let choices = try definition.turn.choices?.choices(document, fields) ?? []
      guard let index = answer.wholeNumber else { throw fail(document, "doc_to_target", .answerWithoutChoices(answer.kindName)) }
      guard choices.indices.contains(index) else { throw fail(document, "doc_to_target", .goldOutOfRange(index, choices: choices.count)) }
      return [choices[index]]
    }
    // A list counts as one text where the first document has none.
    guard hasSeveralTargets, let values = answer.array else { return [try PythonLiteral.text(of: answer)] }
    if values.isEmpty { throw fail(document, "doc_to_target", .noGold) }
    return try values.map { try PythonLiteral.text(of: $0) }
  }

  private mutating func identity(_ document: TaskDocument, contexts: [String], continuations: [String], target: String) throws -> String {
    if let itemID = definition.itemID {
      let identity = try itemID.text(document, fields, converts: true)
      if identity.isEmpty { throw fail(document, "item_id", .noIdentity) }
      if let known = identities[identity] { throw fail(document, "item_id", .duplicateIdentity(identity, first: known.first)) }
      identities[identity] = (1, document.location)
      return identity
    }
    let digest = SHA256Digest.of([
      "document": document.value, "prompt": contexts.count == 1 ? .string(contexts[0]) : .array(contexts.map { .string($0) }),
      "continuations": .array(continuations.map { .string($0) }),
      "target": .string(target),
    ])
    let count = (identities[digest]?.count ?? 0) + 1
    identities[digest] = (count, document.location)
    return count == 1 ? digest : "\(digest)#\(count)"
  }

  private func slices(_ document: TaskDocument) throws -> [(name: String, value: String)] {
    var slices: [(name: String, value: String)] = []
    for slice in definition.slices {
      if fields.contains(slice.text.source), document.value[slice.text.source]?.isNull ?? true { continue }
      slices.append((slice.name, try slice.text.text(document, fields, converts: true)))
    }
    return slices
  }
}

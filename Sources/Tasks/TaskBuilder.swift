// A definition and its data to questions, each with an identity that does not depend on its place.

internal import Digests
internal import Documents
internal import Metrics
internal import OrderedCollections

/// Makes the items of one task.
struct TaskBuilder {
  private let definition: TaskDefinition
  private let fields: Set<String>
  private var prompts: PromptBuilder
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
    var builder = TaskBuilder(definition, fields: fields, examples: examples)
    try builder.checkNames(columns.names.elements)
    var items: [TaskItem] = []
    items.reserveCapacity(documents.count)
    for (index, document) in documents.enumerated() { items.append(try builder.item(document, index: index)) }
    return EvaluationTask(
      name: definition.name, taskDigest: SHA256Digest.of(definition.canonical), dataDigest: dataDigest(evaluated, pool),
      fewshotCount: definition.fewShot.count, items: items, metrics: definition.metrics.map(\.name), primaryMetric: definition.primaryMetric
    )
  }

  private init(_ definition: TaskDefinition, fields: Set<String>, examples: [TaskDocument]) {
    self.definition = definition
    self.fields = fields
    prompts = PromptBuilder(definition, fields: fields, pool: examples)
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
    var texts: [PromptText] = [definition.turn.text]
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
    let context = try prompts.context(document)
    let question: TaskItem.Question
    let target: String
    let continuations: [String]
    switch definition.outputType {
    case .multipleChoice:
      let choices = try definition.turn.choices?.choices(document, fields) ?? []
      guard choices.count > 1 else { throw fail(document, "doc_to_choice", .fewChoices(choices.count)) }
      if let empty = choices.firstIndex(of: "") { throw fail(document, "doc_to_choice", .emptyChoice(empty)) }
      let gold = try gold(document, choices)
      continuations = choices.map { definition.turn.targetDelimiter + $0 }
      question = .multipleChoice(
        requests: continuations.map { LikelihoodRequest(context: context, continuation: $0) }, choices: choices, gold: gold)
      target = gold.map { choices[$0] }.joined(separator: " | ")
    case .likelihood:
      // The harness puts no delimiter before the target of a loglikelihood task.
      target = try likelihoodTarget(document)
      continuations = [target]
      question = .likelihood(LikelihoodRequest(context: context, continuation: target))
    }
    let identity = try identity(document, context: context, continuations: continuations, target: target)
    return TaskItem(
      identity: identity, index: index, question: question, target: target, slices: try slices(document),
      cluster: try definition.cluster.map { try $0.text(document, fields, converts: true) })
  }

  private func fail(_ document: TaskDocument, _ key: String, _ problem: DocumentError.Problem) -> DocumentError {
    DocumentError(location: document.location, key: key, problem: problem)
  }

  private func gold(_ document: TaskDocument, _ choices: [String]) throws -> [Int] {
    func checked(_ index: Int) throws -> Int {
      guard choices.indices.contains(index) else { throw fail(document, "doc_to_target", .goldOutOfRange(index, choices: choices.count)) }
      return index
    }
    switch try definition.turn.target.answer(document, fields, hasChoices: true) {
    case .index(let index): return [try checked(index)]
    case .text(let text):
      guard let index = choices.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) else {
        throw fail(document, "doc_to_target", .goldNotAChoice(text))
      }
      return [index]
    case .list(let values):
      if values.isEmpty { throw fail(document, "doc_to_target", .noGold) }
      var gold: [Int] = []
      for value in values {
        guard let index = value.integer else { throw fail(document, "doc_to_target", .goldNotAnIndex(value.kindName)) }
        if !gold.contains(index) { gold.append(try checked(index)) }
      }
      return gold.sorted()
    }
  }

  private func likelihoodTarget(_ document: TaskDocument) throws -> String {
    guard case .text(let text) = try definition.turn.target.answer(document, fields, hasChoices: definition.turn.choices != nil) else {
      throw fail(document, "doc_to_target", .wrongKind(field: "doc_to_target", found: "an index or a list", expected: "a text to score"))
    }
    if text.isEmpty { throw fail(document, "doc_to_target", .emptyContinuation) }
    return text
  }

  private mutating func identity(_ document: TaskDocument, context: String, continuations: [String], target: String) throws -> String {
    if let itemID = definition.itemID {
      let identity = try itemID.text(document, fields, converts: true)
      if identity.isEmpty { throw fail(document, "item_id", .noIdentity) }
      if let known = identities[identity] { throw fail(document, "item_id", .duplicateIdentity(identity, first: known.first)) }
      identities[identity] = (1, document.location)
      return identity
    }
    let digest = SHA256Digest.of([
      "document": document.value, "prompt": .string(context), "continuations": .array(continuations.map { .string($0) }),
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

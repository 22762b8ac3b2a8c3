// A comparison read back from its file: both sides as they were, so that a policy judges it as it judges the two records.

public import Documents
public import Records

/// Two runs that were compared before, without the texts of the items that were not shown.
///
/// Comparing them again, with any settings, gives the comparison that the records give.
public struct SavedComparison: Sendable {
  public var baseline: RecordedRun
  public var candidate: RecordedRun
  public var noise: NoiseFloor?
  /// The likeness of each task's answers, in the order of the tasks: what only texts would say. Empty where the sides are records themselves.
  private(set) var agreements: [AnswerAgreement] = []

  public init(baseline: RecordedRun, candidate: RecordedRun, noise: NoiseFloor?) {
    self.baseline = baseline
    self.candidate = candidate
    self.noise = noise
  }

  /// Reads a `flipgate.comparison` document.
  ///
  /// - Throws: ``ComparisonError``, `JSONError` or `FileError`; a newer version is an error, unknown keys are ignored.
  public static func read(_ path: String) throws -> SavedComparison {
    try SavedComparison(json: try JSONValue.parse(try Files.read(path), file: path), file: path)
  }

  /// Reads the document of a comparison; `file` is the name that errors carry.
  public init(json: JSONValue, file: String) throws {
    let fields = ComparisonFields(json, file: file)
    guard json["format"]?.string == Comparison.format else {
      let found =
        json.object == nil ? json.kindName : json["format"]?.string.map { "the format \(quoted($0))" } ?? "an object without \"format\""
      throw ComparisonError(file: file, field: "format", problem: .notAComparison(found: found))
    }
    let version = try fields.count("version")
    if version > Comparison.version {
      throw ComparisonError(file: file, field: "version", problem: .newerVersion(found: version, supported: Comparison.version))
    }
    if fields.isAbsent("outcomes") { throw ComparisonError(file: file, field: "outcomes", problem: .noOutcomes) }
    let whole = try fields.object("complete")
    let (isOldWhole, isNewWhole) = (try whole.bool("baseline"), try whole.bool("candidate"))
    noise = fields.isAbsent("noise") ? nil : try NoiseFloor(json: fields.object("noise").value, file: file)
    var facts: (old: [OutcomeFacts], new: [OutcomeFacts]) = ([], [])
    for task in try fields.objects("outcomes") {
      _ = try (task.string("task"), task.string("filter"))
      let sides = try SavedOutcomes.read(task)
      facts.old += sides.baseline
      facts.new += sides.candidate
    }
    agreements = try fields.objects("tasks").map { task in
      let agreement = task.isAbsent("agreement") ? JSONValue.null : try task.object("agreement").value
      return AnswerAgreement(
        similarity: agreement["similarity"]?.double, bothCorrect: agreement["similarity_both_correct"]?.double,
        bothWrong: agreement["similarity_both_wrong"]?.double)
    }
    let texts = try SavedTexts(fields.objects("items"))
    let (old, new) = (try texts.outcomes("baseline", of: facts.old), try texts.outcomes("candidate", of: facts.new))
    baseline = RecordedRun(
      header: try RecordHeader(json: fields.object("baseline").value, file: file), outcomes: OutcomeTable(facts.old, texts: old),
      isComplete: isOldWhole)
    candidate = RecordedRun(
      header: try RecordHeader(json: fields.object("candidate").value, file: file), outcomes: OutcomeTable(facts.new, texts: new),
      isComplete: isNewWhole)
  }
}

/// The items of a comparison whose texts it holds.
private struct SavedTexts {
  private struct Key: Hashable {
    var task: String
    var filter: String
    var item: String
  }

  private var items: [Key: ComparisonFields] = [:]

  init(_ fields: [ComparisonFields]) throws {
    for item in fields {
      let key = Key(task: try item.string("task"), filter: try item.string("filter"), item: try item.string("item"))
      if items[key] == nil { items[key] = item }
    }
  }

  /// One side's outcomes with their texts, by their place among the facts.
  func outcomes(_ side: String, of facts: [OutcomeFacts]) throws -> [Int: ItemOutcome] {
    if items.isEmpty { return [:] }
    var found: [Int: ItemOutcome] = [:]
    for (place, fact) in facts.enumerated() {
      guard let item = items[Key(task: fact.task, filter: fact.filter, item: fact.item)] else { continue }
      found[place] = try Self.outcome(item.object(side), of: item, fact)
    }
    return found
  }

  private static func outcome(_ side: ComparisonFields, of item: ComparisonFields, _ fact: OutcomeFacts) throws -> ItemOutcome {
    var outcome = ItemOutcome(
      task: fact.task, item: fact.item, index: fact.index, target: try item.string("target"), prediction: try side.string("prediction"),
      tokens: .init(prompt: 0, output: 0))
    outcome.filter = fact.filter
    outcome.slices = fact.slices
    outcome.cluster = fact.cluster
    outcome.output = try side.optionalString("output")
    outcome.isCorrect = side.value["correct"]?.bool
    let scores = try side.object("scores")
    outcome.scores = (scores.value.members ?? []).map { .init(metric: $0.key, value: $0.value.double) }
    if !side.isAbsent("choices") {
      outcome.choices = try side.objects("choices").map { choice in
        // What is not finite was written as null.
        .init(text: try choice.string("text"), logprob: choice.value["logprob"]?.double ?? .nan, tokens: 0, isGreedy: false)
      }
    }
    return outcome
  }
}

// An item line to and from JSON.

public import Documents
internal import Metrics

extension ItemOutcome {
  /// The outcome as it stands in a record's line. Numbers that are not finite become null.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("task", .string(task)), ("item", .string(item)), ("index", .integer(index)),
      ("slices", .object(of: slices.map { ($0.name, .string($0.value)) })), ("cluster", .optional(cluster)), ("filter", .string(filter)),
      ("target", .string(target)), ("output", .optional(output)),
    ]
    if let outputs { members.append(("outputs", .array(outputs.map(JSONValue.string)))) }
    members += [
      ("prediction", .string(prediction)), ("choices", choices.map { .array($0.map(\.json)) } ?? .null),
      ("correct", isCorrect.map(JSONValue.bool) ?? .null),
      ("scores", .object(of: scores.map { ($0.metric, $0.value.map(JSONValue.number) ?? .null) })),
    ]
    let statistics = scores.compactMap { score in score.statistic.map { (score.metric, Measurement.json(statistic: $0)) } }
    if !statistics.isEmpty { members.append(("statistics", .object(of: statistics))) }
    members += [
      ("unscored", .optional(unscored)), ("error", error.map { ["kind": .string($0.kind), "message": .string($0.message)] } ?? .null),
      ("tokens", ["prompt": .integer(tokens.prompt), "output": .integer(tokens.output)]),
    ]
    return .object(of: members)
  }

  /// Reads an item line.
  ///
  /// - Throws: ``RecordError`` for a field that is missing or wrong; unknown keys are ignored.
  public init(json: JSONValue, file: String, line: Int) throws(RecordError) {
    let fields = RecordFields(json, file: file, line: line)
    guard case .object = json else {
      throw fields.error(.wrongValue(field: "line", found: json.kindName, expected: "an item, an object"))
    }
    let tokens = try fields.object("tokens")
    self.init(
      task: try fields.string("task"), item: try fields.string("item"), index: try fields.integer("index"),
      target: try fields.string("target"), prediction: try fields.string("prediction"),
      tokens: Tokens(prompt: try tokens.integer("prompt"), output: try tokens.integer("output")))
    slices = try Self.slices(fields)
    cluster = try fields.optionalString("cluster")
    filter = try fields.optionalString("filter") ?? "none"
    output = try fields.optionalString("output")
    if let several = fields.optional("outputs") {
      guard let texts = several.array?.map(\.string), texts.allSatisfy({ $0 != nil }) else {
        throw fields.wrong("outputs", several, expected: "an array of strings")
      }
      outputs = texts.compactMap { $0 }
    }
    if fields.optional("choices") != nil {
      var read: [Choice] = []
      for choice in try fields.objects("choices") { read.append(try Choice(choice)) }
      choices = read
      // One copy of a long text: what was picked and what was right are mostly choices.
      for choice in read {
        if choice.text.hasSameBytes(as: prediction) { prediction = choice.text }
        if choice.text.hasSameBytes(as: target) { target = choice.text }
      }
    }
    isCorrect = try fields.optionalBool("correct")
    scores = try Self.scores(fields)
    try readStatistics(fields)
    unscored = try fields.optionalString("unscored")
    if let failure = try fields.optionalObject("error") {
      error = Failure(kind: try failure.string("kind"), message: try failure.string("message"))
    }
  }

  private mutating func readStatistics(_ fields: RecordFields) throws(RecordError) {
    guard let field = fields.optional("statistics") else { return }
    guard let members = field.members else { throw fields.wrong("statistics", field, expected: "an object") }
    for (name, value) in members {
      guard let numbers = Measurement.statistic(json: value) else {
        throw fields.wrong("statistics.\(name)", value, expected: "an array of finite numbers")
      }
      for index in scores.indices where scores[index].metric == name { scores[index].statistic = numbers }
    }
  }

  private static func slices(_ fields: RecordFields) throws(RecordError) -> [Slice] {
    guard let field = fields.optional("slices") else { return [] }
    guard let members = field.members else { throw fields.wrong("slices", field, expected: "an object") }
    var slices: [Slice] = []
    for (name, value) in members {
      guard case .string(let text) = value else { throw fields.wrong("slices.\(name)", value, expected: "a string") }
      slices.append(Slice(name: name, value: text))
    }
    return slices
  }

  private static func scores(_ fields: RecordFields) throws(RecordError) -> [Score] {
    let field = try fields.required("scores")
    guard let members = field.members else { throw fields.wrong("scores", field, expected: "an object") }
    var scores: [Score] = []
    for (name, value) in members {
      if case .null = value {
        scores.append(Score(metric: name, value: nil))
      } else if let number = value.double {
        scores.append(Score(metric: name, value: number))
      } else {
        throw fields.wrong("scores.\(name)", value, expected: "a number or null")
      }
    }
    return scores
  }
}

extension ItemOutcome.Choice {
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("text", .string(text)), ("logprob", .number(logprob)), ("tokens", .integer(tokens)), ("greedy", .bool(isGreedy)),
    ]
    if let unconditionalLogprob { members.append(("unconditional_logprob", .number(unconditionalLogprob))) }
    return .object(of: members)
  }

  /// A log-probability of null, what a number that is not finite is written as, is minus infinity: the choice can't be said.
  init(_ fields: RecordFields) throws(RecordError) {
    let isNull = fields.value["logprob"] == .null
    self.init(
      text: try fields.string("text"), logprob: isNull ? -.infinity : try fields.double("logprob"), tokens: try fields.integer("tokens"),
      isGreedy: try fields.bool("greedy"),
      unconditionalLogprob: fields.optional("unconditional_logprob") == nil ? nil : try fields.double("unconditional_logprob"))
  }
}

extension String {
  /// Byte equality: Swift's own takes texts for equal that are composed otherwise.
  func hasSameBytes(as other: String) -> Bool { utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) }
}

extension RunUsage {
  /// The usage as it stands in a record's last line.
  public var json: JSONValue {
    [
      "peak_memory_bytes": .integer(peakMemory), "wall_seconds": .number(seconds), "tokens_computed": .integer(tokensComputed),
      "tokens_requested": .integer(tokensRequested), "items_from_cache": .integer(itemsFromCache),
    ]
  }

  init(_ fields: RecordFields) throws(RecordError) {
    self.init(
      peakMemory: try fields.integer("peak_memory_bytes"), seconds: try fields.double("wall_seconds"),
      tokensComputed: try fields.integer("tokens_computed"), tokensRequested: try fields.integer("tokens_requested"),
      itemsFromCache: try fields.integer("items_from_cache"))
  }
}

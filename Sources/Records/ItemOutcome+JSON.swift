// An item line to and from JSON.

public import Documents

extension ItemOutcome {
  /// The outcome as it stands in a record's line. Numbers that are not finite become null.
  public var json: JSONValue {
    [
      "task": .string(task), "item": .string(item), "index": .integer(index),
      "slices": .object(of: slices.map { ($0.name, .string($0.value)) }), "cluster": .optional(cluster), "filter": .string(filter),
      "target": .string(target), "output": .optional(output), "prediction": .string(prediction),
      "choices": choices.map { .array($0.map(\.json)) } ?? .null, "correct": isCorrect.map(JSONValue.bool) ?? .null,
      "scores": .object(of: scores.map { ($0.metric, $0.value.map(JSONValue.number) ?? .null) }), "unscored": .optional(unscored),
      "error": error.map { ["kind": .string($0.kind), "message": .string($0.message)] } ?? .null,
      "tokens": ["prompt": .integer(tokens.prompt), "output": .integer(tokens.output)],
    ]
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
    unscored = try fields.optionalString("unscored")
    if let failure = try fields.optionalObject("error") {
      error = Failure(kind: try failure.string("kind"), message: try failure.string("message"))
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
    ["text": .string(text), "logprob": .number(logprob), "tokens": .integer(tokens), "greedy": .bool(isGreedy)]
  }

  /// A log-probability of null, what a number that is not finite is written as, is minus infinity: the choice can't be said.
  init(_ fields: RecordFields) throws(RecordError) {
    let isNull = fields.value["logprob"] == .null
    self.init(
      text: try fields.string("text"), logprob: isNull ? -.infinity : try fields.double("logprob"), tokens: try fields.integer("tokens"),
      isGreedy: try fields.bool("greedy"))
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

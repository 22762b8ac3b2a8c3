// A record's header to and from JSON.

public import Documents

extension RecordHeader {
  /// The header as it stands in a record's first line and in results.
  public var json: JSONValue {
    [
      "format": .string(RecordFormat.name), "version": .integer(RecordFormat.version), "created": .string(created), "model": model.json,
      "tokenizer_sha256": .string(tokenizerDigest), "chat_template_sha256": .optional(chatTemplateDigest),
      "prompting": ["system_instruction": .optional(prompting.systemInstruction), "fewshot_as_multiturn": .bool(prompting.examplesAsTurns)],
      "seed": seed.map(JSONValue.integer) ?? .null, "engine": engine.json,
      "truncation": .string(truncation),
      "tasks": .array(tasks.map(\.json)),
      "shard": shard.map { ["index": .integer($0.index), "count": .integer($0.count)] } ?? .null,
    ]
  }

  /// Reads a header.
  ///
  /// - Parameters:
  ///   - file: the name that errors carry.
  ///   - line: the line that the header stands in.
  /// - Throws: ``RecordError`` for another format, a newer version, or a field that is missing or wrong.
  public init(json: JSONValue, file: String, line: Int = 1) throws(RecordError) {
    let fields = RecordFields(json, file: file, line: line)
    guard case .object = json else { throw fields.error(.notARecord(found: json.kindName)) }
    guard json["format"]?.string == RecordFormat.name else {
      throw fields.error(.notARecord(found: json["format"].map { "\"format\":\($0.serialized())" } ?? "an object without \"format\""))
    }
    let version = try fields.integer("version", least: 1)
    if version > RecordFormat.version { throw fields.error(.newerVersion(found: version, supported: RecordFormat.version)) }
    created = try fields.string("created")
    model = try Model(fields.object("model"))
    tokenizerDigest = try fields.string("tokenizer_sha256")
    chatTemplateDigest = try fields.optionalString("chat_template_sha256")
    if let style = try fields.optionalObject("prompting") {
      prompting = Prompting(
        systemInstruction: try style.optionalString("system_instruction"),
        examplesAsTurns: try style.optionalBool("fewshot_as_multiturn") ?? false)
    }
    seed = fields.optional("seed") == nil ? nil : try fields.integer("seed")
    engine = try Engine(fields.object("engine"))
    truncation = try fields.optionalString("truncation") ?? "error"
    tasks = []
    for task in try fields.objects("tasks") {
      let task = try Task(task)
      if tasks.contains(where: { $0.name == task.name }) { throw fields.error(.repeatedTask(task.name)) }
      tasks.append(task)
    }
    shard = nil
    if let part = try fields.optionalObject("shard") {
      let count = try part.integer("count", least: 1)
      let index = try part.integer("index", least: 1)
      if index > count { throw part.wrong("index", .integer(index), expected: "at most the count of \(count)") }
      shard = Shard(index: index, count: count)
    }
  }
}

extension RecordHeader.Model {
  var json: JSONValue {
    [
      "name": .string(name), "weights_sha256": .string(weightsDigest), "config_sha256": .string(configDigest),
      "adapter_sha256": .optional(adapterDigest), "parameters": .integer(parameters), "architecture": .string(architecture),
    ]
  }

  init(_ fields: RecordFields) throws(RecordError) {
    self.init(
      name: try fields.string("name"), weightsDigest: try fields.string("weights_sha256"), configDigest: try fields.string("config_sha256"),
      adapterDigest: try fields.optionalString("adapter_sha256"), parameters: try fields.integer("parameters"),
      architecture: try fields.string("architecture"))
  }
}

extension RecordHeader.Engine {
  var json: JSONValue {
    [
      "name": .string(name), "version": .string(version), "precision": .string(precision), "matrix_library": .string(matrixLibrary),
      "kernels": .string(kernels),
    ]
  }

  init(_ fields: RecordFields) throws(RecordError) {
    self.init(
      name: try fields.string("name"), version: try fields.string("version"), precision: try fields.string("precision"),
      matrixLibrary: try fields.string("matrix_library"), kernels: try fields.string("kernels"))
  }
}

extension RecordHeader.Task {
  var json: JSONValue {
    [
      "task": .string(name), "task_sha256": .string(taskDigest), "data_sha256": .string(dataDigest), "num_fewshot": .integer(fewshotCount),
      "items": .integer(items),
      "metrics": .array(metrics.map { ["name": .string($0.name), "higher_is_better": .bool($0.higherIsBetter)] }),
      "primary_metric": .string(primaryMetric),
    ]
  }

  init(_ fields: RecordFields) throws(RecordError) {
    var metrics: [Metric] = []
    for metric in try fields.objects("metrics") {
      metrics.append(Metric(name: try metric.string("name"), higherIsBetter: try metric.bool("higher_is_better")))
    }
    self.init(
      name: try fields.string("task"), taskDigest: try fields.string("task_sha256"), dataDigest: try fields.string("data_sha256"),
      fewshotCount: try fields.integer("num_fewshot"), items: try fields.integer("items"), metrics: metrics,
      primaryMetric: try fields.string("primary_metric"))
  }
}

extension JSONValue {
  /// The text, or null.
  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}

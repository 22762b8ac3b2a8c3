// inspect_ai, log version 2: a JSON document with `samples`, or a `.eval` archive with an entry a sample.

internal import Documents

/// Inspect's logs. Items are joined by task, id, epoch and scorer; input, choices and target are compared.
///
/// Each scorer is a filter of the task. The grades C, I, P and N are 1, 0, 0.5 and 0; a score that is not a number leaves its item unscored.
struct InspectLog: OutcomeLog {
  static let format = LogFormat.inspect
  static let appearance = "JSON of version 2 with \"eval\" and \"samples\", or a .eval archive with header.json"
  static let repeats = RepeatMeaning.laterRuns
  static let version = 2

  static func matches(_ probe: LogProbe) -> Bool {
    if case .zip(let names) = probe.kind { return names.contains("header.json") || names.contains("_journal/start.json") }
    return probe.has("version", "eval", "eval.task")
  }

  let path: String
  private let archive: ZipArchive?
  private let head: InspectHeader
  /// Of an archive, the entries of its samples, by id and epoch.
  private let entries: [ZipArchive.Entry]

  init(path: String) throws {
    self.path = path
    if case .zip = try LogProbe(path).kind {
      let archive = try ZipArchive(path: path)
      self.archive = archive
      // A run that was cut off has no header.json, and what it was started with.
      guard let entry = archive["header.json"] ?? archive["_journal/start.json"] else {
        throw LogError(path: path, problem: .missingEntry("header.json"))
      }
      let name = "\(path):\(entry.name)"
      head = try InspectHeader(JSONValue.parse(archive.unpack(entry, limit: Files.lineLimit), file: name), path: path, name: name)
      entries = archive.entries.filter { $0.name.hasPrefix("samples/") && $0.name.hasSuffix(".json") }
    } else {
      archive = nil
      entries = []
      let rest = try JSONElements.surroundings(in: path, at: ["samples"])
      head = try InspectHeader(rest, path: path, name: path)
    }
  }

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    if let archive {
      for (place, entry) in entries.enumerated() where places?.contains(place) ?? true {
        let name = "\(path):\(entry.name)"
        let sample = try JSONValue.parse(archive.unpack(entry, limit: Files.lineLimit), file: name)
        for logged in try InspectSample(sample, head: head, file: name, line: 1).logged(place: place) { try body(logged) }
      }
    } else {
      try JSONElements.forEach(in: path, at: ["samples"]) { bytes, line, place in
        if let places, !places.contains(place) { return }
        let sample = try JSONValue.parse(bytes, file: path, firstLine: line)
        for logged in try InspectSample(sample, head: head, file: path, line: line).logged(place: place) { try body(logged) }
      }
    }
    return LogFrame(header: head.header, isComplete: head.isComplete)
  }
}

/// What stands beside the samples.
private struct InspectHeader: Sendable {
  let header: RecordHeader
  let isComplete: Bool
  let task: String
  let scorers: [String]

  init(_ value: JSONValue, path: String, name: String) throws {
    let fields = RecordFields(value, file: name, line: 1)
    let found = try fields.integer("version")
    guard found == InspectLog.version else {
      throw LogError(path: path, problem: .newerVersion(.inspect, found: found, supported: InspectLog.version))
    }
    let eval = try fields.object("eval")
    task = try eval.string("task")
    scorers = (eval.optional("scorers")?.array ?? []).compactMap { $0["name"]?.string }
    // A log without a status is what a run was started with.
    isComplete = try fields.optionalString("status") == "success"
    // Names and options of scorers, the solvers and their arguments: what makes a sample's score.
    let steps = value["plan"]?["steps"]?.array ?? []
    let definition: JSONValue = [
      "version": eval.optional("task_version") ?? .null, "arguments": eval.optional("task_args") ?? .null,
      "scorers": .array((eval.optional("scorers")?.array ?? []).map { ["name": $0["name"] ?? .null, "options": $0["options"] ?? .null] }),
      "solvers": .array(steps.map { ["solver": $0["solver"] ?? .null, "params": $0["params"] ?? .null] }),
    ]
    header = .ofLog(
      tool: "inspect_ai", version: value["eval"]?["packages"]?["inspect_ai"]?.string ?? RecordHeader.unknown,
      model: try eval.optionalString("model") ?? RecordHeader.unknown, created: try eval.optionalString("created") ?? RecordHeader.unknown,
      tasks: [.ofLog(task, definition: definition)])
  }
}

/// One sample: an outcome a scorer.
private struct InspectSample {
  let fields: RecordFields
  let head: InspectHeader

  init(_ value: JSONValue, head: InspectHeader, file: String, line: Int) throws(RecordError) {
    fields = RecordFields(value, file: file, line: line)
    self.head = head
    guard case .object = value else {
      throw fields.error(.wrongValue(field: "sample", found: value.kindName, expected: "a sample, an object"))
    }
  }

  func logged(place: Int) throws(RecordError) -> [LoggedOutcome] {
    let id = try fields.required("id")
    let epoch = fields.optional("epoch") == nil ? 1 : try fields.integer("epoch")
    let target = fields.optional("target") ?? .null
    let asked = LogIdentity.of(fields.optional("input") ?? .null, fields.optional("choices") ?? .null, target)
    var outcome = ItemOutcome(
      task: head.task, item: LogIdentity.of(id, .integer(epoch)), index: place, target: target.asAnswer, prediction: "",
      tokens: .init(prompt: 0, output: 0))
    outcome.output = completion
    outcome.prediction = outcome.output ?? ""
    for (name, value) in fields.optional("metadata")?.members ?? [] {
      // Short texts of the data are what people slice by.
      if let text = value.string, text.utf8.count <= 64 { outcome.slices.append(.init(name: name, value: text)) }
    }
    if let error = fields.optional("error") {
      let message = error["message"]?.string ?? error.asText
      outcome.error = .init(kind: "inspect_error", message: message)
    } else if let reason = fields.optional("invalidation") {
      outcome.unscored = "the sample was invalidated: \(reason["reason"]?.string ?? "no reason given")"
    }
    let scores = fields.optional("scores")?.members ?? []
    let names = head.scorers + scores.map(\.key).filter { !head.scorers.contains($0) }
    return (names.isEmpty ? ["none"] : names).map { name in
      logged(outcome, scorer: name, score: scores.first { $0.key == name }?.value, place: place, asked: asked)
    }
  }

  private func logged(_ sample: ItemOutcome, scorer: String, score: JSONValue?, place: Int, asked: String) -> LoggedOutcome {
    var outcome = sample
    outcome.filter = scorer
    guard let score else {
      if outcome.error == nil && outcome.unscored == nil { outcome.unscored = "the scorer \(scorer) gave it no score" }
      return LoggedOutcome(outcome, place: place, prompt: asked)
    }
    if let answer = score["answer"]?.string { outcome.prediction = answer }
    var isGrade = false
    switch score["value"] {
    case .object(let values):
      outcome.scores = values.map { .init(metric: $0.key, value: Self.number($0.value).value) }
    case let value?:
      let (number, grade) = Self.number(value)
      isGrade = grade
      outcome.scores = [.init(metric: "score", value: number)]
    case nil: break
    }
    let primary = MetricKnowledge.primary(of: outcome.scores.map(\.metric))
    var logged = LoggedOutcome(outcome, place: place, prompt: asked)
    if outcome.unscored == nil {
      logged.settle(by: primary, otherwise: "its score \(score["value"].map { quoted($0.asText) } ?? "") is no number")
    }
    if isGrade, outcome.error == nil, outcome.unscored == nil, let value = logged.outcome.score("score") {
      logged.outcome.isCorrect = value == 1
      logged.isCorrectnessInferred = false
    }
    return logged
  }

  /// A score as a number, and whether it was a grade of right and wrong.
  private static func number(_ value: JSONValue) -> (value: Double?, isGrade: Bool) {
    switch value {
    case .string("C"): (1, true)
    case .string("I"), .string("N"): (0, true)
    case .string("P"): (0.5, true)
    case .bool(let flag): (flag ? 1 : 0, true)
    default: (value.double.flatMap { $0.isFinite ? $0 : nil }, false)
    }
  }

  /// The text that the model said.
  private var completion: String? {
    guard let output = fields.optional("output") else { return nil }
    if let text = output["completion"]?.string { return text }
    let content = output["choices"]?.array?.first?["message"]?["content"]
    return content.map { $0.string ?? ($0.array ?? []).compactMap { $0["text"]?.string }.joined() }
  }
}

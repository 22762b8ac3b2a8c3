// promptfoo, results version 3: one JSON document, a result a test and prompt under `results.results`.

internal import Documents

/// promptfoo's output. Items have no stable id: they are told by variables, assertions, description and prompt.
///
/// `failureReason` 2 is an error, not a wrong answer.
struct PromptfooLog: OutcomeLog {
  static let format = LogFormat.promptfoo
  static let appearance = "JSON with \"results\" of version 3"
  static let repeats = RepeatMeaning.items
  static let version = 3
  private static let results = ["results", "results"]

  static func matches(_ probe: LogProbe) -> Bool {
    probe.has("results.version", "results.results") || probe.has("results.results", "results.stats")
  }

  let path: String
  private let rest: JSONValue

  init(path: String) throws {
    self.path = path
    rest = try JSONElements.surroundings(in: path, at: Self.results)
    let fields = RecordFields(rest, file: path, line: 1)
    let found = try fields.object("results").integer("version")
    guard found == Self.version else { throw LogError(path: path, problem: .newerVersion(.promptfoo, found: found, supported: Self.version)) }
  }

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    var providers: Set<String> = []
    var version = RecordHeader.unknown
    try JSONElements.forEach(in: path, at: Self.results) { bytes, line, place in
      if let places, !places.contains(place) { return }
      let value = try JSONValue.parse(bytes, file: path, firstLine: line)
      let fields = RecordFields(value, file: path, line: line)
      guard case .object = value else { throw fields.error(.wrongValue(field: "result", found: value.kindName, expected: "an object")) }
      if let provider = Self.provider(value), providers.insert(provider).inserted, providers.count > 1 {
        throw LogError(path: path, problem: .severalModels(providers.sorted()))
      }
      try body(try Self.logged(fields, task: task, place: place))
    }
    if let found = rest["metadata"]?["promptfooVersion"]?.string { version = found }
    let header = RecordHeader.ofLog(
      tool: "promptfoo", version: version, model: providers.first ?? RecordHeader.unknown,
      created: rest["results"]?["timestamp"]?.string ?? RecordHeader.unknown,
      tasks: [.ofLog(task, definition: nil, primaryMetric: "success")])
    return LogFrame(header: header)
  }

  /// The configuration's description is what its author calls the suite.
  private var task: String { rest["config"]?["description"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "promptfoo" }

  private static func provider(_ result: JSONValue) -> String? { result["provider"]?["id"]?.string ?? result["provider"]?.string }

  private static func logged(_ fields: RecordFields, task: String, place: Int) throws(RecordError) -> LoggedOutcome {
    let test = fields.optional("testCase")
    let vars = fields.optional("vars") ?? test?["vars"] ?? .null
    let assertions = test?["assert"] ?? .null
    let prompt = try fields.optionalString("promptId") ?? fields.optional("prompt")?["raw"]?.string ?? ""
    let identity = LogIdentity.of(vars, assertions, test?["description"] ?? fields.optional("description") ?? .null, .string(prompt))
    let index = fields.optional("testIdx") == nil ? place : try fields.integer("testIdx")
    var outcome = ItemOutcome(
      task: task, item: identity, index: index, target: assertions.isNull ? "" : assertions.asText, prediction: "",
      tokens: .init(prompt: 0, output: 0))
    outcome.output = fields.optional("response")?["output"]?.asText
    outcome.prediction = outcome.output ?? ""
    let reason = fields.optional("failureReason") == nil ? 0 : try fields.integer("failureReason")
    let isSuccess = try fields.bool("success")
    if reason == 2 {
      outcome.error = .init(kind: "promptfoo_error", message: try fields.optionalString("error") ?? "no message")
    } else {
      outcome.isCorrect = isSuccess
      outcome.scores = [.init(metric: "success", value: isSuccess ? 1 : 0)]
      let score = try fields.required("score")
      outcome.scores.append(.init(metric: "score", value: score.double.flatMap { $0.isFinite ? $0 : nil }))
      for (name, value) in fields.optional("namedScores")?.members ?? [] where name != "score" && name != "success" {
        outcome.scores.append(.init(metric: name, value: value.double.flatMap { $0.isFinite ? $0 : nil }))
      }
    }
    return LoggedOutcome(outcome, place: place)
  }
}

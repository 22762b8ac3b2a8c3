// NeMo Evaluator: `results.jsonl`, a line a problem and repeat.

internal import Documents

/// NeMo Evaluator's results. Items are told by prompt, expected answer and repeat.
///
/// A failure of the system around the model is an error, not a wrong answer, though the tool gives it a reward of 0.
struct NeMoLog: OutcomeLog {
  static let format = LogFormat.nemo
  static let appearance = "JSON Lines with \"problem_idx\", \"repeat\" and \"reward\""
  static let repeats = RepeatMeaning.laterRuns

  static func matches(_ probe: LogProbe) -> Bool { probe.has("problem_idx", "reward") }

  let path: String
  /// The run's own description beside the results: `<run_id>.json`.
  private let bundle: JSONValue?

  init(path: String) throws {
    self.path = path
    let folder = Files.parent(of: path)
    var found: JSONValue?
    for name in try Files.list(folder.isEmpty ? "." : folder) where name.hasPrefix("eval-") && name.hasSuffix(".json") {
      let file = Files.path(name, relativeTo: folder)
      guard let outline = try JSONOutline.of(file), outline.has(["benchmark", "benchmark.name"]) else { continue }
      found = try JSONValue.parse(try Files.read(file, limit: Files.lineLimit), file: file)
    }
    bundle = found
  }

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    try Files.forEachLine(path) { bytes, line, _ in
      if isBlank(bytes) { return }
      if let places, !places.contains(line) { return }
      let value = try JSONValue.parse(bytes, file: path, firstLine: line)
      try body(try logged(RecordFields(value, file: path, line: line), line: line))
    }
    let config = bundle?["config"]
    let header = RecordHeader.ofLog(
      tool: "nemo_evaluator", version: bundle?["sdk_version"]?.string ?? RecordHeader.unknown,
      model: config?["model"]?.string ?? RecordHeader.unknown, created: bundle?["timestamp"]?.string ?? RecordHeader.unknown,
      tasks: [.ofLog(task, definition: nil, primaryMetric: "reward")])
    return LogFrame(header: header)
  }

  private var task: String { bundle?["benchmark"]?["name"]?.string ?? "nemo" }

  private func logged(_ fields: RecordFields, line: Int) throws(RecordError) -> LoggedOutcome {
    guard case .object = fields.value else {
      throw fields.error(.wrongValue(field: "line", found: fields.value.kindName, expected: "a result, an object"))
    }
    let problem = try fields.integer("problem_idx")
    let round = fields.optional("repeat") == nil ? 0 : try fields.integer("repeat")
    let expected = fields.optional("expected_answer") ?? .null
    let prompt = fields.optional("prompt") ?? .null
    let response = fields.optional("model_response")?.asText
    var outcome = ItemOutcome(
      task: task, item: LogIdentity.of(prompt, expected, .integer(round)), index: problem, target: expected.asText,
      prediction: fields.optional("extracted_answer")?.asText ?? response ?? "", tokens: .init(prompt: 0, output: 0))
    outcome.output = response
    if let category = fields.value["metadata"]?["category"]?.string { outcome.slices = [.init(name: "category", value: category)] }
    let details = fields.optional("scoring_details")
    if let kind = Self.infrastructureError(details) {
      outcome.error = .init(kind: kind, message: details?["error"]?.string ?? "no message")
      return LoggedOutcome(outcome, place: line)
    }
    let reward = try fields.required("reward")
    outcome.scores = [.init(metric: "reward", value: reward.double.flatMap { $0.isFinite ? $0 : nil })]
    for (name, value) in fields.optional("scorer_rewards")?.members ?? [] {
      outcome.scores.append(.init(metric: name, value: value.double.flatMap { $0.isFinite ? $0 : nil }))
    }
    var logged = LoggedOutcome(outcome, place: line)
    logged.settle(by: "reward", otherwise: "its reward is no number")
    return logged
  }

  /// The kind of a failure that is not the model's.
  private static func infrastructureError(_ details: JSONValue?) -> String? {
    let kind = details?["error_category"]?.string ?? details?["error_kind"]?.string ?? details?["method"]?.string
    guard let kind, ["infra_error", "tool_infra", "system", "system_error"].contains(kind) else { return nil }
    return kind
  }
}

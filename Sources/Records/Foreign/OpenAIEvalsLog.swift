// OpenAI evals: JSON Lines of a spec, events and a final report.

internal import Digests
internal import Documents

/// The event log of `oaieval`. Items are told by their sample id, prompts are compared; of several matches of a sample the last one counts.
struct OpenAIEvalsLog: OutcomeLog {
  static let format = LogFormat.openAIEvals
  static let appearance = "JSON Lines that start with {\"spec\":..} and hold events with \"sample_id\""
  static let repeats = RepeatMeaning.none

  static func matches(_ probe: LogProbe) -> Bool { probe.has("spec", "spec.eval_name") || probe.has("run_id", "event_id", "sample_id", "data") }

  let path: String

  /// What is known of a sample: its last match, and what was said.
  private struct Sample {
    var place = 0
    var prompt: String?
    var output: String?
    var scores: [ItemOutcome.Score] = []
    var isCorrect: Bool?
    var target = ""
    var picked: String?
    var error: ItemOutcome.Failure?
  }

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    var spec: JSONValue = .null
    var hasReport = false
    var samples: [String: Sample] = [:]
    var order: [String] = []
    // The events of samples are mixed, and the last match counts: what a sample came to is known at the end of the file.
    try Files.forEachLine(path) { bytes, line, _ in
      if isBlank(bytes) { return }
      let value = try JSONValue.parse(bytes, file: path, firstLine: line)
      let fields = RecordFields(value, file: path, line: line)
      guard case .object = value else { throw fields.error(.wrongValue(field: "line", found: value.kindName, expected: "an object")) }
      if let found = fields.optional("spec") {
        spec = found
      } else if value["final_report"] != nil {
        hasReport = true
      } else {
        guard let id = try fields.optionalString("sample_id") else { return }
        let kind = try fields.string("type")
        if samples[id] == nil {
          samples[id] = Sample(place: order.count)
          order.append(id)
        }
        let isWanted = samples[id].map { places?.contains($0.place) ?? true } ?? false
        if isWanted { try Self.take(kind, fields, keepsTexts: places != nil, into: &samples[id, default: Sample()]) }
      }
    }
    let task = spec["eval_name"]?.string ?? spec["base_eval"]?.string ?? "openai-evals"
    for id in order {
      guard let sample = samples.removeValue(forKey: id), places?.contains(sample.place) ?? true else { continue }
      try body(Self.logged(sample, id: id, task: task))
    }
    let definition: JSONValue = ["split": spec["split"] ?? .null, "args": spec["run_config"]?["eval_spec"]?["args"] ?? .null]
    let model = spec["completion_fns"]?.array?.compactMap(\.string) ?? []
    if model.count > 1 { throw LogError(path: path, problem: .severalModels(model)) }
    let header = RecordHeader.ofLog(
      tool: "openai-evals", model: model.first ?? RecordHeader.unknown, created: spec["created_at"]?.string ?? RecordHeader.unknown,
      tasks: [.ofLog(task, definition: spec.isNull ? nil : definition)])
    return LogFrame(header: header, isComplete: hasReport)
  }

  private static func take(_ kind: String, _ fields: RecordFields, keepsTexts: Bool, into sample: inout Sample) throws(RecordError) {
    let data = try fields.object("data")
    switch kind {
    case "sampling":
      sample.prompt = SHA256Digest.of(data.optional("prompt") ?? .null)
      let text = data.optional("sampled")?.asAnswer
      sample.output = text
    case "match":
      let isCorrect = try data.bool("correct")
      sample.isCorrect = isCorrect
      sample.scores = [.init(metric: "correct", value: isCorrect ? 1 : 0)] + sample.scores.filter { $0.metric != "correct" }
      sample.target = keepsTexts ? data.optional("expected")?.asAnswer ?? "" : ""
      sample.picked = data.optional("picked")?.asAnswer ?? data.optional("sampled")?.asAnswer
    case "metrics":
      for (name, value) in data.value.members ?? [] {
        let number = value.bool.map { $0 ? 1.0 : 0.0 } ?? value.double
        guard let number else { continue }
        sample.scores.removeAll { $0.metric == name }
        sample.scores.append(.init(metric: name, value: number.isFinite ? number : nil))
      }
    case "error":
      sample.error = .init(kind: data.optional("type")?.asText ?? "error", message: data.optional("message")?.asText ?? "no message")
    default: break
    }
  }

  private static func logged(_ sample: Sample, id: String, task: String) -> LoggedOutcome {
    var outcome = ItemOutcome(
      task: task, item: LogIdentity.of(.string(id)), index: sample.place, target: sample.target,
      prediction: sample.picked ?? sample.output ?? "", tokens: .init(prompt: 0, output: 0))
    outcome.output = sample.output
    outcome.scores = sample.scores
    // A match after an error means that the sample was asked again.
    if sample.isCorrect == nil { outcome.error = sample.error }
    outcome.isCorrect = sample.isCorrect
    var logged = LoggedOutcome(outcome, place: sample.place, prompt: sample.prompt)
    if sample.isCorrect == nil {
      logged.settle(by: MetricKnowledge.primary(of: sample.scores.map(\.metric)), otherwise: "the log has no match event for it")
    }
    return logged
  }
}

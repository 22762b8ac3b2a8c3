// HELM: `per_instance_stats.json`, and beside it `scenario_state.json` with the texts and `run_spec.json` with the run's name.

internal import Documents

/// HELM's run folder or its per-instance statistics. Items are told by instance, perturbation and trial.
struct HELMLog: OutcomeLog {
  static let format = LogFormat.helm
  static let appearance = "a JSON array of objects with \"instance_id\" and \"stats\", or the run folder that holds it"
  static let repeats = RepeatMeaning.items
  private static let statistics = "per_instance_stats.json"

  static func matches(_ probe: LogProbe) -> Bool {
    if case .folder(let outlines) = probe.kind { return outlines[statistics].map(matches) ?? false }
    return probe.outline.map(matches) ?? false
  }

  private static func matches(_ outline: JSONOutline) -> Bool { outline.isArray && outline.has(["[0].instance_id", "[0].stats"]) }

  let path: String
  private let file: String
  private let folder: String
  private let spec: JSONValue?

  init(path: String) throws {
    self.path = path
    file = Files.isDirectory(path) ? Files.path(Self.statistics, relativeTo: path) : path
    folder = Files.parent(of: file)
    let named = Files.path("run_spec.json", relativeTo: folder)
    spec = Files.exists(named) ? try JSONValue.parse(try Files.read(named, limit: Files.lineLimit), file: named) : nil
  }

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    let texts = try texts(withAnswers: places != nil)
    try JSONElements.forEach(in: file, at: []) { bytes, line, place in
      if let places, !places.contains(place) { return }
      let value = try JSONValue.parse(bytes, file: file, firstLine: line)
      try body(try logged(RecordFields(value, file: file, line: line), place: place, texts: texts))
    }
    let adapter = spec?["adapter_spec"]
    var asked = adapter?.members ?? []
    asked.removeAll { ["model", "model_deployment"].contains($0.key) }
    let definition: JSONValue? = spec.map {
      [
        "scenario": $0["scenario_spec"] ?? .null, "metrics": $0["metric_specs"] ?? .null,
        "adapter": .object(of: asked.map { ($0.key, $0.value) }),
      ]
    }
    let header = RecordHeader.ofLog(
      tool: "helm", model: adapter?["model"]?.string ?? RecordHeader.unknown,
      tasks: [.ofLog(task, definition: definition, fewshotCount: 0)])
    return LogFrame(header: header)
  }

  /// The run's name without the model in it.
  private var task: String {
    guard let name = spec?["name"]?.string else { return "helm" }
    guard let colon = name.firstIndex(of: ":") else { return name }
    let arguments = name[name.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false)
    let kept = arguments.filter { !$0.hasPrefix("model=") && !$0.hasPrefix("model_deployment=") }
    return kept.isEmpty ? String(name[..<colon]) : "\(name[..<colon]):\(kept.joined(separator: ","))"
  }

  /// What was asked and answered in one trial of an instance.
  private struct Texts {
    var prompt: String
    /// A hash where only it is needed.
    var answer: String
    var output: String?
    var target: String
  }

  private struct Key: Hashable {
    var instance: String
    var perturbation: String
    var trial: Int
  }

  private func key(_ fields: RecordFields, perturbation: JSONValue?) throws(RecordError) -> Key {
    let trial = fields.optional("train_trial_index") == nil ? 0 : try fields.integer("train_trial_index")
    return Key(instance: "", perturbation: perturbation?.serialized(.canonical) ?? "", trial: trial)
  }

  /// The texts of each trial, where the scenario's state is beside the statistics.
  private func texts(withAnswers: Bool) throws -> [Key: Texts] {
    let name = Files.path("scenario_state.json", relativeTo: folder)
    var texts: [Key: Texts] = [:]
    guard Files.exists(name) else { return texts }
    try JSONElements.forEach(in: name, at: ["request_states"]) { bytes, line, _ in
      let value = try JSONValue.parse(bytes, file: name, firstLine: line)
      let fields = RecordFields(value, file: name, line: line)
      // With one request a choice, the last one's text stands for the item.
      let instance = try fields.object("instance")
      var key = try key(fields, perturbation: instance.optional("perturbation"))
      key.instance = try instance.optionalString("id") ?? ""
      let text = value["result"]?["completions"]?.array?.first?["text"]?.string
      let answer = text.flatMap { value["output_mapping"]?[Self.trimmed($0)]?.string } ?? text ?? ""
      let references = instance.value["references"]?.array ?? []
      let right = references.first { ($0["tags"]?.array ?? []).contains("correct") }
      let target = right?["output"]?["text"]?.string ?? ""
      let prompt = value["request"]?["prompt"]?.string ?? ""
      texts[key] = Texts(
        prompt: LogIdentity.of(.string(prompt)), answer: answer, output: withAnswers ? text : nil, target: withAnswers ? target : "")
    }
    return texts
  }

  private static func trimmed(_ text: String) -> String { String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }

  /// Statistics that count work and say nothing of the answer.
  private static let bookkeeping = [
    "num_", "inference_", "training_", "prompt_truncated", "finish_reason", "batch_size", "estimated_", "logprob", "max_prob", "predicted_index",
  ]

  private func logged(_ fields: RecordFields, place: Int, texts: [Key: Texts]) throws(RecordError) -> LoggedOutcome {
    guard case .object = fields.value else {
      throw fields.error(.wrongValue(field: "element", found: fields.value.kindName, expected: "an instance's statistics, an object"))
    }
    let instance = try fields.string("instance_id")
    var key = try key(fields, perturbation: fields.optional("perturbation"))
    key.instance = instance
    var outcome = ItemOutcome(
      task: task, item: LogIdentity.of(.string(instance), .string(key.perturbation), .integer(key.trial)), index: place, target: "",
      prediction: "", tokens: .init(prompt: 0, output: 0))
    if let text = texts[key] {
      outcome.prediction = text.answer
      outcome.output = text.output
      outcome.target = text.target
    }
    for stat in try fields.objects("stats") {
      let name = try stat.object("name")
      let metric = try name.string("name")
      if Self.bookkeeping.contains(where: metric.hasPrefix) || outcome.scores.contains(where: { $0.metric == metric }) { continue }
      if let split = try name.optionalString("split"), outcome.slices.isEmpty { outcome.slices = [.init(name: "split", value: split)] }
      outcome.scores.append(.init(metric: metric, value: stat.optional("mean")?.double.flatMap { $0.isFinite ? $0 : nil }))
    }
    let primary = MetricKnowledge.primary(of: outcome.scores.map(\.metric))
    var logged = LoggedOutcome(outcome, place: place, prompt: texts[key]?.prompt)
    logged.settle(by: primary, otherwise: primary.map { "its \($0) is no finite number" } ?? "the log has no metric for it")
    return logged
  }
}

// What the harness's `results_<date>.json` says of a run: model, versions, task configurations, directions.

internal import Documents

/// The results file beside the samples; everything is unknown where there is none.
struct LMEvalResults: Sendable {
  private let value: JSONValue?

  /// The results of a folder: those of the date, else the newest.
  static func beside(_ folder: String, names: [String], date: String) throws -> LMEvalResults {
    let files = names.filter { $0.hasPrefix("results") && $0.hasSuffix(".json") }.sorted()
    guard let name = files.first(where: { !date.isEmpty && $0.contains(date) }) ?? files.last else { return LMEvalResults(value: nil) }
    let path = Files.path(name, relativeTo: folder)
    let value = try JSONValue.parse(try Files.read(path, limit: Files.lineLimit), file: path)
    // A results.json of another tool says nothing.
    return LMEvalResults(value: value["configs"] != nil ? value : nil)
  }

  /// A task's name in full: in file names, what is no letter, digit or underscore may have been replaced.
  func fullName(of name: String) -> String {
    guard let configs = value?["configs"]?.members else { return name }
    func plain(_ text: String) -> String { String(text.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" }) }
    if configs.contains(where: { $0.key == name }) { return name }
    return configs.first { plain($0.key) == plain(name) }?.key ?? name
  }

  /// What stands between a prompt and a choice.
  func delimiter(of task: String) -> String { value?["configs"]?[task]?["target_delimiter"]?.string ?? " " }

  func header(tasks: [String]) -> RecordHeader {
    guard let value else { return .ofLog(tool: "lm-evaluation-harness", model: RecordHeader.unknown) }
    let config = value["config"]
    var header = RecordHeader.ofLog(
      tool: "lm-evaluation-harness", version: value["lm_eval_version"]?.string ?? RecordHeader.unknown,
      model: value["model_name"]?.string ?? config?["model"]?.string ?? RecordHeader.unknown, tasks: tasks.compactMap(task),
      precision: config?["model_dtype"]?.string ?? RecordHeader.unknown, parameters: config?["model_num_parameters"]?.integer ?? 0)
    if let digest = config?["model_sha"]?.string, !digest.isEmpty { header.model.weightsDigest = digest }
    if let template = value["chat_template_sha"]?.string { header.chatTemplateDigest = "sha256:\(template)" }
    return header
  }

  /// Keys of a task's configuration that say where things are, not what is asked.
  private static let placeKeys: Set<String> = ["metadata", "dataset_path", "dataset_kwargs", "tag", "group", "task_alias", "unsafe_code"]

  private func task(_ name: String) -> RecordHeader.Task? {
    guard let config = value?["configs"]?[name]?.members else { return nil }
    let version = value?["versions"]?[name] ?? .null
    let shots = value?["n-shot"]?[name]?.integer ?? 0
    let definition: JSONValue = [
      "version": version, "config": .object(of: config.filter { !Self.placeKeys.contains($0.key) }.map { ($0.key, $0.value) }),
    ]
    let directions = value?["higher_is_better"]?[name]?.members ?? []
    let metrics = directions.map { name, direction in
      RecordHeader.Task.Metric(name: name, higherIsBetter: direction.bool ?? MetricKnowledge.higherIsBetter(name))
    }
    return .ofLog(name, definition: definition, fewshotCount: max(0, shots), metrics: metrics)
  }
}

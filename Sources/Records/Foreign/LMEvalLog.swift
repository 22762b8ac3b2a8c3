// lm-evaluation-harness: `samples_<task>_<date>.jsonl`, a line a document and filter, and `results_<date>.json` beside it.

internal import Documents

/// The harness's logs: one samples file, or a folder of them.
///
/// Items are joined by task, filter and `doc_hash`; `doc_id` counts otherwise after an unsorted `--samples`. The first request's prompt is compared by
/// `prompt_hash`. Of several runs appended to one file, the last outcome of each document counts.
struct LMEvalLog: OutcomeLog {
  static let format = LogFormat.lmEval
  static let appearance = "JSON Lines with \"doc_id\", \"doc\" and \"resps\""
  static let repeats = RepeatMeaning.laterRuns

  static func matches(_ probe: LogProbe) -> Bool {
    if case .folder(let outlines) = probe.kind { return outlines.values.contains(where: matches) }
    return probe.outline.map(matches) ?? false
  }

  private static func matches(_ outline: JSONOutline) -> Bool {
    outline.has(["doc_id", "doc"]) && (outline.has(["filtered_resps"]) || outline.has(["resps"]) || outline.has(["arguments"]))
  }

  let path: String
  private let files: [LMEvalFile]
  private let results: LMEvalResults
  private let notes: [String]

  init(path: String) throws {
    self.path = path
    let isFolder = Files.isDirectory(path)
    let folder = isFolder ? path : Files.parent(of: path)
    let names = try Files.list(folder.isEmpty ? "." : folder)
    var samples: [String] = []
    if isFolder {
      for name in names where name.hasSuffix(".jsonl") {
        if let outline = try JSONOutline.of(Files.path(name, relativeTo: folder)), Self.matches(outline) { samples.append(name) }
      }
    } else {
      samples = [Files.name(of: path)]
    }
    // Of several runs of a task in one folder, the newest one counts: their names end with the time.
    var newest: [String: (name: String, date: String)] = [:]
    var older = 0
    for name in samples {
      let (task, date) = LMEvalFile.parts(of: name)
      if let known = newest[task] {
        older += 1
        if date <= known.date { continue }
      }
      newest[task] = (name, date)
    }
    let dates = newest.values.map(\.date)
    let results = try LMEvalResults.beside(folder, names: names, date: dates.max() ?? "")
    self.results = results
    files = newest.sorted { $0.key < $1.key }.map { task, file in
      LMEvalFile(path: Files.path(file.name, relativeTo: folder), task: results.fullName(of: task))
    }
    notes = older == 0 ? [] : ["\(path): \(older) samples files are older runs of the same tasks and were left aside"]
  }

  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame {
    for (number, file) in files.enumerated() {
      try Files.forEachLine(file.path) { bytes, line, _ in
        let place = number << 40 | line
        if let places, !places.contains(place) { return }
        if isBlank(bytes) { return }
        let value = try JSONValue.parse(bytes, file: file.path, firstLine: line)
        try body(try LMEvalSample(value, file: file, line: line, delimiter: results.delimiter(of: file.task)).logged(place: place))
      }
    }
    return LogFrame(header: results.header(tasks: files.map(\.task)), notes: notes)
  }
}

/// Whether a line holds nothing.
func isBlank(_ bytes: Span<UInt8>) -> Bool {
  var index = 0
  while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0D { index += 1 }
  return index == bytes.count
}

/// A samples file and the task that its name tells.
struct LMEvalFile: Sendable {
  var path: String
  var task: String

  /// Task and date of `samples_<task>_<date>.jsonl`; a name of another form is the task's.
  static func parts(of name: String) -> (task: String, date: String) {
    var stem = Substring(name)
    if stem.hasSuffix(".jsonl") { stem.removeLast(6) }
    if stem.hasPrefix("samples_") { stem.removeFirst(8) }
    if let bar = stem.lastIndex(of: "_") {
      let date = stem[stem.index(after: bar)...]
      let digits = date.utf8.prefix(4).allSatisfy { (0x30...0x39).contains($0) }
      if digits, date.utf8.count >= 19, date.contains("T"), bar > stem.startIndex { return (String(stem[..<bar]), String(date)) }
    }
    return (String(stem), "")
  }
}

/// One line of a samples file.
private struct LMEvalSample {
  let fields: RecordFields
  let task: String
  let delimiter: String

  init(_ value: JSONValue, file: LMEvalFile, line: Int, delimiter: String) throws(RecordError) {
    fields = RecordFields(value, file: file.path, line: line)
    guard case .object = value else {
      throw fields.error(.wrongValue(field: "line", found: value.kindName, expected: "a sample, an object"))
    }
    task = file.task
    self.delimiter = delimiter
  }

  func logged(place: Int) throws(RecordError) -> LoggedOutcome {
    let document = try fields.required("doc")
    var hash = try fields.optionalString("doc_hash")
    if let text = hash, text.utf8.count != 64 { hash = nil }
    // Logs from before the hashes are joined by the document itself.
    let item = hash.map { "sha256:\($0)" } ?? LogIdentity.of(document)
    let responses = try fields.required("filtered_resps").array ?? []
    let raw = fields.optional("resps")?.array ?? responses
    var outcome = ItemOutcome(
      task: task, item: item, index: try fields.integer("doc_id"), target: fields.optional("target")?.asText ?? "", prediction: "",
      tokens: .init(prompt: 0, output: 0))
    outcome.filter = try fields.optionalString("filter") ?? "none"
    let names = try metricNames()
    outcome.scores = names.map { name in ItemOutcome.Score(metric: name, value: Self.number(fields.value[name])) }
    let primary = MetricKnowledge.primary(of: names)
    if let choices = try choices(raw) {
      outcome.choices = choices
      let ranking = primary.flatMap(ChoiceRanking.init(rawValue:)) ?? .acc
      outcome.prediction = ranking.pick(choices).map { choices[$0].text } ?? ""
    } else {
      outcome.output = Self.firstText(raw)
      outcome.prediction = responses.first?.asAnswer ?? ""
    }
    var logged = LoggedOutcome(outcome, place: place, prompt: prompt)
    logged.settle(by: primary, otherwise: unscoredReason(primary))
    return logged
  }

  /// The hashes of the first request's prompt and of the target, where the log has them.
  private var prompt: String? {
    let parts = ["prompt_hash", "target_hash"].compactMap { fields.optional($0)?.string }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  /// The metrics that the line names; in older logs, every flat key that is none of the format's own.
  private func metricNames() throws(RecordError) -> [String] {
    if let listed = fields.optional("metrics") {
      guard let names = listed.array else { throw fields.wrong("metrics", listed, expected: "an array of names") }
      return names.compactMap(\.string)
    }
    return (fields.value.members ?? []).filter { !Self.ownKeys.contains($0.key) && Self.isScore($0.value) }.map(\.key)
  }

  private static let ownKeys: Set<String> = [
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash",
  ]

  private static func isScore(_ value: JSONValue) -> Bool { value.double != nil || value.bool != nil }

  private static func number(_ value: JSONValue?) -> Double? {
    if let flag = value?.bool { return flag ? 1 : 0 }
    return value?.double.flatMap { $0.isFinite ? $0 : nil }
  }

  private func unscoredReason(_ metric: String?) -> String {
    guard let metric else { return "the log has no metric for it" }
    switch fields.value[metric] {
    case nil: return "the log has no \(metric) for it"
    case .array, .object: return "\(metric) is computed over the whole task only"
    default: return "its \(metric) is no finite number"
    }
  }

  /// Choices with their log-probabilities; nil for generated text.
  private func choices(_ responses: [JSONValue]) throws(RecordError) -> [ItemOutcome.Choice]? {
    guard let arguments = fields.optional("arguments"), let first = responses.first, Self.likelihood(first) != nil else { return nil }
    var requests: [(context: String, continuation: String)] = []
    for (place, request) in Self.requests(arguments).enumerated() {
      guard let context = request.first?.string, request.count > 1, let continuation = request[1].string else {
        if place == 0 { return nil }
        throw fields.wrong("arguments", arguments, expected: "a context and a continuation for each choice")
      }
      requests.append((context, continuation))
    }
    guard requests.count == responses.count else {
      throw fields.error(
        .wrongValue(field: "resps", found: "\(responses.count) responses", expected: "one for each of the \(requests.count) requests"))
    }
    // acc_mutual_info asks for each choice again without its context; a single request is a likelihood, not a choice.
    let half = requests.count / 2
    let isTwice =
      half > 0 && requests.count % 2 == 0 && requests[half...].allSatisfy({ $0.context.isEmpty })
      && requests[..<half].contains(where: { !$0.context.isEmpty })
    let count = isTwice ? half : requests.count
    if count < 2 { return nil }
    // Where the continuation is the same for all, the contexts are the choices.
    let isSame = requests[..<count].allSatisfy { $0.continuation == requests[0].continuation }
    var choices: [ItemOutcome.Choice] = []
    for (place, request) in requests[..<count].enumerated() {
      guard let (logprob, isGreedy) = Self.likelihood(responses[place]) else {
        throw fields.wrong("resps[\(place)]", responses[place], expected: "a log-probability and whether it is greedy")
      }
      let text = isSame ? request.context : withoutDelimiter(request.continuation)
      choices.append(ItemOutcome.Choice(text: text, logprob: logprob, tokens: 0, isGreedy: isGreedy))
    }
    return choices
  }

  private func withoutDelimiter(_ continuation: String) -> String {
    !delimiter.isEmpty && continuation.hasPrefix(delimiter) ? String(continuation.dropFirst(delimiter.count)) : continuation
  }

  /// The requests in their order: `gen_args_0`, `gen_args_1` and so on, each with `arg_0`, `arg_1`; lists in older logs.
  private static func requests(_ arguments: JSONValue) -> [[JSONValue]] {
    if let lists = arguments.array { return lists.map { $0.array ?? [] } }
    var requests: [[JSONValue]] = []
    while let request = arguments["gen_args_\(requests.count)"] {
      requests.append(["arg_0", "arg_1"].compactMap { request[$0] })
    }
    return requests
  }

  /// `["-12.3","False"]`, or that inside of a list of repeats.
  private static func likelihood(_ response: JSONValue) -> (logprob: Double, isGreedy: Bool)? {
    guard let parts = response.array else { return nil }
    if parts.count == 1, parts[0].array != nil { return likelihood(parts[0]) }
    guard parts.count == 2 else { return nil }
    let logprob = parts[0].double ?? parts[0].string.flatMap(Double.init)
    let greedy = parts[1].bool ?? parts[1].string.flatMap { ["True": true, "False": false][$0] }
    guard let logprob, let greedy else { return nil }
    return (logprob, greedy)
  }

  private static func firstText(_ responses: [JSONValue]) -> String? {
    var value = responses.first
    while let list = value?.array { value = list.first }
    return value?.asText
  }
}

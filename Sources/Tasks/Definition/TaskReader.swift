// Keys of a task file to a definition, with everything that is wrong collected on the way.

internal import Documents
internal import Metrics
internal import OrderedCollections
<<<<<<< HEAD
internal import Templates

/// Reads one task. Problems are collected, so that a person sees all of them at once.
struct TaskReader {
  private let keys: TaskKeys
=======

/// Reads one task. Problems are collected, so that a person sees all of them at once.
struct TaskReader {
  let keys: TaskKeys
>>>>>>> tasks
  private let name: String
  private(set) var problems: [TaskProblem] = []
  private let builtIn: BuiltInTask?

  /// - Parameter builtIn: the task whose definition this is, if it is one that is built in.
  static func read(_ keys: TaskKeys, builtIn: BuiltInTask? = nil) throws -> TaskDefinition {
    var reader = TaskReader(keys: keys, builtIn: builtIn)
    let definition = reader.definition()
    guard let definition, reader.problems.isEmpty else { throw TaskLoadError(.invalid(reader.problems)) }
    return definition
  }

  private init(keys: TaskKeys, builtIn: BuiltInTask?) {
    self.keys = keys
    self.builtIn = builtIn
    name = keys.taskName ?? ""
  }

<<<<<<< HEAD
  private mutating func report(_ location: SourceLocation, _ problem: TaskProblem.Problem, cause: (any Error)? = nil) {
    problems.append(TaskProblem(location, problem, cause: cause))
  }

  private mutating func definition() -> TaskDefinition? {
=======
  mutating func report(_ location: SourceLocation, _ problem: TaskProblem.Problem, cause: (any Error)? = nil) {
    problems.append(TaskProblem(location, problem, cause: cause))
  }

  mutating func definition() -> TaskDefinition? {
>>>>>>> tasks
    check(keys.entries.values.map { ($0.key, $0.value) }, against: KnownKeys.task, inside: nil)
    checkFilters()
    guard let task = keys["task"] else {
      report(keys.location, .noTask)
      return nil
    }
    if task.value.text?.isEmpty ?? true {
      report(task.value.location, .wrongKind(key: "task", found: task.value.kindName, expected: "a name"))
    }
    let output = outputType()
    let isChoice = output == .multipleChoice
    guard let turn = turn(isChoice: isChoice) else { return nil }
    let splits = TaskDefinition.Splits(
      training: string("training_split"), validation: string("validation_split"), test: string("test_split"))
    if splits.evaluated == nil {
      report(keys.location, .missingKey("test_split", why: "name the split whose documents are asked, as test_split or validation_split"))
    }
    let fewShot = fewShot(turn)
    let dataset = dataset()
    let metrics = metrics(isChoice ? .choices : .likelihood)
    guard let output, let fewShot, let dataset, !metrics.isEmpty else { return nil }
    var definition = TaskDefinition(
      name: name, location: task.value.location, outputType: output, turn: turn, description: prompt("description"), fewShot: fewShot,
      splits: splits, dataset: dataset, metrics: metrics, primaryMetric: (metrics.first { $0.judgesCorrectness } ?? metrics[0]).name,
      builtIn: builtIn)
    readOptions(into: &definition)
    return definition
  }

  // MARK: - Keys

  /// Reports unknown keys, refused ones, and Python functions anywhere.
<<<<<<< HEAD
  private mutating func check(_ pairs: [(key: YAMLNode, value: YAMLNode)], against known: [String: KeyRole], inside parent: String?) {
=======
  mutating func check(_ pairs: [(key: YAMLNode, value: YAMLNode)], against known: [String: KeyRole], inside parent: String?) {
>>>>>>> tasks
    for (key, value) in pairs {
      let name = key.text ?? key.kindName
      if value.tag == "!function" {
        let replaced = BuiltInTask.all.contains { $0.name == self.name } ? self.name : nil
        report(value.location, .function(key: name, name: value.text ?? "", builtIn: builtIn == nil ? replaced : nil))
        continue
      }
      switch known[name] {
      case .refused(let reason)? where !value.json.isNull: report(key.location, .unsupported(key: name, reason: reason))
      case nil where !name.hasPrefix("x-"):
        report(key.location, .unknownKey(name, inside: parent, nearest: nearestName(to: name, among: known.keys.sorted())))
      default: break
      }
    }
  }

  /// The value of a key; nil where it is left out or null.
<<<<<<< HEAD
  private func value(_ key: String) -> YAMLNode? {
=======
  func value(_ key: String) -> YAMLNode? {
>>>>>>> tasks
    guard let value = keys[key]?.value, value.tag == nil, !value.json.isNull else { return nil }
    return value
  }

<<<<<<< HEAD
  private mutating func string(_ key: String) -> String? { value(key).flatMap { string(key, $0) } }

  private mutating func string(_ key: String, _ node: YAMLNode) -> String? {
=======
  mutating func string(_ key: String) -> String? { value(key).flatMap { string(key, $0) } }

  mutating func string(_ key: String, _ node: YAMLNode) -> String? {
>>>>>>> tasks
    guard let text = node.text, node.tag == nil, node.json.string != nil else {
      if node.tag != "!function" { report(node.location, .wrongKind(key: key, found: node.kindName, expected: "a string")) }
      return nil
    }
    return text
  }

<<<<<<< HEAD
  private mutating func prompt(_ key: String) -> PromptText? { value(key).flatMap { prompt(key, $0) } }

  /// A field or template; nil for an empty text too, where the harness takes it for none.
  private mutating func prompt(_ key: String, _ node: YAMLNode, keepsEmpty: Bool = false) -> PromptText? {
=======
  mutating func prompt(_ key: String) -> PromptText? { value(key).flatMap { prompt(key, $0) } }

  /// A field or template; nil for an empty text too, where the harness takes it for none.
  mutating func prompt(_ key: String, _ node: YAMLNode, keepsEmpty: Bool = false) -> PromptText? {
>>>>>>> tasks
    guard let text = string(key, node), keepsEmpty || !text.isEmpty else { return nil }
    do {
      return try PromptText(text, key: key, location: node.location)
    } catch {
      report(node.location, .template(key: key), cause: error)
      return nil
    }
  }

<<<<<<< HEAD
  private mutating func outputType() -> TaskDefinition.OutputType? {
=======
  mutating func outputType() -> TaskDefinition.OutputType? {
>>>>>>> tasks
    guard let node = value("output_type") else {
      report(
        keys.location, .missingKey("output_type", why: "without it the task is generate_until, which is not yet supported by this version"))
      return nil
    }
    guard let text = string("output_type", node) else { return nil }
    if let type = TaskDefinition.OutputType(rawValue: text) { return type }
    if text == "generate_until" || text == "loglikelihood_rolling" {
      report(node.location, .notYet("output_type \(text)"))
    } else {
      let known = ["multiple_choice", "loglikelihood", "loglikelihood_rolling", "generate_until"]
      report(node.location, .unknownValue(key: "output_type", found: text, known: known))
    }
    return nil
  }

  // MARK: - Prompts

<<<<<<< HEAD
  private mutating func turn(isChoice: Bool) -> TaskDefinition.Turn? {
=======
  mutating func turn(isChoice: Bool) -> TaskDefinition.Turn? {
>>>>>>> tasks
    let text = text("doc_to_text", value("doc_to_text"))
    if keys["doc_to_text"] == nil { report(keys.location, .missingKey("doc_to_text", why: "it is the question's text")) }
    let target = target("doc_to_target", value("doc_to_target"))
    if keys["doc_to_target"] == nil { report(keys.location, .missingKey("doc_to_target", why: "it is the right answer")) }
    let choices = choices("doc_to_choice", value("doc_to_choice"))
    if isChoice, keys["doc_to_choice"] == nil {
      report(keys.location, .missingKey("doc_to_choice", why: "a multiple-choice task needs choices"))
    }
    let delimiter = value("target_delimiter").flatMap { string("target_delimiter", $0) } ?? " "
    guard let text, let target, choices != nil || !isChoice else { return nil }
    return TaskDefinition.Turn(text: text, choices: choices, target: target, prefix: prompt("gen_prefix"), targetDelimiter: delimiter)
  }

<<<<<<< HEAD
  private mutating func text(_ key: String, _ node: YAMLNode?) -> PromptText? {
=======
  mutating func text(_ key: String, _ node: YAMLNode?) -> PromptText? {
>>>>>>> tasks
    guard let node else { return nil }
    if node.json.integer != nil {
      report(node.location, .notYet("\(key) as an index, which puts the choices into the context,"))
      return nil
    }
    return prompt(key, node, keepsEmpty: true)
  }

<<<<<<< HEAD
  private mutating func target(_ key: String, _ node: YAMLNode?) -> PromptTarget? {
=======
  mutating func target(_ key: String, _ node: YAMLNode?) -> PromptTarget? {
>>>>>>> tasks
    guard let node else { return nil }
    if let index = node.json.integer, node.text != nil { return .index(index) }
    if let list = node.sequence { return .list(list.map(\.json)) }
    return prompt(key, node, keepsEmpty: true).map(PromptTarget.text)
  }

<<<<<<< HEAD
  private mutating func choices(_ key: String, _ node: YAMLNode?) -> PromptChoices? {
=======
  mutating func choices(_ key: String, _ node: YAMLNode?) -> PromptChoices? {
>>>>>>> tasks
    guard let node else { return nil }
    if let nodes = node.sequence ?? node.mapping?.map(\.value) {
      var choices: [String] = []
      for choice in nodes {
        guard case .string(let text) = choice.json else {
          report(
            choice.location,
            .wrongKind(key: key, found: "a list with \(choice.kindName) in it", expected: "a list of strings; put it in quotes"))
          return nil
        }
        choices.append(text)
      }
      return .fixed(choices)
    }
    return prompt(key, node).map(PromptChoices.text)
  }

<<<<<<< HEAD
  // MARK: - Examples

  private mutating func fewShot(_ turn: TaskDefinition.Turn) -> TaskDefinition.FewShot? {
    let delimiter = value("fewshot_delimiter").flatMap { string("fewshot_delimiter", $0) } ?? "\n\n"
    var fewShot = TaskDefinition.FewShot(turn: turn, delimiter: delimiter, split: string("fewshot_split"))
    if let node = value("num_fewshot") {
      guard let count = node.json.integer, (0...1000).contains(count) else {
        report(
          node.location, .wrongKind(key: "num_fewshot", found: node.text.map(quoted) ?? node.kindName, expected: "a number from 0 to 1000"))
        return nil
      }
      fewShot.count = count
    }
    guard let config = value("fewshot_config") else { return fewShot }
    guard let pairs = config.mapping else {
      report(config.location, .wrongKind(key: "fewshot_config", found: config.kindName, expected: "a mapping"))
      return nil
    }
    check(pairs, against: KnownKeys.fewShot, inside: "fewshot_config")
    for (key, value) in pairs where value.tag == nil { read(key.text ?? "", value, into: &fewShot) }
    return fewShot
  }

  private mutating func read(_ key: String, _ value: YAMLNode, into fewShot: inout TaskDefinition.FewShot) {
    if value.json.isNull, key != "gen_prefix", key != "split" { return }
    switch key {
    case "sampler":
      guard let text = string(key, value) else { return }
      guard let sampler = TaskDefinition.Sampler(rawValue: text) else {
        return report(value.location, .unknownValue(key: key, found: text, known: TaskDefinition.Sampler.allCases.map(\.rawValue)))
      }
      fewShot.sampler = sampler
    case "split": fewShot.split = value.json.isNull ? nil : string(key, value)
    case "samples": fewShot.samples = samples(value)
    case "doc_to_text": if let text = text(key, value) { fewShot.turn.text = text }
    case "doc_to_target": if let target = target(key, value) { fewShot.turn.target = target }
    case "doc_to_choice": if let choices = choices(key, value) { fewShot.turn.choices = choices }
    case "gen_prefix": fewShot.turn.prefix = value.json.isNull ? nil : prompt(key, value)
    case "fewshot_delimiter": if let text = string(key, value) { fewShot.delimiter = text }
    case "target_delimiter": if let text = string(key, value) { fewShot.turn.targetDelimiter = text }
    default: break
    }
  }

  private mutating func samples(_ node: YAMLNode) -> [TaskDocument]? {
    guard let nodes = node.sequence else {
      report(node.location, .wrongKind(key: "samples", found: node.kindName, expected: "a list of documents"))
      return nil
    }
    return nodes.compactMap { node in
      guard node.mapping != nil else {
        report(node.location, .wrongKind(key: "samples", found: "a list with \(node.kindName) in it", expected: "a list of documents"))
        return nil
      }
      return TaskDocument(value: node.json, location: node.location)
    }
  }

  // MARK: - Metrics

  private mutating func metrics(_ kind: ResponseKind) -> [any Metric] {
    guard let node = value("metric_list") else { return MetricCatalog.defaults(for: kind) }
    guard let entries = node.sequence, !entries.isEmpty else {
      report(node.location, .wrongKind(key: "metric_list", found: node.kindName, expected: "a list of metrics"))
      return []
    }
    return entries.compactMap { metric($0, kind) }
  }

  private mutating func metric(_ entry: YAMLNode, _ kind: ResponseKind) -> (any Metric)? {
    guard let pairs = entry.mapping else {
      report(
        entry.location,
        .wrongKind(key: "metric_list", found: "a list with \(entry.kindName) in it", expected: "mappings with the key \"metric\""))
      return nil
    }
    check(pairs, against: KnownKeys.metric, inside: "metric_list")
    guard let node = entry["metric"] else {
      report(entry.location, .missingKey("metric", why: "it names the metric"))
      return nil
    }
    guard node.tag == nil, let name = string("metric", node) else { return nil }
    let metric: any Metric
    do {
      metric = try MetricCatalog.metric(named: name)
    } catch {
      report(node.location, .metric(name), cause: error)
      return nil
    }
    guard metric.scores.contains(kind) else {
      let known = MetricCatalog.all.filter { $0.scores.contains(kind) }.map(\.name)
      report(node.location, .unknownValue(key: "metric", found: name, known: known))
      return nil
    }
    if let aggregation = entry["aggregation"], aggregation.tag == nil, aggregation.text != metric.aggregation.name {
      report(
        aggregation.location,
        .unknownValue(key: "aggregation", found: aggregation.text ?? aggregation.kindName, known: [metric.aggregation.name]))
    }
    if let direction = entry["higher_is_better"], direction.json.bool != metric.higherIsBetter {
      report(
        direction.location,
        .unknownValue(
          key: "higher_is_better", found: direction.text ?? direction.kindName, known: [metric.higherIsBetter ? "true" : "false"]))
    }
    return metric
  }

  /// Filters of answers that are likelihoods: taking the first of one is all that can be done.
  private mutating func checkFilters() {
    guard let list = value("filter_list")?.sequence else { return }
    for entry in list {
      for function in entry["filter"]?.sequence ?? [] where function["function"]?.text != "take_first" {
        report(
          function.location,
          .unsupported(key: "filter_list", reason: "likelihoods are scored as they are; only the function take_first leaves them so"))
      }
    }
  }

  // MARK: - Data

  private mutating func dataset() -> DatasetSource? {
    guard let node = value("dataset_path"), let path = string("dataset_path", node) else {
      if keys["dataset_path"] == nil {
        report(keys.location, .missingKey("dataset_path", why: "it says where the documents are: json, csv or a path"))
      }
      return nil
    }
    let options = value("dataset_kwargs")
    if let options {
      guard let pairs = options.mapping else {
        report(options.location, .wrongKind(key: "dataset_kwargs", found: options.kindName, expected: "a mapping"))
        return nil
      }
      check(pairs, against: KnownKeys.dataset, inside: "dataset_kwargs")
    }
    var layout = DataLayout()
    layout.field = options?["field"]?.text
    if let separator = options?["sep"] ?? options?["delimiter"] {
      guard let byte = separator.text?.utf8.first, separator.text?.utf8.count == 1 else {
        report(
          separator.location, .wrongKind(key: "sep", found: separator.text.map(quoted) ?? separator.kindName, expected: "one character"))
        return nil
      }
      layout.separator = byte
    }
    let files = options?["data_files"]
    if path == "json" || path == "csv" {
      layout.format = path == "json" ? .json : .separated
      guard let files else {
        report(node.location, .missingKey("dataset_kwargs.data_files", why: "dataset_path \(path) needs the files of its splits"))
        return nil
      }
      return dataFiles(files, base: options?["data_dir"]?.text).map { .files($0, layout) }
    }
    let local = Files.path(path, relativeTo: Files.parent(of: node.location.file))
    if Files.isDirectory(local) {
      guard let files else { return .folder(local) }
      return dataFiles(files, base: local).map { .files($0, layout) }
    }
    if Files.exists(local) { return .files([("train", [local])], layout) }
    if path.hasPrefix(".") || path.hasPrefix("/") || path.split(separator: "/").count > 2 {
      report(node.location, .include(local), cause: FileError(path: local, problem: .notFound))
      return nil
    }
    return .hub(path)
  }

  /// Files by split; paths are relative to the file in which they are written.
  private mutating func dataFiles(_ node: YAMLNode, base: String?) -> [(split: String, paths: [String])]? {
    var folder = Files.parent(of: node.location.file)
    if let base { folder = Files.path(base, relativeTo: folder) }
    func paths(_ node: YAMLNode) -> [String]? {
      let nodes = node.sequence ?? [node]
      var paths: [String] = []
      for node in nodes {
        guard let path = node.text, !path.isEmpty else { return nil }
        paths.append(Files.path(path, relativeTo: folder))
      }
      return paths.isEmpty ? nil : paths
    }
    var splits: [(split: String, paths: [String])] = []
    for (split, value) in node.mapping?.map({ ($0.key.text ?? "", $0.value) }) ?? [("train", node)] {
      guard let files = paths(value) else {
        report(
          value.location, .wrongKind(key: "data_files", found: value.kindName, expected: "a path, a list of paths, or those for each split")
        )
        return nil
      }
      for file in files where file.hasPrefix("http://") || file.hasPrefix("https://") || file.contains("://") {
        report(value.location, .unsupported(key: "data_files", reason: "data is not fetched; save it as a file"))
        return nil
      }
      splits.append((split, files))
    }
    return splits
  }

  // MARK: - metadata.flipgate

  private mutating func readOptions(into definition: inout TaskDefinition) {
=======
  // MARK: - metadata.flipgate

  mutating func readOptions(into definition: inout TaskDefinition) {
>>>>>>> tasks
    guard let options = value("metadata")?["flipgate"] else { return }
    guard let pairs = options.mapping else {
      return report(options.location, .wrongKind(key: "metadata.flipgate", found: options.kindName, expected: "a mapping"))
    }
    check(pairs, against: KnownKeys.flipgate, inside: "metadata.flipgate")
    definition.itemID = options["item_id"].flatMap { prompt("item_id", $0) }
    definition.cluster = options["cluster"].flatMap { prompt("cluster", $0) }
    if let slices = options["slices"] { definition.slices = self.slices(slices) }
    if let primary = options["primary_metric"], let name = string("primary_metric", primary) {
      let known = definition.metrics.map(\.name)
      if known.contains(name) {
        definition.primaryMetric = name
      } else {
        report(primary.location, .unknownValue(key: "primary_metric", found: name, known: known))
      }
    }
  }

  /// A list of fields, or a mapping of names to fields or templates.
<<<<<<< HEAD
  private mutating func slices(_ node: YAMLNode) -> [TaskDefinition.Slice] {
=======
  mutating func slices(_ node: YAMLNode) -> [TaskDefinition.Slice] {
>>>>>>> tasks
    if let pairs = node.mapping {
      return pairs.compactMap { pair in
        prompt("slices", pair.value).map { TaskDefinition.Slice(name: pair.key.text ?? "", text: $0) }
      }
    }
    return (node.sequence ?? [node]).compactMap { entry in
      prompt("slices", entry).map { TaskDefinition.Slice(name: $0.source, text: $0) }
    }
  }
}

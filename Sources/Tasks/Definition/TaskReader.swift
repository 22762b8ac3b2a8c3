// Keys of a task file to a definition, with everything that is wrong collected on the way.

internal import Documents
internal import Metrics
internal import OrderedCollections

/// Reads one task. Problems are collected, so that a person sees all of them at once.
struct TaskReader {
  let keys: TaskKeys
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

  mutating func report(_ location: SourceLocation, _ problem: TaskProblem.Problem, cause: (any Error)? = nil) {
    problems.append(TaskProblem(location, problem, cause: cause))
  }

  mutating func definition() -> TaskDefinition? {
    check(keys.entries.values.map { ($0.key, $0.value) }, against: KnownKeys.task, inside: nil)
    guard let task = keys["task"] else {
      report(keys.location, .noTask)
      return nil
    }
    if task.value.text?.isEmpty ?? true {
      report(task.value.location, .wrongKind(key: "task", found: task.value.kindName, expected: "a name"))
    }
    let output = outputType()
    let isChoice = output == .multipleChoice
    let filters = output == .generation ? filters() : likelihoodFilters()
    guard let turn = turn(isChoice: isChoice) else { return nil }
    let splits = TaskDefinition.Splits(
      training: string("training_split"), validation: string("validation_split"), test: string("test_split"))
    if splits.evaluated == nil {
      report(keys.location, .missingKey("test_split", why: "name the split whose documents are asked, as test_split or validation_split"))
    }
    let fewShot = fewShot(turn)
    let dataset = dataset()
    var metrics: [any Metric] = []
    if let output { metrics = self.metrics(output.responseKind) }
    let delimiter = value("fewshot_delimiter").flatMap { string("fewshot_delimiter", $0) } ?? "\n\n"
    let generation = generation(output, delimiter: delimiter)
    guard let output, let fewShot, let dataset, let filters, !metrics.isEmpty else { return nil }
    var definition = TaskDefinition(
      name: name, location: task.value.location, outputType: output, turn: turn, description: prompt("description"), delimiter: delimiter,
      fewShot: fewShot, splits: splits, dataset: dataset, metrics: metrics,
      primaryMetric: (metrics.first { $0.judgesCorrectness } ?? metrics[0]).name,
      generation: generation, filters: filters, builtIn: builtIn)
    readOptions(into: &definition)
    return definition
  }

  // MARK: - Keys

  /// Reports unknown keys, refused ones, and Python functions anywhere.
  mutating func check(_ pairs: [(key: YAMLNode, value: YAMLNode)], against known: [String: KeyRole], inside parent: String?) {
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
  func value(_ key: String) -> YAMLNode? {
    guard let value = keys[key]?.value, value.tag == nil, !value.json.isNull else { return nil }
    return value
  }

  mutating func string(_ key: String) -> String? { value(key).flatMap { string(key, $0) } }

  mutating func string(_ key: String, _ node: YAMLNode) -> String? {
    guard let text = node.text, node.tag == nil, node.json.string != nil else {
      if node.tag != "!function" { report(node.location, .wrongKind(key: key, found: node.kindName, expected: "a string")) }
      return nil
    }
    return text
  }

  mutating func prompt(_ key: String) -> PromptText? { value(key).flatMap { prompt(key, $0) } }

  /// A field or template; nil for an empty text too, where the harness takes it for none.
  mutating func prompt(_ key: String, _ node: YAMLNode, keepsEmpty: Bool = false) -> PromptText? {
    guard let text = string(key, node), keepsEmpty || !text.isEmpty else { return nil }
    do {
      return try PromptText(text, key: key, location: node.location)
    } catch {
      report(node.location, .template(key: key), cause: error)
      return nil
    }
  }

  /// What is asked for; the harness takes a task without `output_type` for one that generates.
  mutating func outputType() -> TaskDefinition.OutputType? {
    guard let node = value("output_type") else { return .generation }
    guard let text = string("output_type", node) else { return nil }
    guard let type = TaskDefinition.OutputType(rawValue: text) else {
      report(node.location, .unknownValue(key: "output_type", found: text, known: TaskDefinition.OutputType.allCases.map(\.rawValue)))
      return nil
    }
    return type
  }

  // MARK: - Prompts

  mutating func turn(isChoice: Bool) -> TaskDefinition.Turn? {
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

  mutating func text(_ key: String, _ node: YAMLNode?) -> PromptQuestion? {
    guard let node else { return nil }
    if let index = node.json.wholeNumber { return .index(index) }
    return prompt(key, node, keepsEmpty: true).map(PromptQuestion.text)
  }

  mutating func target(_ key: String, _ node: YAMLNode?) -> PromptTarget? {
    guard let node else { return nil }
    if let index = node.json.wholeNumber { return .index(index) }
    if let list = node.sequence { return .list(list.map(\.json)) }
    return prompt(key, node, keepsEmpty: true).map(PromptTarget.text)
  }

  mutating func choices(_ key: String, _ node: YAMLNode?) -> PromptChoices? {
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

  // MARK: - metadata.flipgate

  mutating func readOptions(into definition: inout TaskDefinition) {
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
  mutating func slices(_ node: YAMLNode) -> [TaskDefinition.Slice] {
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

// Keys of a task file to a definition: the few-shot examples.

internal import Documents

extension TaskReader {
  mutating func fewShot(_ turn: TaskDefinition.Turn) -> TaskDefinition.FewShot? {
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
}

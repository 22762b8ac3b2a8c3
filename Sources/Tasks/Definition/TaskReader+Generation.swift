// Keys of a task file to a definition: how answers are generated.

internal import Documents

extension TaskReader {
  /// `generation_kwargs` and `repeats`, as `TaskConfig` and `normalize_gen_kwargs` of the harness read them; nil for tasks of likelihoods.
  mutating func generation(_ output: TaskDefinition.OutputType?, delimiter: String) -> GenerationSettings? {
    guard output == .generation else { return nil }
    var settings = GenerationSettings(until: [delimiter])
    if let node = value("repeats") {
      if let count = whole("repeats", node, 1...1000) { settings.repeats = count }
    }
    guard let node = value("generation_kwargs") else { return settings }
    guard let pairs = node.mapping else {
      report(node.location, .wrongKind(key: "generation_kwargs", found: node.kindName, expected: "a mapping"))
      return nil
    }
    check(pairs, against: KnownKeys.generation, inside: "generation_kwargs")
    if let until = node["until"] { settings.until = texts("until", until) }
    // Of several names for one thing the harness takes the first.
    for name in ["max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens"] {
      guard let limit = node[name], !limit.json.isNull else { continue }
      if let count = whole(name, limit, 1...1_000_000) { settings.maxTokens = count }
      break
    }
    settings.sampling = sampling(node)
    if let penalty = node["repetition_penalty"], let value = number("repetition_penalty", penalty, "a number above 0", { $0 > 0 }) {
      settings.repetitionPenalty = value
    }
    if let size = node["no_repeat_ngram_size"], let value = whole("no_repeat_ngram_size", size, 0...1000) {
      settings.noRepeatNGram = value
    }
    if let beams = node["num_beams"], beams.json.integer != 1 {
      report(beams.location, .unsupported(key: "num_beams", reason: "one answer is followed at a time; only 1 can be given"))
    }
    return settings
  }

  /// `do_sample` decides; without it a temperature above 0 does.
  private mutating func sampling(_ node: YAMLNode) -> GenerationSettings.Sampling? {
    var temperature = 0.0
    if let given = node["temperature"] {
      temperature = number("temperature", given, "a number of at least 0", { $0 >= 0 }) ?? 0
    }
    var samples = temperature > 0
    if let given = node["do_sample"], !given.json.isNull {
      guard let flag = given.json.bool else {
        report(given.location, .wrongKind(key: "do_sample", found: given.kindName, expected: "true or false"))
        return nil
      }
      if flag, temperature == 0 {
        report(
          given.location, .unsupported(key: "do_sample", reason: "without a temperature above 0 there is nothing to draw; leave it out, or give one"))
      }
      samples = flag
    }
    var sampling = GenerationSettings.Sampling(temperature: temperature)
    if let value = node["top_p"] { sampling.topP = number("top_p", value, "a number above 0 and at most 1", { $0 > 0 && $0 <= 1 }) }
    if let value = node["min_p"] { sampling.minP = number("min_p", value, "a number from 0 to 1", { (0...1).contains($0) }) }
    if let value = node["top_k"], let count = whole("top_k", value, 0...1_000_000), count > 0 { sampling.topK = count }
    if let value = node["seed"] { sampling.seed = whole("seed", value, 0...Int(UInt32.max)) }
    return samples ? sampling : nil
  }

  private mutating func whole(_ key: String, _ node: YAMLNode, _ range: ClosedRange<Int>) -> Int? {
    guard let number = node.json.integer ?? node.json.string.flatMap(Int.init), range.contains(number) else {
      report(
        node.location,
        .wrongKind(key: key, found: node.text.map(quoted) ?? node.kindName, expected: "a number from \(range.lowerBound) to \(range.upperBound)"))
      return nil
    }
    return number
  }

  private mutating func number(_ key: String, _ node: YAMLNode, _ expected: String, _ isGood: (Double) -> Bool) -> Double? {
    if node.json.isNull { return nil }
    guard let number = node.json.double ?? node.json.string.flatMap(Double.init), number.isFinite, isGood(number) else {
      report(node.location, .wrongKind(key: key, found: node.text.map(quoted) ?? node.kindName, expected: expected))
      return nil
    }
    return number
  }

  /// A text or a list of texts; null is none.
  private mutating func texts(_ key: String, _ node: YAMLNode) -> [String] {
    if node.json.isNull { return [] }
    var texts: [String] = []
    for node in node.sequence ?? [node] {
      guard let text = string(key, node) else { return [] }
      if text.isEmpty {
        report(node.location, .wrongKind(key: key, found: "an empty text", expected: "texts that end the answer"))
      } else {
        texts.append(text)
      }
    }
    return texts
  }
}

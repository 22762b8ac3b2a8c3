// The `remedy` of a policy file.

internal import Documents

extension PolicyReading {
  func remedy(_ file: MappingReader) -> RemedyRule? {
    let node = file.optional("remedy")
    guard let mapping = node.flatMap({ MappingReader($0, "the remedy", keys: PolicyKeys.remedy, problems: problems) }) else { return nil }
    var rule = RemedyRule(train: trainingFiles(mapping))
    if mapping.required("kind") != nil { rule.kind = mapping.word("kind") ?? rule.kind }
    rule.recipe = mapping.word("recipe") ?? rule.recipe
    rule.validation = mapping.text("validation")
    rule.when = mapping.word("when") ?? rule.when
    rule.decides = mapping.bool("decides") ?? rule.decides
    rule.dropsOverlap = mapping.bool("drop_overlap") ?? rule.dropsOverlap
    rule.rank = mapping.integer("rank", atLeast: 1)
    rule.mask = mapping.word("mask")
    rule.start = mapping.word("start")
    rule.weighting = mapping.word("weighting")
    rule.weight = mapping.number("weight", between: 0, and: 1000)
    rule.restWeight = mapping.ratio("rest_weight")
    rule.lambda = mapping.ratio("lambda")
    rule.temperature = mapping.number("temperature", between: 0, and: 1000)
    rule.learningRate = mapping.number("learning_rate", between: 0, and: 1)
    rule.epochs = mapping.integer("epochs", atLeast: 1)
    rule.maxSteps = mapping.integer("max_steps", atLeast: 1)
    rule.maxMinutes = mapping.number("max_minutes", between: 0, and: 100_000)
    rule.seed = mapping.integer("seed", atLeast: 0)
    rule.sweep = mapping.texts("sweep") ?? []
    return rule
  }

  /// One name, or a list of them.
  private func trainingFiles(_ mapping: MappingReader) -> [String] {
    guard let node = mapping.required("train") else { return [] }
    if node.sequence != nil {
      let names = mapping.texts("train") ?? []
      if names.isEmpty { mapping.note(.wrongKind(key: "train", found: "an empty list", expected: "at least one training file or task"), at: "train") }
      return names
    }
    return mapping.text("train").map { [$0] } ?? []
  }
}

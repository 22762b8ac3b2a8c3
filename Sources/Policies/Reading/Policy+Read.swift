// A policy file to a policy: the sections in their order, then what ties them together.

internal import Documents

extension Policy {
  /// The largest policy file that is read, 4 MiB.
  static let fileLimit = 1 << 22

  /// Reads a policy file.
  ///
  /// - Parameter knownMetrics: the names of the metrics that tasks can have; a budget on any other is an error. Empty: any name goes,
  ///   and one that no task has is found when the policy judges.
  /// - Throws: ``PolicyError`` with all faults of the file, or `FileError`.
  public static func load(_ path: String, knownMetrics: [String] = []) throws -> Policy {
    try parse(try Files.readText(path, limit: fileLimit), file: path, knownMetrics: knownMetrics)
  }

  /// Reads the text of a policy file; `file` is the name that errors carry, and what the path of a policy that it extends is relative to.
  public static func parse(_ text: String, file: String, knownMetrics: [String] = []) throws(PolicyError) -> Policy {
    let problems = ProblemList()
    var loading = PolicyLoading(problems: problems)
    let document = loading.document(text, file: file)
    let policy = document.flatMap { PolicyReading(problems: problems, knownMetrics: knownMetrics).policy($0, path: file) }
    guard let policy, problems.all.isEmpty else { throw PolicyError(problems: problems.inOrder(of: loading.files)) }
    return policy
  }
}

/// One reading of a policy file.
struct PolicyReading {
  let problems: ProblemList
  let knownMetrics: [String]

  func policy(_ document: PolicyDocument, path: String) -> Policy? {
    guard let file = MappingReader(document.root, "the policy", keys: PolicyKeys.policy, refused: PolicyKeys.refused, problems: problems) else {
      return nil
    }
    let metadata = file.required("metadata").flatMap { MappingReader($0, "metadata", keys: PolicyKeys.metadata, problems: problems) }
    let defaultsReader = file.optional("defaults").flatMap { MappingReader($0, "defaults", keys: PolicyKeys.defaults, problems: problems) }
    let defaults = defaultsReader.map { rules($0, BudgetRules()) } ?? BudgetRules()
    let budgets = elements("budgets", file).compactMap { budget($0, defaults, isSliced: false) }
    let slices = elements("slices", file).compactMap { slice($0, defaults) }
    let protected = elements("must_not_flip", file).compactMap { protectedItems($0, defaults) }
    let waivers = elements("waivers", file).compactMap { waiver($0, budgets: budgets.map(\.value) + slices.flatMap(\.value.budgets)) }
    unique(
      budgets.map { ($0.value.id, $0.place) } + slices.map { ($0.value.id, $0.place) } + protected.map { ($0.value.id, $0.place) }, "budget"
    )
    unique(waivers.map { ($0.value.id, $0.place) }, "waiver")
    if !["budgets", "slices", "must_not_flip"].contains(where: { file.optional($0)?.sequence?.isEmpty == false }) {
      file.note(.judgesNothing)
    }
    let name = metadata?.text("name", isRequired: true)
    let remedy = remedy(file)
    let notifications = elements("notify", file).compactMap(notification)
    unique(notifications.map { ($0.value.id, $0.place) }, "notification")
    return Policy(
      name: name ?? "", owner: metadata?.text("owner"), summary: metadata?.prose("description"), path: path, digest: document.digest,
      tasks: file.texts("tasks") ?? [], requiredTasks: file.texts("required_tasks") ?? [], defaults: defaults,
      maxErrorRatio: defaultsReader?.ratio("max_error_ratio") ?? 0, maxUnscoredRatio: defaultsReader?.ratio("max_unscored_ratio") ?? 0,
      allowedDifferences: defaultsReader?.words("allow_differences") ?? [],
      confidence: confidence(defaultsReader), budgets: budgets.map(\.value), slices: slices.map(\.value),
      mustNotFlip: protected.map(\.value), waivers: waivers.map(\.value), remedy: remedy, notifications: notifications.map(\.value),
      parents: document.parents, overrides: document.overrides)
  }

  /// The elements of a list that may be absent.
  func elements(_ key: String, _ mapping: MappingReader) -> [YAMLNode] {
    guard let node = mapping.optional(key) else { return [] }
    if let elements = node.sequence { return elements }
    problems.add(.wrongKind(key: key, found: node.kindName, expected: "a list"), at: node.location)
    return []
  }

  func unique(_ named: [(id: String, place: SourceLocation)], _ what: String) {
    var first: [String: SourceLocation] = [:]
    for (id, place) in named {
      if let earlier = first[id] { problems.add(.duplicate(id: id, what: what, first: earlier), at: place) } else { first[id] = place }
    }
  }

  func rules(_ mapping: MappingReader, _ defaults: BudgetRules) -> BudgetRules {
    BudgetRules(
      action: mapping.word("action") ?? defaults.action,
      onMissing: mapping.word("on_missing") ?? defaults.onMissing,
      onInsufficientEvidence: mapping.word("on_insufficient_evidence") ?? defaults.onInsufficientEvidence,
      minItems: mapping.integer("min_items", atLeast: 1) ?? defaults.minItems,
      decideOn: mapping.word("decide_on") ?? defaults.decideOn,
      unstableItems: mapping.word("unstable_items") ?? defaults.unstableItems)
  }

  private func confidence(_ defaults: MappingReader?) -> Confidence {
    var confidence = Confidence()
    let mapping = defaults?.optional("confidence").flatMap {
      MappingReader($0, "confidence", keys: PolicyKeys.confidence, problems: problems)
    }
    guard let mapping else { return confidence }
    confidence.level = mapping.number("level", between: 0.5, and: 1) ?? confidence.level
    let _: IntervalMethod? = mapping.word("method")
    confidence.bootstrap = mapping.word("bootstrap") ?? confidence.bootstrap
    confidence.correction = mapping.word("correction") ?? confidence.correction
    confidence.seed = mapping.integer("seed", atLeast: 0) ?? confidence.seed
    confidence.resamples = mapping.integer("resamples", atLeast: 100) ?? confidence.resamples
    return confidence
  }

  /// How bounds of a rate are formed; there is one way.
  private enum IntervalMethod: String, CaseIterable {
    case clopperPearson = "clopper_pearson"
  }
}

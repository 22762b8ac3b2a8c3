// Two run records to their comparison: pair the items, count the flips, compare the metrics.

public import Records

extension Comparison {
  /// Compares two records that are in memory, item by item.
  public static func compare(
    _ baseline: RunRecord, _ candidate: RunRecord, settings: ComparisonSettings = ComparisonSettings()
  ) -> Comparison {
    var comparison = compared(RecordedRun(baseline), RecordedRun(candidate), settings: settings)
    comparison.measureSimilarity()
    return comparison
  }

  /// Compares the two sides of a saved comparison again; what only their texts would say is taken from it.
  public static func compare(
    _ saved: SavedComparison, settings: ComparisonSettings = ComparisonSettings(), notable: (TaskComparison) -> [ItemPair] = { _ in [] }
  ) throws -> Comparison {
    let isSaved = !saved.agreements.isEmpty
    var comparison = try compare(
      saved.baseline, saved.candidate, settings: settings, noise: saved.noise, fetchesTexts: !isSaved, notable: notable)
    for (place, agreement) in saved.agreements.enumerated() where place < comparison.tasks.count {
      comparison.tasks[place].agreement?.similarity = agreement.similarity
      comparison.tasks[place].agreement?.similarityBothCorrect = agreement.similarityBothCorrect
      comparison.tasks[place].agreement?.similarityBothWrong = agreement.similarityBothWrong
    }
    return comparison
  }

  /// Compares two records or logs item by item, then fetches the texts of the items that will be shown.
  ///
  /// Items are joined by task, filter and identity. Tasks stand in the baseline's order, then the candidate's own; a task with several answer
  /// filters has one comparison a filter. A task that one side lacks is there without pairs. The result depends on nothing but the arguments.
  ///
  /// - Parameters:
  ///   - noise: what the models do against themselves, where that was measured.
  ///   - fetchesTexts: whether any texts are wanted: without them a log is read once.
  ///   - notable: the items of a task whose texts are wanted beside those of the negative flips.
  /// - Throws: what the second pass over a log throws.
  public static func compare(
    _ baseline: RecordedRun, _ candidate: RecordedRun, settings: ComparisonSettings = ComparisonSettings(),
    noise: NoiseFloor? = nil, fetchesTexts: Bool = true, notable: (TaskComparison) -> [ItemPair] = { _ in [] }
  ) throws -> Comparison {
    var comparison = compared(baseline, candidate, settings: settings)
    comparison.noise = noise
    if !fetchesTexts { return comparison }
    let samples = comparison.tasks.map(AnswerSimilarity.sample)
    try ComparedOutcome.recall(samples.joined().flatMap { [$0.baseline, $0.candidate] })
    comparison.measureSimilarity()
    let shown = comparison.negativeFlips.map(\.pair) + comparison.tasks.flatMap(notable)
    try ComparedOutcome.recall(shown.flatMap { [$0.baseline, $0.candidate] })
    return comparison
  }

  /// Compares two runs of one model: what is looked at are counts and means, and no interval is worth its time.
  static func ofOneModel(_ baseline: RecordedRun, _ candidate: RecordedRun) -> Comparison {
    compared(baseline, candidate, settings: ComparisonSettings(bootstrap: PairedBootstrap(resamples: 1)))
  }

  private static func compared(_ baseline: RecordedRun, _ candidate: RecordedRun, settings: ComparisonSettings) -> Comparison {
    var differences = differences(baseline, candidate)
    var groups: [String: [OutcomeGroup]] = [:]
    for group in OutcomePairing.groups(baseline.outcomes, candidate.outcomes) { groups[group.task, default: []].append(group) }
    var declared = baseline.header.tasks
    for task in candidate.header.tasks where !declared.contains(where: { $0.name == task.name }) { declared.append(task) }

    var tasks: [TaskComparison] = []
    for task in declared {
      let empty = OutcomeGroup(task: task.name, filter: "none", items: [])
      for group in groups.removeValue(forKey: task.name) ?? [empty] {
        let other = candidate.header.tasks.first { $0.name == task.name }
        let metrics = task.metrics.filter { metric in other?.metrics.contains { $0.name == metric.name } ?? false }
        tasks.append(
          TaskComparison(
            task: task.name, filter: group.filter, primaryMetric: task.primaryMetric, metrics: metrics, items: group.items,
            settings: settings))
      }
      let held = tasks.filter { $0.task == task.name }
      let isOnBothSides = held.contains { $0.items.baseline > 0 } && held.contains { $0.items.candidate > 0 }
      if isOnBothSides, held.allSatisfy({ $0.items.onlyBaseline == $0.items.baseline }) {
        let counts = (held.reduce(0) { $0 + $1.items.baseline }, held.reduce(0) { $0 + $1.items.candidate })
        differences.append(
          ComparabilityDifference(
            aspect: "items", task: task.name, baseline: "\(counts.0) items", candidate: "\(counts.1) items, none of them the baseline's",
            isInvalidating: true))
      }
      differences += otherPrompts(held)
    }
    var comparison = Comparison(baseline: baseline.header, candidate: candidate.header, tasks: tasks, differences: differences)
    comparison.isWhole = (baseline.isComplete, candidate.isComplete)
    return comparison
  }
}

extension TaskComparison {
  /// Compares one task's items.
  ///
  /// Where any outcome says whether it is right, the task is one of right and wrong, and an item is paired when both sides say so; otherwise an item
  /// is paired when both sides have the primary metric's value. What was inferred from scores of 1 and 0 says it only if all outcomes can say it.
  init(
    task: String, filter: String, primaryMetric: String, metrics: [RecordHeader.Task.Metric], items: [PairedOutcomes],
    settings: ComparisonSettings
  ) {
    let isBinary = Self.isOfRightAndWrong(items, primaryMetric: primaryMetric)
    var counts = ItemCounts()
    var pairs: [ItemPair] = []
    var unpaired: [UnpairedItem] = []
    for item in items {
      if item.baseline != nil { counts.baseline += 1 }
      if item.candidate != nil { counts.candidate += 1 }
      switch Self.pairing(of: item, primaryMetric: primaryMetric, isBinary: isBinary) {
      case .pair(let pair):
        counts.paired += 1
        pairs.append(pair)
      case .alone(let reason):
        switch reason {
        case .onlyBaseline: counts.onlyBaseline += 1
        case .onlyCandidate: counts.onlyCandidate += 1
        case .error: counts.errors += 1
        case .unscored: counts.unscored += 1
        }
        unpaired.append(UnpairedItem(baseline: item.baseline, candidate: item.candidate, reason: reason))
      }
    }

    var flips: FlipCounts?
    if isBinary {
      var counted = FlipCounts()
      for pair in pairs { if let flip = pair.flip { counted.count(flip) } }
      flips = counted
    }
    let compared = metrics.map { MetricComparison($0, isPrimary: $0.name == primaryMetric, pairs: pairs, settings: settings) }
    self.init(task: task, primaryMetric: primaryMetric, items: counts, flips: flips, metrics: compared, pairs: pairs)
    self.filter = filter
    self.unpaired = unpaired
    if pairs.isEmpty { return }
    agreement = AnswerAgreement(pairs)
    let higherIsBetter = metrics.first { $0.name == primaryMetric }?.higherIsBetter ?? true
    clusters = ClusterSummary(pairs, primaryMetric: primaryMetric, higherIsBetter: higherIsBetter, isBinary: isBinary)
    if let flips {
      tests = PairedTests(flips, settings: settings)
    } else if let primary = compared.first(where: { $0.name == primaryMetric }) {
      var tests = PairedTests(level: settings.level)
      tests.minimumDetectableChange = primary.minimumDetectableChange
      self.tests = tests
    }
  }

  private static func isOfRightAndWrong(_ items: [PairedOutcomes], primaryMetric: String) -> Bool {
    var isInferred = false
    var hasOtherScores = false
    for item in items {
      for case let outcome? in [item.baseline, item.candidate] {
        if outcome.isCorrect == nil {
          hasOtherScores = hasOtherScores || outcome.score(primaryMetric) != nil
        } else if outcome.isCorrectnessInferred {
          isInferred = true
        } else {
          return true
        }
      }
    }
    return isInferred && !hasOtherScores
  }

  private enum Pairing {
    case pair(ItemPair)
    case alone(UnpairedItem.Reason)
  }

  private static func pairing(of item: PairedOutcomes, primaryMetric: String, isBinary: Bool) -> Pairing {
    guard let baseline = item.baseline else { return .alone(.onlyCandidate) }
    guard let candidate = item.candidate else { return .alone(.onlyBaseline) }
    if baseline.hasError || candidate.hasError { return .alone(.error) }
    if baseline.isUnscored || candidate.isUnscored { return .alone(.unscored) }
    var pair = ItemPair(baseline: baseline, candidate: candidate, flip: nil)
    if isBinary {
      guard let before = baseline.isCorrect, let after = candidate.isCorrect else { return .alone(.unscored) }
      pair.flip = Flip(baselineCorrect: before, candidateCorrect: after, sameAnswer: pair.hasSameAnswer)
    } else {
      guard baseline.score(primaryMetric) != nil, candidate.score(primaryMetric) != nil else { return .alone(.unscored) }
    }
    return .pair(pair)
  }
}

// A comparison as JSON: the parts of result.json that need no policy, and the flipgate.comparison document.

public import Documents
public import Records

extension Comparison {
  public static let format = "flipgate.comparison"
  public static let version = 1

  /// The `flipgate.comparison` document: both headers, tasks, differences, what the records say of each item, and every negative flip with what
  /// both sides said. ``SavedComparison`` reads it back.
  public var json: JSONValue { json(showing: { _ in [] }) }

  /// The same with the texts of more items: those that a policy would show.
  public func json(showing notable: (TaskComparison) -> [ItemPair]) -> JSONValue {
    let shown = tasks.flatMap { task in
      var items = task.pairs.filter { $0.flip == .negative }
      var known = Set(items.map(\.baseline.identity))
      for pair in notable(task) where known.insert(pair.baseline.identity).inserted { items.append(pair) }
      return items.map { Self.itemJSON($0, in: task) }
    }
    return [
      "format": .string(Self.format), "version": .integer(Self.version), "comparable": .bool(isComparable),
      "complete": ["baseline": .bool(isWhole.baseline), "candidate": .bool(isWhole.candidate)],
      "baseline": Self.headerJSON(baseline), "candidate": Self.headerJSON(candidate),
      "differences": .array(differences.map(Self.differenceJSON)), "noise": noise?.json ?? .null, "overall": overall?.json ?? .null,
      "tasks": .array(tasks.map(Self.taskJSON)), "slices": .array(tasks.flatMap(\.sliceSummaries).map(\.json)),
      "items": .array(shown), "outcomes": .array(tasks.map { SavedOutcomes.json($0, metrics: metricNames(of: $0)) }),
    ]
  }

  /// Every metric that either side's header gives a task.
  private func metricNames(of task: TaskComparison) -> [String] {
    var names: [String] = [task.primaryMetric]
    for header in [baseline, candidate] {
      for metric in header.tasks.first(where: { $0.name == task.task })?.metrics ?? [] where !names.contains(metric.name) {
        names.append(metric.name)
      }
    }
    return names
  }

  /// Every negative flip, in the order of the tasks and of their items.
  public var negativeFlips: [(task: TaskComparison, pair: ItemPair)] {
    tasks.flatMap { task in task.pairs.filter { $0.flip == .negative }.map { (task, $0) } }
  }

  /// One side's header, as its record has it.
  public static func headerJSON(_ header: RecordHeader) -> JSONValue { header.json }

  public static func differenceJSON(_ difference: ComparabilityDifference) -> JSONValue {
    [
      "aspect": .string(difference.aspect), "task": difference.task.map(JSONValue.string) ?? .null,
      "baseline": .string(difference.baseline), "candidate": .string(difference.candidate),
      "invalidating": .bool(difference.isInvalidating),
    ]
  }

  /// One task's counts, flips, rates, metrics, agreement, tests and ``Distributions``. What has no value is null.
  public static func taskJSON(_ task: TaskComparison) -> JSONValue {
    [
      "task": .string(task.task), "filter": .string(task.filter), "primary_metric": .string(task.primaryMetric),
      "items": itemsJSON(task.items), "flips": task.flips.map(flipsJSON) ?? .null,
      "rates": task.flips.map { ratesJSON($0.rates) } ?? .null,
      "metrics": .object(of: task.metrics.map { ($0.name, metricJSON($0)) }),
      "agreement": task.agreement.map(agreementJSON) ?? .null, "tests": task.tests.map(testsJSON) ?? .null,
      "distributions": task.pairs.isEmpty ? .null : Distributions(task).json,
      "clusters": task.clusters?.json ?? .null,
    ]
  }

  /// One item with what both sides said: outputs, scores, and by how much the winning choice was ahead.
  ///
  /// Texts are there for items in memory and for those that ``compare(_:_:settings:fetchesTexts:notable:)`` fetched.
  public static func itemJSON(_ pair: ItemPair, in task: TaskComparison) -> JSONValue {
    let (item, other) = (pair.baseline.outcome, pair.candidate.outcome)
    return [
      "task": .string(task.task), "item": .string(item.item), "index": .integer(item.index), "filter": .string(item.filter),
      "flip": pair.flip.map { .string($0.rawValue) } ?? .null,
      "slices": .object(of: item.slices.map { ($0.name, .string($0.value)) }), "cluster": item.cluster.map(JSONValue.string) ?? .null,
      "target": .string(item.target), "baseline": sideJSON(item, metric: task.primaryMetric),
      "candidate": sideJSON(other, metric: task.primaryMetric),
      "first_difference": TextDifference(item, other).map { difference in
        [
          "at": .integer(difference.offset), "line": .integer(difference.line), "baseline": .string(difference.baseline),
          "candidate": .string(difference.candidate),
        ]
      } ?? .null,
    ]
  }

  private static func sideJSON(_ outcome: ItemOutcome, metric: String) -> JSONValue {
    [
      "prediction": .string(outcome.prediction), "output": outcome.output.map(JSONValue.string) ?? .null,
      "correct": outcome.isCorrect.map(JSONValue.bool) ?? .null,
      "scores": .object(of: outcome.scores.map { ($0.metric, number($0.value)) }), "margin": number(outcome.margin(by: metric)),
      "choices": outcome.choices.map { choices in
        .array(choices.map { ["text": .string($0.text), "logprob": .number($0.logprob)] })
      } ?? .null,
    ]
  }

  private static func itemsJSON(_ counts: TaskComparison.ItemCounts) -> JSONValue {
    [
      "baseline": .integer(counts.baseline), "candidate": .integer(counts.candidate), "paired": .integer(counts.paired),
      "only_baseline": .integer(counts.onlyBaseline), "only_candidate": .integer(counts.onlyCandidate), "errors": .integer(counts.errors),
      "unscored": .integer(counts.unscored),
    ]
  }

  /// The five counts.
  public static func flipsJSON(_ counts: FlipCounts) -> JSONValue {
    [
      "both_correct": .integer(counts.bothCorrect), "negative": .integer(counts.negative), "positive": .integer(counts.positive),
      "both_wrong_same": .integer(counts.bothWrongSame), "both_wrong_changed": .integer(counts.bothWrongChanged),
    ]
  }

  static func ratesJSON(_ rates: FlipRates) -> JSONValue {
    [
      "negative_flip_rate": number(rates.negativeFlipRate), "positive_flip_rate": number(rates.positiveFlipRate),
      "changed_wrong_rate": number(rates.changedWrongRate),
      "multiple_choice_negative_flip_rate": number(rates.multipleChoiceNegativeFlipRate),
      "negative_flip_impact": number(rates.negativeFlipImpact), "relative_negative_flip_rate": number(rates.relativeNegativeFlipRate),
      "backward_trust_compatibility": number(rates.backwardTrustCompatibility),
      "backward_error_compatibility": number(rates.backwardErrorCompatibility),
    ]
  }

  private static func metricJSON(_ metric: MetricComparison) -> JSONValue {
    [
      "higher_is_better": .bool(metric.higherIsBetter), "items": .integer(metric.items), "baseline_mean": number(metric.baselineMean),
      "candidate_mean": number(metric.candidateMean), "mean_change": number(metric.meanChange), "gained": .integer(metric.gained),
      "regressed": .integer(metric.regressed), "tied": .integer(metric.tied), "mean_gain": number(metric.meanGain),
      "mean_regression": number(metric.meanRegression), "interval": rangeJSON(metric.interval),
      "interval_method": metric.intervalMethod.map { .string($0.rawValue) } ?? .null,
      "regression_interval": rangeJSON(metric.regressionInterval), "sign_flip_p_one_sided": number(metric.signFlipOneSidedP),
      "tail": metric.tail.map(tailJSON) ?? .null,
      "minimum_detectable_change": number(metric.minimumDetectableChange), "flips": metric.flips.map(flipsJSON) ?? .null,
      "changed_wrong_known": metric.flips == nil ? .null : .bool(metric.changedWrongIsKnown),
    ]
  }

  private static func tailJSON(_ tail: LossTail) -> JSONValue {
    [
      "worst_decile": .number(tail.worstDecile), "largest": .number(tail.largest),
      "items_past": .array(zip(LossTail.drops, tail.counts).map { ["drop": .number($0), "items": .integer($1)] }),
    ]
  }

  private static func agreementJSON(_ agreement: AnswerAgreement) -> JSONValue {
    [
      "exact": number(agreement.exact), "similarity": number(agreement.similarity), "both_correct": number(agreement.bothCorrect),
      "both_wrong": number(agreement.bothWrong),
      "similarity_both_correct": number(agreement.similarityBothCorrect), "similarity_both_wrong": number(agreement.similarityBothWrong),
    ]
  }

  static func testsJSON(_ tests: PairedTests) -> JSONValue {
    [
      "level": .number(tests.level), "mcnemar_p_one_sided": number(tests.mcnemarOneSidedP),
      "negative_flip_rate_interval": rangeJSON(tests.negativeFlipRateInterval),
      "accuracy_change_interval": rangeJSON(tests.accuracyChangeInterval),
      "baseline_accuracy_interval": rangeJSON(tests.baselineAccuracyInterval),
      "candidate_accuracy_interval": rangeJSON(tests.candidateAccuracyInterval),
      "minimum_detectable_change": number(tests.minimumDetectableChange),
    ]
  }

  /// A range as `[low, high]`, or null.
  public static func rangeJSON(_ range: ClosedRange<Double>?) -> JSONValue {
    range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
  }

  static func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
}

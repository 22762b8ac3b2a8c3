// Repeated records to a noise floor: each record is compared with every other of its model.

public import Documents
public import Records

extension NoiseFloor {
  /// The most repeated records of one model: each is compared with every other.
  public static let runLimit = 16

  /// Measures what the models of a comparison do against themselves.
  ///
  /// - Parameter repeats: records of the baseline's or the candidate's model, with the names that errors say. The two sides themselves count as runs of
  ///   their models too.
  /// - Throws: ``NoiseError`` for a record of another model, or of other questions: such noise would excuse real changes.
  public init(baseline: RecordedRun, candidate: RecordedRun, repeats: [(path: String, run: RecordedRun)]) throws(NoiseError) {
    var groups = [[baseline], [candidate]]
    for (path, run) in repeats {
      let sides = [baseline, candidate].indices.filter { run.header.isSameModel(as: groups[$0][0].header) }
      if sides.isEmpty {
        throw NoiseError(
          path: path,
          problem: .otherModel(found: run.header.modelName, baseline: baseline.header.modelName, candidate: candidate.header.modelName))
      }
      for side in sides {
        if let difference = Comparison.differences(groups[side][0], run).first(where: { $0.isInvalidating || $0.aspect == "precision" }) {
          throw NoiseError(path: path, problem: .otherwiseAsked(difference))
        }
        groups[side].append(run)
        if groups[side].count > Self.runLimit { throw NoiseError(path: path, problem: .tooMany(limit: Self.runLimit)) }
      }
    }
    // A gate of a model against itself: both sides' records are of both groups, and measured once.
    if baseline.header.isSameModel(as: candidate.header) { groups[1] = [candidate] }
    var measured: [TaskMeasurement] = []
    var places: [String: Int] = [:]
    for group in groups {
      for (place, first) in group.enumerated() {
        for second in group[(place + 1)...] {
          for task in Comparison.ofOneModel(first, second).tasks where task.items.paired > 0 {
            let label = "\(task.task)\u{0}\(task.filter)"
            let place = places[label] ?? measured.count
            if place == measured.count {
              places[label] = place
              measured.append(TaskMeasurement(task: task.task, filter: task.filter))
            }
            measured[place].add(task)
          }
        }
      }
    }
    self.init(baselineRuns: groups[0].count, candidateRuns: groups[1].count, tasks: measured.map(\.noise))
  }
}

/// One task's noise, as comparisons come in.
private struct TaskMeasurement {
  let task: String
  let filter: String
  private var items = 0
  private var flips = 0
  private var changedWrong = 0
  private var metrics: [TaskNoise.Metric] = []
  private var jitter: [ItemJitter] = []
  private var places: [ItemIdentity: Int] = [:]

  init(task: String, filter: String) {
    self.task = task
    self.filter = filter
  }

  var noise: TaskNoise {
    TaskNoise(
      task: task, filter: filter, items: items, flips: flips, changedWrong: changedWrong, metrics: metrics,
      jitter: jitter.sorted { ($0.index, $0.item) < ($1.index, $1.item) })
  }

  mutating func add(_ comparison: TaskComparison) {
    items = max(items, comparison.items.paired)
    if let counts = comparison.flips {
      flips = max(flips, counts.negative, counts.positive)
      changedWrong = max(changedWrong, counts.bothWrongChanged)
    }
    for metric in comparison.metrics where metric.items > 0 {
      let place = metrics.firstIndex { $0.name == metric.name } ?? metrics.count
      if place == metrics.count { metrics.append(.init(name: metric.name, meanChange: 0, meanRegression: 0)) }
      metrics[place].meanChange = max(metrics[place].meanChange, abs(metric.meanChange ?? 0))
      // Which run came first is chance: what got better in one order got worse in the other.
      metrics[place].meanRegression = max(metrics[place].meanRegression, metric.meanRegression ?? 0, metric.meanGain ?? 0)
    }
    let names = comparison.metrics.map(\.name)
    for pair in comparison.pairs { add(pair, metrics: names) }
  }

  private mutating func add(_ pair: ItemPair, metrics names: [String]) {
    let scores = names.compactMap { name -> ItemJitter.Score? in
      guard let old = pair.baseline.score(name), let new = pair.candidate.score(name), old != new else { return nil }
      return ItemJitter.Score(metric: name, change: abs(new - old))
    }
    let found = ItemJitter(
      item: pair.baseline.item, index: pair.baseline.index, flips: pair.flip == .negative || pair.flip == .positive,
      changesAnswer: !pair.hasSameAnswer, scores: scores)
    if !found.flips, !found.changesAnswer, found.scores.isEmpty { return }
    guard let place = places[pair.baseline.identity] else {
      places[pair.baseline.identity] = jitter.count
      jitter.append(found)
      return
    }
    jitter[place].flips = jitter[place].flips || found.flips
    jitter[place].changesAnswer = jitter[place].changesAnswer || found.changesAnswer
    for score in found.scores {
      if let known = jitter[place].scores.firstIndex(where: { $0.metric == score.metric }) {
        jitter[place].scores[known].change = max(jitter[place].scores[known].change, score.change)
      } else {
        jitter[place].scores.append(score)
      }
    }
  }
}

extension RecordHeader {
  /// Whether two records are of one model, by every digest that both sides' logs say; by name where a log says none.
  func isSameModel(as other: RecordHeader) -> Bool {
    func isKnown(_ digest: String) -> Bool { digest != Self.unknown }
    if model.adapterDigest != other.model.adapterDigest { return false }
    guard isKnown(model.weightsDigest), isKnown(other.model.weightsDigest) else { return model.name == other.model.name }
    let isConfigured =
      model.configDigest == other.model.configDigest || !isKnown(model.configDigest) || !isKnown(other.model.configDigest)
    return model.weightsDigest == other.model.weightsDigest && isConfigured
  }

  fileprivate var modelName: String { "\(model.name) (\(model.weightsDigest)\(model.adapterDigest.map { ", adapter \($0)" } ?? ""))" }
}

/// A record that can't tell the noise of a comparison.
public struct NoiseError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case otherModel(found: String, baseline: String, candidate: String)
    case otherwiseAsked(ComparabilityDifference)
    case tooMany(limit: Int)
  }

  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var description: String {
    let reason =
      switch problem {
      case .otherModel(let found, let baseline, let candidate):
        "it is of the model \(visible(found)), and noise is measured on the baseline's, \(visible(baseline)), or the candidate's, "
          + "\(visible(candidate)); ask one of these again, with flipgate evaluate --repeat"
      case .otherwiseAsked(let difference):
        "\(difference.aspect) is \(quoted(difference.candidate)), and \(quoted(difference.baseline)) in the record of the same model; ask the same "
          + "in the same way"
      case .tooMany(let limit): "noise is measured on \(limit) runs of a model at most; leave some out"
      }
    return "\(visible(path)): this record can't say how much of a change is noise: \(reason)"
  }
}

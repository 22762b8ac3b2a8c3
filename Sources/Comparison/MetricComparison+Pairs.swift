// One metric over the paired items: means, gains, regressions, and the interval of the mean change.

internal import Records

extension MetricComparison {
  /// Compares a metric over the pairs that have its value on both sides.
  init(_ metric: RecordHeader.Task.Metric, isPrimary: Bool, pairs: [ItemPair], settings: ComparisonSettings) {
    self.init(name: metric.name, higherIsBetter: metric.higherIsBetter)
    var changes: [Double] = []
    var clusters: [String?] = []
    var baselineSum = 0.0
    var candidateSum = 0.0
    var gain = 0.0
    var regression = 0.0
    var counts: FlipCounts? = FlipCounts()
    for pair in pairs {
      guard let old = pair.baseline.score(metric.name), let new = pair.candidate.score(metric.name) else { continue }
      let change = new - old
      changes.append(change)
      clusters.append(pair.baseline.cluster ?? pair.candidate.cluster)
      baselineSum += old
      candidateSum += new
      if change == 0 {
        tied += 1
      } else if (change > 0) == metric.higherIsBetter {
        gained += 1
        gain += abs(change)
      } else {
        regressed += 1
        regression += abs(change)
      }
      if let flip = flip(of: pair, from: old, to: new, isPrimary: isPrimary) { counts?.count(flip) } else { counts = nil }
    }
    guard !changes.isEmpty else { return }
    let count = Double(changes.count)
    let mean = changes.reduce(0, +) / count
    baselineMean = baselineSum / count
    candidateMean = candidateSum / count
    meanChange = mean
    meanGain = gained > 0 ? gain / Double(gained) : nil
    meanRegression = regressed > 0 ? regression / Double(regressed) : nil
    flips = counts
    setInterval(changes: changes, clusters: clusters, settings: settings)
    if let counts {
      minimumDetectableChange = counts.minimumDetectableChange(settings)
    } else {
      let squares = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      // One item says nothing about the spread.
      guard changes.count > 1 else { return }
      minimumDetectableChange = DetectableChange.smallest(
        variance: squares / (count - 1), items: changes.count, level: settings.level, power: settings.power)
    }
  }

  /// How an item moved by this metric, or nil where a value is neither 0 nor 1.
  private mutating func flip(of pair: ItemPair, from old: Double, to new: Double, isPrimary: Bool) -> Flip? {
    guard old == 0 || old == 1, new == 0 || new == 1 else { return nil }
    // 1 is right where higher is better; where lower is better, as for an error rate, 0 is.
    let right = higherIsBetter ? 1.0 : 0.0
    var same = true
    if old != right && new != right {
      if isPrimary {
        same = pair.hasSameAnswer
      } else if let known = pair.baseline.hasSamePick(as: pair.candidate, by: name) {
        same = known
      } else {
        changedWrongIsKnown = false
      }
    }
    return Flip(baselineCorrect: old == right, candidateCorrect: new == right, sameAnswer: same)
  }

  private mutating func setInterval(changes: [Double], clusters: [String?], settings: ComparisonSettings) {
    if clusters.contains(where: { $0 != nil }) {
      interval = settings.bootstrap.interval(of: changes, clusters: Self.labels(clusters), level: settings.level)
      intervalMethod = .clusterBootstrap
    } else if let flips {
      // The share that is right falls by as much as a metric rises that is better low.
      let range = flips.changeInterval(level: settings.level)
      interval = higherIsBetter ? range : -range.upperBound ... -range.lowerBound
      intervalMethod = .newcombe
    } else {
      interval = settings.bootstrap.interval(of: changes, level: settings.level)
      intervalMethod = .bootstrap
    }
  }

  /// One number a cluster; an item without a cluster is its own.
  private static func labels(_ clusters: [String?]) -> [Int] {
    var known: [String: Int] = [:]
    var next = 0
    return clusters.map { name in
      if let name, let label = known[name] { return label }
      if let name { known[name] = next }
      next += 1
      return next - 1
    }
  }
}

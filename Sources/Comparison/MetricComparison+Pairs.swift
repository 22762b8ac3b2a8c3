// One metric over the paired items: means, gains, regressions, and the interval of the mean change.

internal import Records

extension MetricComparison {
  /// Compares a metric over the pairs that have its value on both sides.
  init(_ metric: RecordHeader.Task.Metric, isPrimary: Bool, pairs: [ItemPair], settings: ComparisonSettings) {
    self.init(name: metric.name, higherIsBetter: metric.higherIsBetter)
    var counts: FlipCounts? = FlipCounts()
    var (gain, regression) = (0.0, 0.0)
    let values = PairedValues(metric.name, higherIsBetter: metric.higherIsBetter, pairs: pairs) { pair, old, new in
      let change = new - old
      if change == 0 {
        tied += 1
      } else if (change > 0) == higherIsBetter {
        gained += 1
        gain += abs(change)
      } else {
        regressed += 1
        regression += abs(change)
      }
      if let flip = flip(of: pair, from: old, to: new, isPrimary: isPrimary) { counts?.count(flip) } else { counts = nil }
    }
    guard !values.isEmpty else { return }
    let count = Double(values.count)
    let mean = values.changes.reduce(0, +) / count
    baselineMean = values.baseline.reduce(0, +) / count
    candidateMean = values.candidate.reduce(0, +) / count
    meanChange = mean
    meanGain = gained > 0 ? gain / Double(gained) : nil
    meanRegression = regressed > 0 ? regression / Double(regressed) : nil
    flips = counts
    setInterval(values, settings: settings)
    if let counts {
      minimumDetectableChange = counts.minimumDetectableChange(settings)
    } else {
      tail = LossTail(values.losses)
      let squares = values.changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      // One item says nothing about the spread.
      guard values.count > 1 else { return }
      minimumDetectableChange = DetectableChange.smallest(
        variance: squares / (count - 1), items: values.count, level: settings.level, power: settings.power)
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

  private mutating func setInterval(_ values: PairedValues, settings: ComparisonSettings) {
    if let flips, !values.isClustered {
      // The share that is right falls by as much as a metric rises that is better low.
      let range = flips.changeInterval(level: settings.level)
      interval = higherIsBetter ? range : -range.upperBound ... -range.lowerBound
      intervalMethod = .newcombe
      return
    }
    let resampled = settings.bootstrap.resampled(values.units(of: .change))
    interval = resampled?.interval(level: settings.level)
    intervalMethod = resampled.map { IntervalMethod(isClustered: values.isClustered, isCorrected: $0.isCorrected) }
    if flips == nil { regressionInterval = settings.bootstrap.resampled(values.units(of: .regression))?.interval(level: settings.level) }
    signFlipOneSidedP = SignFlipTest(bootstrap: settings.bootstrap).oneSidedP(values.units(of: .fall).sums)
  }
}

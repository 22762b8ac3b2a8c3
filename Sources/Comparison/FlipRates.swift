// Flip counts to the rates of the literature, each with its denominator; a rate without one is nil, never 0 or 1.

/// The rates of a task's flips, in 0...1; nil where the denominator is 0.
public struct FlipRates: Sendable, Hashable {
  public var counts: FlipCounts

  public init(_ counts: FlipCounts) { self.counts = counts }

  /// Right before and wrong now, of all items: MUSCLE (arXiv 2407.09435) section 3, Yan 2021.
  public var negativeFlipRate: Double? { share(counts.negative, of: counts.total) }
  /// Wrong before and right now, of all items; accuracy changes by this less the negative flip rate.
  public var positiveFlipRate: Double? { share(counts.positive, of: counts.total) }
  /// Wrong before and differently wrong now, of all items.
  public var changedWrongRate: Double? { share(counts.bothWrongChanged, of: counts.total) }
  /// Wrong now with another answer than before, of all items: MUSCLE's multiple-choice rate, which contains the negative flips.
  public var multipleChoiceNegativeFlipRate: Double? { share(counts.multipleChoiceNegative, of: counts.total) }
  /// Which share of the candidate's errors are negative flips: Cai 2022.
  public var negativeFlipImpact: Double? { share(counts.negative, of: counts.negative + counts.bothWrong) }
  /// The negative flip rate, in units of what two independent models with these error rates would show: Yan 2021. 0 or more; 1 is as if independent.
  public var relativeNegativeFlipRate: Double? {
    let baselineCorrect = counts.bothCorrect + counts.negative
    let candidateWrong = counts.negative + counts.bothWrong
    guard counts.total > 0, baselineCorrect > 0, candidateWrong > 0 else { return nil }
    return Double(counts.negative) * Double(counts.total) / (Double(baselineCorrect) * Double(candidateWrong))
  }
  /// Which share of what the baseline got right stayed right: Srivastava 2020.
  public var backwardTrustCompatibility: Double? { share(counts.bothCorrect, of: counts.bothCorrect + counts.negative) }
  /// Which share of what the baseline got wrong stayed wrong: Srivastava 2020.
  public var backwardErrorCompatibility: Double? { share(counts.bothWrong, of: counts.positive + counts.bothWrong) }

  private func share(_ count: Int, of total: Int) -> Double? { total > 0 ? Double(count) / Double(total) : nil }
}

extension FlipCounts {
  public var rates: FlipRates { FlipRates(self) }
  /// Wrong on both sides, with the same answer or another.
  public var bothWrong: Int { bothWrongSame + bothWrongChanged }
  /// Wrong now with another answer than before.
  public var multipleChoiceNegative: Int { negative + bothWrongChanged }

  /// One more item that moved this way.
  public mutating func count(_ flip: Flip) {
    switch flip {
    case .bothCorrect: bothCorrect += 1
    case .negative: negative += 1
    case .positive: positive += 1
    case .bothWrongSame: bothWrongSame += 1
    case .bothWrongChanged: bothWrongChanged += 1
    }
  }
}

extension Flip {
  /// How an item moved, by who was right and whether the answer stayed the same.
  public init(baselineCorrect: Bool, candidateCorrect: Bool, sameAnswer: Bool) {
    self =
      switch (baselineCorrect, candidateCorrect) {
      case (true, true): .bothCorrect
      case (true, false): .negative
      case (false, true): .positive
      case (false, false): sameAnswer ? .bothWrongSame : .bothWrongChanged
      }
  }
}

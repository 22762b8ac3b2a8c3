// Intervals and tests against scipy and statsmodels, published examples and closed forms.

import Documents
import Testing

@testable import Comparison

@Suite struct IncompleteBetaTests {
  @Test func valuesAgreeWithScipy() throws {
    for item in try StatisticsFixtures.cases("incomplete-beta.json") {
      let value = IncompleteBeta.value(item.double("x"), a: item.double("a"), b: item.double("b"))
      #expect(agreesRelatively(value, item.double("value")), "\(item.serialized()): \(value)")
    }
  }

  @Test func inverseAgreesWithScipy() throws {
    for item in try StatisticsFixtures.cases("incomplete-beta-inverse.json") {
      let x = IncompleteBeta.inverse(item.double("p"), a: item.double("a"), b: item.double("b"))
      #expect(agreesRelatively(x, item.double("x")), "\(item.serialized()): \(x)")
    }
  }

  @Test func endsAreExactAndNonsenseIsNaN() {
    #expect(IncompleteBeta.value(0, a: 2, b: 3) == 0)
    #expect(IncompleteBeta.value(1, a: 2, b: 3) == 1)
    #expect(IncompleteBeta.inverse(0, a: 2, b: 3) == 0)
    #expect(IncompleteBeta.inverse(1, a: 2, b: 3) == 1)
    #expect(IncompleteBeta.value(0.5, a: 0, b: 3).isNaN)
    #expect(IncompleteBeta.value(.nan, a: 1, b: 1).isNaN)
    #expect(IncompleteBeta.inverse(.nan, a: 1, b: 1).isNaN)
    #expect(IncompleteBeta.inverse(0.5, a: -1, b: 1).isNaN)
  }

  /// I_x(1, 1) = x, I_x(a, 1) = x^a, I_x(1, b) = 1 - (1 - x)^b.
  @Test func closedForms() {
    for x in [1e-12, 0.1, 0.37, 0.5, 0.93] {
      #expect(agreesRelatively(IncompleteBeta.value(x, a: 1, b: 1), x, within: 1e-14))
      #expect(agreesRelatively(IncompleteBeta.value(x, a: 3, b: 1), x * x * x, within: 1e-13))
      #expect(agrees(IncompleteBeta.value(x, a: 1, b: 2), 1 - (1 - x) * (1 - x), within: 1e-14))
    }
  }

  /// Far in the tails the inverse still comes to an end, and its value leads back to the probability.
  @Test(arguments: [(1e-300, 2.0, 5.0), (1e-300, 0.01, 3.0), (1 - 1e-15, 1e6, 2.0), (0.5, 1e-3, 1e-3)])
  func inverseOfExtremes(p: Double, a: Double, b: Double) {
    let x = IncompleteBeta.inverse(p, a: a, b: b)
    #expect((0...1).contains(x))
    // A power of 0.01 needs an x near 1e-30000: below the smallest double the answer is 0.
    if x > 1e-300 { #expect(agreesRelatively(IncompleteBeta.value(x, a: a, b: b), p, within: 1e-8)) }
  }
}

@Suite struct NormalDistributionTests {
  @Test func quantilesAgreeWithScipy() throws {
    for item in try StatisticsFixtures.cases("normal.json") {
      let z = NormalDistribution.quantile(item.double("p"))
      #expect(agrees(z, item.double("z"), within: 1e-12), "\(item.serialized()): \(z)")
    }
  }

  @Test func ends() {
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(0.5) == 0)
    #expect(NormalDistribution.quantile(-0.1).isNaN)
    #expect(NormalDistribution.quantile(.nan).isNaN)
  }
}

@Suite struct BinomialBoundTests {
  @Test func boundsAgreeWithScipyAndStatsmodels() throws {
    for item in try StatisticsFixtures.cases("binomial-intervals.json") {
      let (count, trials, level) = (item.integer("count"), item.integer("trials"), item.double("level"))
      let oneSided = ClopperPearson.bounds(count, of: trials, level: level)
      let twoSided = ClopperPearson.interval(count, of: trials, level: level)
      let wilson = Wilson.interval(count, of: trials, level: level)
      for (range, key) in [(oneSided, "one_sided"), (twoSided, "two_sided"), (wilson, "wilson")] {
        let expected = item.doubles(key)
        #expect(agrees(range.lowerBound, expected[0]), "\(key) of \(count) in \(trials): \(range), not \(expected)")
        #expect(agrees(range.upperBound, expected[1]), "\(key) of \(count) in \(trials): \(range), not \(expected)")
        if key != "wilson", expected[0] > 0 { #expect(agreesRelatively(range.lowerBound, expected[0])) }
      }
    }
  }

  /// The rule of three's exact form: with no flip in n items the bound is 1 - (1 - level)^(1/n); for n = 1, 0.95.
  @Test func noFlipInOneItemLeavesNearlyEverythingPossible() {
    #expect(agrees(ClopperPearson.upperBound(0, of: 1, level: 0.95), 0.95, within: 1e-14))
    #expect(ClopperPearson.lowerBound(0, of: 1, level: 0.95) == 0)
    #expect(ClopperPearson.upperBound(1, of: 1, level: 0.95) == 1)
    #expect(agrees(ClopperPearson.lowerBound(1, of: 1, level: 0.95), 0.05, within: 1e-14))
  }

  @Test func withoutTrialsEverythingIsPossible() {
    #expect(ClopperPearson.bounds(0, of: 0, level: 0.95) == 0...1)
    #expect(ClopperPearson.interval(0, of: 0, level: 0.95) == 0...1)
    #expect(Wilson.interval(0, of: 0, level: 0.95) == 0...1)
    #expect(ClopperPearson.largestCount(certifying: 0.05, of: 0, level: 0.95) == nil)
    #expect(ClopperPearson.bounds(7, of: 3, level: 0.95).upperBound == 1)
    #expect(ClopperPearson.bounds(-2, of: 3, level: 0.95).lowerBound == 0)
  }

  /// The largest count that certifies a budget at 95 %: the table of the design's definitions.
  @Test(arguments: [
    (0.01, 300, 0), (0.01, 819, 3), (0.01, 1319, 7), (0.01, 1838, 11), (0.01, 10042, 83),
    (0.03, 100, 0), (0.03, 300, 3), (0.03, 819, 16), (0.03, 1319, 29), (0.03, 1838, 42), (0.03, 10042, 272),
    (0.05, 100, 1), (0.05, 300, 8), (0.05, 819, 30), (0.05, 1319, 52), (0.05, 1838, 76), (0.05, 10042, 465),
  ])
  func largestCountThatCertifies(budget: Double, trials: Int, count: Int) {
    #expect(ClopperPearson.largestCount(certifying: budget, of: trials, level: 0.95) == count)
  }

  /// 0.99^100 = 0.366: no flip in 100 items leaves 1 % possible, so nothing certifies it. 0.99^298 = 0.0500: 299 items are needed.
  @Test func tooFewItemsCertifyNothing() {
    #expect(ClopperPearson.largestCount(certifying: 0.01, of: 100, level: 0.95) == nil)
    #expect(ClopperPearson.largestCount(certifying: 0.01, of: 298, level: 0.95) == nil)
    #expect(ClopperPearson.largestCount(certifying: 0.01, of: 299, level: 0.95) == 0)
    #expect(ClopperPearson.largestCount(certifying: 1, of: 10, level: 0.95) == 10)
  }
}

@Suite struct PairedProportionTests {
  @Test func mcnemarAgreesWithScipyAndStatsmodels() throws {
    for item in try StatisticsFixtures.cases("mcnemar.json") {
      let (negative, positive) = (item.integer("negative"), item.integer("positive"))
      let one = McNemar.oneSidedP(negative: negative, positive: positive)
      let two = McNemar.twoSidedP(negative: negative, positive: positive)
      #expect(agrees(one, item.double("one_sided")), "\(item.serialized()): \(one)")
      #expect(agrees(two, item.double("two_sided")), "\(item.serialized()): \(two)")
      if item.double("one_sided") > 1e-290 { #expect(agreesRelatively(one, item.double("one_sided"), within: 1e-8)) }
    }
  }

  /// P(Bin(8, 1/2) >= 7) = (8 + 1) / 256; churn of 500 each way is no drop on balance: p = (1 + C(1000, 500) / 2^1000) / 2 = 0.5126.
  @Test func mcnemarByHand() {
    #expect(agrees(McNemar.oneSidedP(negative: 7, positive: 1), 9.0 / 256, within: 1e-15))
    #expect(McNemar.oneSidedP(negative: 0, positive: 0) == 1)
    #expect(agrees(McNemar.oneSidedP(negative: 500, positive: 500), 0.5126, within: 1e-4))
  }

  @Test func newcombeAgreesWithTheFormulaOnStatsmodelsWilsonIntervals() throws {
    for item in try StatisticsFixtures.cases("newcombe.json") {
      let interval = Newcombe.pairedDifference(
        bothCorrect: item.integer("both_correct"), negative: item.integer("negative"), positive: item.integer("positive"),
        bothWrong: item.integer("both_wrong"), level: item.double("level"))
      let expected = item.doubles("interval")
      #expect(agrees(interval.lowerBound, expected[0]) && agrees(interval.upperBound, expected[1]), "\(item.serialized()): \(interval)")
    }
  }

  /// Published: Fagerland, Lydersen and Laake, "Statistical Analysis of Contingency Tables" (2017), chapter 8, on the tables of Cavo et al. (2012),
  /// 59/6/16/80, -0.1186 to -0.0046, and Bentur et al. (2009), 1/1/7/12, -0.507 to -0.026, both as first minus second: the sign turns here.
  @Test func newcombeOfPublishedTables() {
    let cavo = Newcombe.pairedDifference(bothCorrect: 59, negative: 6, positive: 16, bothWrong: 80, level: 0.95)
    #expect(agrees(cavo.lowerBound, 0.0046, within: 5e-5) && agrees(cavo.upperBound, 0.1186, within: 5e-5))
    let bentur = Newcombe.pairedDifference(bothCorrect: 1, negative: 1, positive: 7, bothWrong: 12, level: 0.95)
    #expect(agrees(bentur.lowerBound, 0.026, within: 5e-4) && agrees(bentur.upperBound, 0.507, within: 5e-4))
  }

  @Test func newcombeWithoutItems() {
    #expect(Newcombe.pairedDifference(bothCorrect: 0, negative: 0, positive: 0, bothWrong: 0, level: 0.95) == -1...1)
  }

  /// (1.959964 + 0.841621) sqrt(0.1 / 200) = 2.801585 x 0.0223607 = 0.0626454.
  @Test func smallestDetectableChange() throws {
    let change = try #require(DetectableChange.smallest(variance: 0.1, items: 200, level: 0.95, power: 0.8))
    #expect(agrees(change, 0.0626454, within: 1e-7))
    #expect(DetectableChange.smallest(variance: 0.1, items: 0, level: 0.95, power: 0.8) == nil)
    #expect(DetectableChange.smallest(variance: 0, items: 5, level: 0.95, power: 0.8) == 0)
  }

  @Test func holmAgreesWithStatsmodels() throws {
    for item in try StatisticsFixtures.cases("holm.json") {
      for (value, expected) in zip(Holm.adjusted(item.doubles("p")), item.doubles("adjusted")) {
        #expect(agrees(value, expected, within: 1e-14), "\(item.serialized())")
      }
    }
    #expect(Holm.adjusted([]).isEmpty)
  }
}

@Suite struct PairedBootstrapTests {
  @Test func agreesWithTheSameDrawsInPythonAndLiesNearScipy() throws {
    for item in try StatisticsFixtures.cases("bootstrap.json") {
      let bootstrap = PairedBootstrap(resamples: item.integer("resamples"), seed: UInt64(item.integer("seed")))
      let changes = item.doubles("changes")
      let clusters = item["clusters"]?.array?.compactMap(\.integer) ?? []
      for (mean, expected) in zip(bootstrap.means(of: WeightedUnits(changes, clusters: clusters)), item.doubles("first_means")) {
        #expect(agrees(mean, expected, within: 1e-14))
      }
      let interval = try #require(bootstrap.interval(of: changes, clusters: clusters, level: item.double("level")))
      let expected = item.doubles("interval")
      #expect(agrees(interval.lowerBound, expected[0], within: 1e-14) && agrees(interval.upperBound, expected[1], within: 1e-14))
      // scipy draws otherwise; an end of 2,000 resamples has a standard error of about sd(mean) x sqrt(0.025 x 0.975 / 2000) / 0.0584 = 0.06 sd(mean),
      // and sd(mean) is a quarter of the interval: 0.06 of the width is four standard errors.
      let other = item.doubles("scipy_interval")
      if other.count == 2 {
        let width = other[1] - other[0]
        #expect(abs(interval.lowerBound - other[0]) < 0.06 * width && abs(interval.upperBound - other[1]) < 0.06 * width)
      }
    }
  }

  @Test func seedDecidesTheBits() {
    let changes = (0..<50).map { Double($0 % 7) - 3 }
    let first = PairedBootstrap(resamples: 500, seed: 1).interval(of: changes, level: 0.95)
    #expect(first == PairedBootstrap(resamples: 500, seed: 1).interval(of: changes, level: 0.95))
    #expect(first != PairedBootstrap(resamples: 500, seed: 2).interval(of: changes, level: 0.95))
  }

  /// A resample does not depend on the others: the first 100 of 500 are the 100.
  @Test func resamplesAreIndependentOfTheirNumber() {
    let changes = [0.1, -0.2, 0.3, 0, 0.05]
    let many = PairedBootstrap(resamples: 500, seed: 9).means(of: WeightedUnits(changes))
    #expect(Array(many.prefix(100)) == PairedBootstrap(resamples: 100, seed: 9).means(of: WeightedUnits(changes)))
  }

  @Test func edges() {
    #expect(PairedBootstrap().interval(of: [], level: 0.95) == nil)
    #expect(PairedBootstrap(resamples: 10).interval(of: [0.25], level: 0.95) == 0.25...0.25)
    // One cluster is always drawn whole: its mean is the only mean, (1 + 2 + 6) / 3.
    #expect(PairedBootstrap(resamples: 10).interval(of: [1, 2, 6], clusters: [4, 4, 4], level: 0.95) == 3...3)
    // 1e9 draws over 2,000,000 items are 500 resamples: the floor of 1,000 holds.
    #expect(PairedBootstrap(resamples: 10_000).resamples(for: 2_000_000) == 1_000)
    #expect(PairedBootstrap(resamples: 10_000).resamples(for: 400_000) == 5_000)
  }
}

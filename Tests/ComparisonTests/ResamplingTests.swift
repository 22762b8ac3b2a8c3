// BCa intervals, the sign-flip test and clusters against scipy, closed forms and each other.

import Documents
import Records
import Testing

@testable import Comparison

@Suite struct ResamplingTests {
  private func units(_ item: JSONValue) -> WeightedUnits {
    let changes = item.doubles("changes")
    if item["kind"] == "regression" {
      return WeightedUnits(changes.map { max(0, -$0) }, weights: changes.map { $0 < 0 ? 1 : 0 })
    }
    return WeightedUnits(changes, clusters: item["clusters"]?.array?.compactMap(\.integer) ?? [])
  }

  /// The same draws in Python with numpy's and scipy's arithmetic agree; scipy's own draws agree as well as 2,000 resamples can.
  @Test(arguments: PairedBootstrap.Method.allCases) func agreesWithScipy(_ method: PairedBootstrap.Method) throws {
    for item in try StatisticsFixtures.cases("bootstrap-bca.json") {
      let bootstrap = PairedBootstrap(resamples: item.integer("resamples"), seed: UInt64(item.integer("seed")), method: method)
      let resampled = try #require(bootstrap.resampled(units(item)))
      let interval = resampled.interval(level: item.double("level"))
      let expected = item.doubles(method == .bca ? "interval" : "percentiles")
      #expect(resampled.isCorrected == (method == .bca))
      #expect(agrees(interval.lowerBound, expected[0], within: 1e-12) && agrees(interval.upperBound, expected[1], within: 1e-12))
      // As for percentiles, an end has a standard error of about 0.015 of the width; corrected ends lie further out, where it is up to twice that: 0.12
      // is four standard errors.
      let other = item.doubles(method == .bca ? "scipy_bca" : "scipy_percentile")
      let width = other[1] - other[0]
      #expect(abs(interval.lowerBound - other[0]) < 0.12 * width && abs(interval.upperBound - other[1]) < 0.12 * width, "\(interval) \(other)")
    }
  }

  /// A bound and its tail are each other's inverse: the lower bound at level 1 - p is the value with the tail p.
  @Test(arguments: PairedBootstrap.Method.allCases) func tailsInvertBounds(_ method: PairedBootstrap.Method) throws {
    let item = try #require(try StatisticsFixtures.cases("bootstrap-bca.json").dropFirst().first)
    let resampled = try #require(PairedBootstrap(resamples: 2000, seed: 5, method: method).resampled(units(item)))
    for level in [0.9, 0.95, 0.99] {
      let bounds = resampled.bounds(level: level)
      // One of 2,000 resamples either way.
      #expect(abs(resampled.tail(atMost: bounds.lowerBound) - (1 - level)) < 0.002)
      #expect(abs(resampled.tail(atLeast: bounds.upperBound) - (1 - level)) < 0.002)
    }
  }

  /// Where all resamples lie on one side of the mean, or nothing varies, there is no correction, and percentiles stand.
  @Test func withoutSpreadPercentilesStand() throws {
    let resampled = try #require(PairedBootstrap(resamples: 200, method: .bca).resampled(WeightedUnits([0.5, 0.5, 0.5])))
    #expect(!resampled.isCorrected && resampled.interval(level: 0.95) == 0.5...0.5)
    #expect(PairedBootstrap().resampled(WeightedUnits([])) == nil)
    #expect(PairedBootstrap(resamples: 100).resampled(WeightedUnits([0, 0], weights: [0, 0])) == nil)
  }

  /// 60,000 units and 2,000 resamples are enough draws for several threads; each resample is the one that is made alone.
  @Test func threadsMakeNoDifference() {
    let values = (0..<60_000).map { Double(($0 * 7919) % 1000) / 1000 }
    let bootstrap = PairedBootstrap(resamples: 100, seed: 3)
    let means = bootstrap.means(of: WeightedUnits(values))
    for resample in [0, 1, 57, 99] {
      var generator = SplitMix64(seed: 3, stream: UInt64(resample))
      #expect(WeightedUnits(values).drawnMean(&generator) == means[resample])
    }
  }

  @Test func signFlipsAgreeWithScipy() throws {
    for item in try StatisticsFixtures.cases("sign-flip.json") {
      let p = SignFlipTest(bootstrap: PairedBootstrap(resamples: 10_000)).oneSidedP(item.doubles("changes"))
      if item["exact"] == true {
        #expect(agrees(p, item.double("p"), within: 1e-9), "\(item.serialized()): \(p)")
      } else {
        // sqrt(p (1 - p) / 10,000) is at most 0.005: four standard errors.
        #expect(abs(p - item.double("p")) < 0.02, "\(item.double("p")): \(p)")
      }
    }
    #expect(SignFlipTest(bootstrap: PairedBootstrap()).oneSidedP([]) == 1)
    #expect(SignFlipTest(bootstrap: PairedBootstrap()).oneSidedP([0, 0]) == 1)
  }

  /// Of changes of 1 and -1 the sign-flip test is McNemar's: 7 of 8 moved items are worse, P(Bin(8, 1/2) >= 7) = 9/256.
  @Test func signFlipsOfFlipsAreMcNemar() {
    let p = SignFlipTest(bootstrap: PairedBootstrap()).oneSidedP([1, 1, 1, 1, 1, 1, 1, -1, 0, 0])
    #expect(agrees(p, McNemar.oneSidedP(negative: 7, positive: 1)) && p == 9.0 / 256)
  }

  @Test func correlationsAgreeWithScipysAnalysisOfVariance() throws {
    for item in try StatisticsFixtures.cases("cluster-correlation.json") {
      let found = ClusterCorrelation(item.doubles("values"), clusters: item["clusters"]?.array?.compactMap(\.integer) ?? [])
      #expect(agrees(found.correlation ?? .nan, item.double("correlation")))
      #expect(agrees(found.effectiveItems, item.double("effective_items")))
    }
  }

  /// Ten clusters of four items that all say the same count as ten items; one cluster as one.
  @Test func copiesCountOnce() {
    let clusters = (0..<40).map { $0 / 4 }
    let copies = ClusterCorrelation(clusters.map { $0.isMultiple(of: 3) ? 1 : 0 }, clusters: clusters)
    #expect(copies.correlation == 1 && agrees(copies.effectiveItems, 10))
    #expect(ClusterCorrelation([1, 0, 1], clusters: [0, 0, 0]).effectiveItems == 1)
    #expect(ClusterCorrelation([1, 0, 1], clusters: [0, 1, 2]).effectiveItems == 3)
    #expect(ClusterCorrelation([0, 0, 0, 0], clusters: [0, 0, 1, 1]).correlation == 0)
  }
}

@Suite struct TailTests {
  /// 20 losses of 0.00, 0.05, ... 0.95: the worst tenth is 0.95 and 0.90; 9 are above 0.5, 15 above 0.2 (a loss of 0.2 is not).
  @Test func worstDecileAndDrops() throws {
    let tail = try #require(LossTail((0..<20).map { Double($0) * 0.05 }))
    #expect(agrees(tail.worstDecile, 0.925) && agrees(tail.largest, 0.95))
    #expect(tail.counts == [19, 18, 17, 15, 9])
    #expect(LossTail([]) == nil && LossTail([-0.5])?.worstDecile == -0.5)
  }

  @Test func inAComparison() throws {
    let (old, new) = (ComparisonSamples.record([0.9, 0.5, 0.25]), ComparisonSamples.record([0.3, 0.6, 0.25]))
    let metric = Comparison.compare(old, new).tasks[0].metrics[0]
    #expect(agrees(metric.tail?.worstDecile ?? .nan, 0.6) && metric.tail?.counts == [1, 1, 1, 1, 1])
    // Of two moved items, -0.6 and 0.1, three of four sign patterns lose no more than these: p = P(fall >= 0.5) = 2/4.
    #expect(metric.signFlipOneSidedP == 0.5)
    #expect(metric.regressionInterval != nil)
    let binary = Comparison.compare(ComparisonSamples.record("AAB"), ComparisonSamples.record("ABB")).tasks[0].metrics[0]
    #expect(binary.tail == nil && binary.signFlipOneSidedP == nil && binary.regressionInterval == nil)
  }
}

@Suite struct TextDifferenceTests {
  @Test(arguments: [
    ("same", "same", nil, nil, nil), ("", "", nil, nil, nil), ("abc", "abd", 2, "abc", "abd"), ("ab", "abc", 2, "ab", "abc"),
    ("é", "e\u{301}", 0, "é", "e\u{301}"),
  ])
  func places(_ old: String, _ new: String, _ offset: Int?, _ before: String?, _ after: String?) {
    let found = TextDifference(old, new)
    #expect(found?.offset == offset)
    #expect(found?.baseline.unicodeScalars.elementsEqual((before ?? "").unicodeScalars) ?? (before == nil))
    #expect(found?.candidate.unicodeScalars.elementsEqual((after ?? "").unicodeScalars) ?? (after == nil))
  }

  /// Twenty scalars before the place, forty from it on; `…` where a text is cut.
  @Test func longTextsAreCut() throws {
    let shared = String(repeating: "0123456789", count: 30) + "\n"
    let found = try #require(TextDifference(shared + String(repeating: "a", count: 60), shared + "b"))
    #expect(found.offset == 301 && found.line == 2)
    #expect(found.candidate == "…1234567890123456789\nb")
    #expect(found.baseline.unicodeScalars.count == 1 + 20 + 40 + 1 && found.baseline.hasSuffix("a…"))
  }
}

@Suite struct SimilarityTests {
  /// Token F1 of "the red car" and "red car" is 1 (articles are left out), of "one two" and "two three" 1/2; the third answer is the same.
  @Test func wordsInCommon() throws {
    var (old, new) = (ComparisonSamples.record("AAB"), ComparisonSamples.record("AAB"))
    for (place, texts) in [("the red car", "red car"), ("one two", "two three"), ("same", "same")].enumerated() {
      old.outcomes[place].prediction = texts.0
      new.outcomes[place].prediction = texts.1
    }
    let agreement = try #require(Comparison.compare(old, new).tasks[0].agreement)
    #expect(agrees(agreement.exact ?? .nan, 1.0 / 3) && agrees(agreement.similarity ?? .nan, 2.5 / 3))
    #expect(agrees(agreement.similarityBothCorrect ?? .nan, 0.75) && agreement.similarityBothWrong == 1)
  }

  /// A task that is scored by ROUGE-1 compares answers by it: two of three words in common on both sides are 2/3.
  @Test func theTasksOwnMetric() throws {
    var (old, new) = (ComparisonSamples.record([0.5]), ComparisonSamples.record([0.5]))
    old.outcomes[0].prediction = "a red car"
    new.outcomes[0].prediction = "a red bus"
    #expect(agrees(Comparison.compare(old, new).tasks[0].agreement?.similarity ?? .nan, 2.0 / 3))
  }

  @Test func anotherChoiceIsNotAlike() {
    var (old, new) = (ComparisonSamples.record("AB"), ComparisonSamples.record("AA"))
    for place in 0..<2 {
      old.outcomes[place].choices = [.init(text: "A", logprob: -1, tokens: 1, isGreedy: true)]
      new.outcomes[place].choices = old.outcomes[place].choices
    }
    #expect(Comparison.compare(old, new).tasks[0].agreement?.similarity == 0.5)
  }
}

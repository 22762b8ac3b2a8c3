// Metrics over pairs: continuous ones, other binary ones than the primary, slices, and the JSON of it all.

import Comparison
import Documents
import Records
import Testing

@Suite struct MetricComparisonTests {
  /// D = +0.25, -0.5, 0, +0.75: gained 2 with mean 0.5, regressed 1 with mean 0.5, mean D = 0.125.
  @Test func continuousByHand() throws {
    let task = Comparison.compare(
      ComparisonSamples.record([0.25, 0.75, 0.5, 0.0]), ComparisonSamples.record([0.5, 0.25, 0.5, 0.75])
    ).tasks[0]
    let metric = task.metrics[0]
    #expect(metric.baselineMean == 0.375 && metric.candidateMean == 0.5 && metric.meanChange == 0.125)
    #expect((metric.gained, metric.regressed, metric.tied) == (2, 1, 1))
    #expect(metric.meanGain == 0.5 && metric.meanRegression == 0.5)
    // MUSCLE: mean D = PFR m_g - NFR m_r = 2/4 x 0.5 - 1/4 x 0.5.
    #expect(metric.flips == nil && task.flips == nil && task.tests?.mcnemarOneSidedP == nil)
    #expect(metric.intervalMethod == .bootstrap)
    let interval = try #require(metric.interval)
    #expect(interval.contains(0.125) && interval.lowerBound >= -0.5 && interval.upperBound <= 0.75)
    // Variance of D with n - 1: (0.125^2 + 0.625^2 + 0.125^2 + 0.625^2) / 3 = 0.270833; 2.801585 sqrt(0.270833 / 4) = 0.728996.
    #expect(agrees(metric.minimumDetectableChange ?? .nan, 0.728996, within: 1e-6))
    #expect(task.tests?.minimumDetectableChange == metric.minimumDetectableChange)
  }

  @Test func lowerMayBeBetter() {
    let perplexity = RecordHeader.Task.Metric(name: "perplexity", higherIsBetter: false)
    let metric = Comparison.compare(
      ComparisonSamples.record([4.0, 2.0, 3.0], metric: perplexity), ComparisonSamples.record([3.0, 5.0, 3.0], metric: perplexity)
    ).tasks[0].metrics[0]
    #expect((metric.gained, metric.regressed, metric.tied) == (1, 1, 1))
    #expect(metric.meanGain == 1 && metric.meanRegression == 3)
    #expect(agrees(metric.meanChange ?? .nan, 2.0 / 3, within: 1e-15))
  }

  /// An error rate of 0/1: what rises is a negative flip, and the interval is that of the accuracy's change, turned.
  @Test func aBinaryMetricThatIsBetterLow() throws {
    let wrong = RecordHeader.Task.Metric(name: "error", higherIsBetter: false)
    let metric = Comparison.compare(
      ComparisonSamples.record([0, 0, 0, 1], metric: wrong), ComparisonSamples.record([0, 1, 1, 0], metric: wrong)
    ).tasks[0].metrics[0]
    let flips = try #require(metric.flips)
    #expect((flips.bothCorrect, flips.negative, flips.positive, flips.bothWrong) == (1, 2, 1, 0))
    let accuracy = Newcombe.pairedDifference(bothCorrect: 1, negative: 2, positive: 1, bothWrong: 0, level: 0.95)
    #expect(metric.meanChange == 0.25)
    #expect(metric.interval?.lowerBound == -accuracy.upperBound && metric.interval?.upperBound == -accuracy.lowerBound)
  }

  /// Clustered items: the interval comes from whole clusters.
  @Test func clustersAreDrawnWhole() {
    var (old, new) = (ComparisonSamples.record("AAAABBBB"), ComparisonSamples.record("AAAAAAAA"))
    for place in 0..<8 {
      old.outcomes[place].cluster = place < 4 ? "first" : "second"
      new.outcomes[place].cluster = old.outcomes[place].cluster
    }
    let metric = Comparison.compare(old, new).tasks[0].metrics[0]
    #expect(metric.intervalMethod == .clusterBootstrap)
    // Two clusters with means 0 and 1: the resampled means are 0, 0.5 and 1, each end with probability 1/4.
    #expect(metric.interval == 0...1)
  }

  /// A second metric with its own picks. Item by item (baseline -> candidate), by acc: right -> wrong; wrong -> otherwise wrong.
  @Test func otherBinaryMetricsHaveFlipsOfTheirOwn() throws {
    let metrics = [RecordHeader.Task.Metric(name: "acc", higherIsBetter: true), .init(name: "acc_norm", higherIsBetter: true)]
    func record(_ logprobs: [[Double]]) -> RunRecord {
      let header = ComparisonSamples.header(metrics: metrics, primary: "acc_norm")
      let texts = ["aa", "bbbb", "c"]
      let outcomes = logprobs.enumerated().map { index, logprobs in
        var outcome = ItemOutcome(
          task: "quiz", item: "\(index)", index: index, target: "aa", prediction: "", tokens: .init(prompt: 1, output: 0))
        let choices = zip(texts, logprobs).map { ItemOutcome.Choice(text: $0, logprob: $1, tokens: 1, isGreedy: false) }
        outcome.choices = choices
        let picks = [ChoiceRanking.acc, .accNorm].map { $0.pick(choices) ?? -1 }
        outcome.scores = zip(metrics, picks).map { .init(metric: $0.name, value: $1 == 0 ? 1 : 0) }
        outcome.prediction = texts[picks[1]]
        outcome.isCorrect = picks[1] == 0
        return outcome
      }
      return RunRecord(header: header, outcomes: outcomes, isComplete: true)
    }
    // Item 0: acc aa -> c, acc_norm (-1, -1, -3 -> -1.5, -1, -2) aa (a tie goes to the first) -> bbbb. Item 1: acc bbbb -> c, acc_norm bbbb -> bbbb.
    let old = record([[-2, -4, -3], [-9, -2, -3]])
    let new = record([[-3, -4, -2], [-9, -4, -3]])
    let task = Comparison.compare(old, new).tasks[0]
    let acc = try #require(task.metrics[0].flips)
    #expect((acc.negative, acc.bothWrongSame, acc.bothWrongChanged) == (1, 0, 1))
    let norm = try #require(task.metrics[1].flips)
    #expect((norm.negative, norm.bothWrongSame, norm.bothWrongChanged) == (1, 1, 0))
    #expect(task.flips == norm && task.metrics.allSatisfy(\.changedWrongIsKnown))
  }

  @Test func withoutPicksAChangeAmongWrongAnswersIsNotKnown() {
    let metrics = [RecordHeader.Task.Metric(name: "acc", higherIsBetter: true), .init(name: "exact", higherIsBetter: true)]
    var (old, new) = (ComparisonSamples.record("B", header: ComparisonSamples.header(metrics: metrics)), ComparisonSamples.record("C"))
    new.header = old.header
    old.outcomes[0].scores.append(.init(metric: "exact", value: 0))
    new.outcomes[0].scores.append(.init(metric: "exact", value: 0))
    let task = Comparison.compare(old, new).tasks[0]
    #expect(task.metrics[0].flips?.bothWrongChanged == 1 && task.metrics[0].changedWrongIsKnown)
    #expect(task.metrics[1].flips?.bothWrongSame == 1 && !task.metrics[1].changedWrongIsKnown)
  }

  @Test func onlyMetricsOfBothSidesAreCompared() {
    var new = ComparisonSamples.record("A")
    new.header.tasks[0].metrics = [.init(name: "f1", higherIsBetter: true)]
    #expect(Comparison.compare(ComparisonSamples.record("A"), new).tasks[0].metrics.isEmpty)
  }
}

@Suite struct ChoiceRankingTests {
  private func choices(_ pairs: [(String, Double)]) -> [ItemOutcome.Choice] {
    pairs.map { .init(text: $0.0, logprob: $0.1, tokens: 1, isGreedy: false) }
  }

  /// -6/3 = -2 and -8/5 = -1.6: acc picks the first, acc_norm the second.
  @Test func picksAndMargins() {
    let pair = choices([("abc", -6), ("abcde", -8)])
    #expect(ChoiceRanking.acc.pick(pair) == 0 && ChoiceRanking.accNorm.pick(pair) == 1)
    #expect(ChoiceRanking.acc.margin(pair) == 2)
    #expect(agrees(ChoiceRanking.accNorm.margin(pair) ?? .nan, 0.4, within: 1e-14))
  }

  @Test func tiesGoToTheFirstAsArgmaxHasIt() {
    #expect(ChoiceRanking.acc.pick(choices([("a", -2), ("b", -1), ("c", -1)])) == 1)
    #expect(ChoiceRanking.acc.margin(choices([("b", -1), ("c", -1)])) == 0)
  }

  /// Python's len counts scalars: an e with its accent as two scalars is 2.
  @Test func charactersAreScalars() {
    #expect(ChoiceRanking.accNorm.score(of: .init(text: "e\u{301}", logprob: -3, tokens: 1, isGreedy: false)) == -1.5)
    #expect(ChoiceRanking.accNorm.score(of: .init(text: "", logprob: -3, tokens: 1, isGreedy: false)) == -.infinity)
  }

  @Test func edges() {
    #expect(ChoiceRanking.acc.pick([]) == nil && ChoiceRanking.acc.margin([]) == nil)
    #expect(ChoiceRanking.acc.pick(choices([("a", -1)])) == 0 && ChoiceRanking.acc.margin(choices([("a", -1)])) == nil)
    #expect(ChoiceRanking.acc.pick(choices([("a", .nan), ("b", -1)])) == nil)
    #expect(ChoiceRanking.acc.margin(choices([("a", -.infinity), ("b", -1)])) == nil)
    #expect(ChoiceRanking.acc.pick(choices([("a", -.infinity), ("b", -.infinity)])) == 0)
  }
}

@Suite struct SliceTests {
  @Test func eachValueIsComparedOnItsOwn() {
    var (old, new) = (ComparisonSamples.record("AAAAB"), ComparisonSamples.record("ABBAA"))
    for (place, language) in ["de", "de", "fr", "fr", "fr"].enumerated() {
      old.outcomes[place].slices = [.init(name: "language", value: language)]
      new.outcomes[place].slices = old.outcomes[place].slices
    }
    new.outcomes[3].error = .init(kind: "oom", message: "")
    old.outcomes[4].slices.append(.init(name: "topic", value: "x"))
    let comparison = Comparison.compare(old, new)
    let slices = comparison.sliced(by: "language")
    #expect(slices.map(\.value) == ["de", "fr"] && slices.map(\.task) == ["quiz", "quiz"])
    #expect(slices.map { $0.comparison.flips?.negative } == [1, 1] && slices.map { $0.comparison.flips?.positive } == [0, 1])
    #expect(slices.map(\.comparison.items.errors) == [0, 1] && slices.map(\.comparison.items.paired) == [2, 2])
    #expect(slices[0].comparison.metrics[0].meanChange == -0.5)
    #expect(comparison.tasks[0].sliceNames == ["language", "topic"])
    #expect(comparison.sliced(by: "topic").map(\.comparison.items.paired) == [1])
    #expect(comparison.sliced(by: "none").isEmpty)
  }
}

@Suite struct ComparisonJSONTests {
  @Test func theDocumentHasTheKeysOfTheFormat() throws {
    let comparison = Comparison.compare(FlipTests.baseline, FlipTests.candidate)
    let json = try JSONValue.parse(comparison.json.serialized(.indented))
    #expect(json["format"] == "flipgate.comparison" && json["version"] == 1)
    #expect(json["baseline"] == FlipTests.baseline.header.json)
    let task = try #require(json["tasks"]?.array?.first)
    #expect(
      task["items"] == ["baseline": 10, "candidate": 10, "paired": 10, "only_baseline": 0, "only_candidate": 0, "errors": 0, "unscored": 0])
    #expect(task["flips"] == ["both_correct": 4, "negative": 2, "positive": 1, "both_wrong_same": 2, "both_wrong_changed": 1])
    #expect(
      task["rates"]?.members?.map(\.key) == [
        "negative_flip_rate", "positive_flip_rate", "changed_wrong_rate", "multiple_choice_negative_flip_rate", "negative_flip_impact",
        "relative_negative_flip_rate", "backward_trust_compatibility", "backward_error_compatibility",
      ])
    #expect(task["rates"]?["negative_flip_rate"] == 0.2)
    #expect(task["metrics"]?["acc"]?["mean_change"]?.double == -0.1)
    #expect(task["agreement"]?["exact"] == 0.6)
    #expect(task["tests"]?["negative_flip_rate_interval"]?.array?.count == 2)
  }

  @Test func itemsAreTheNegativeFlipsWithBothSides() throws {
    var (old, new) = (FlipTests.baseline, FlipTests.candidate)
    func choices(_ first: Double, _ second: Double) -> [ItemOutcome.Choice] {
      [.init(text: "A", logprob: first, tokens: 1, isGreedy: true), .init(text: "B", logprob: second, tokens: 1, isGreedy: false)]
    }
    old.outcomes[4].choices = choices(-1, -1.5)
    new.outcomes[4].choices = choices(-3, -1)
    let items = try #require(Comparison.compare(old, new).json["items"]?.array)
    #expect(items.map { $0["item"] } == ["sha256:4", "sha256:5"] && items.allSatisfy { $0["flip"] == "negative" })
    #expect(items[0]["target"] == "A" && items[0]["baseline"]?["prediction"] == "A" && items[0]["candidate"]?["prediction"] == "B")
    #expect(items[0]["baseline"]?["margin"] == 0.5 && items[0]["candidate"]?["margin"] == 2.0)
    #expect(items[1]["baseline"]?["margin"] == JSONValue.null)
  }

  @Test func whatHasNoValueIsNull() {
    let json = Comparison.taskJSON(Comparison.compare(ComparisonSamples.record([0.5]), ComparisonSamples.record([0.5])).tasks[0])
    #expect(json["flips"] == JSONValue.null && json["rates"] == JSONValue.null && json["tests"]?["mcnemar_p_one_sided"] == JSONValue.null)
    #expect(json["metrics"]?["rouge1"]?["mean_gain"] == JSONValue.null)
    let empty = Comparison.taskJSON(Comparison.compare(ComparisonSamples.record(""), ComparisonSamples.record("")).tasks[0])
    #expect(empty["tests"] == JSONValue.null && empty["agreement"] == JSONValue.null)
  }
}

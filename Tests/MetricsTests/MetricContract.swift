// What every metric promises; a new one passes by being in the catalogue.

import Documents
import Metrics
import Testing

/// Checks a metric against the promises of the protocol.
func checkContract(of metric: any Metric) throws {
  #expect(metric.name.wholeMatch(of: #/[a-z][A-Za-z0-9_+]*/#) != nil)
  #expect(metric.documentation.count > 40)
  #expect(metric.source.count > 5)
  #expect(!metric.scores.isEmpty)
  try checkOptions(of: metric)
  for response in MetricContract.responses { checkScore(of: metric, response) }
  for kind in metric.scores {
    #expect(MetricContract.responses.contains { $0.kind == kind && metric.score($0) != nil }, "\(metric.name) scores no \(kind)")
  }
  checkAggregation(of: metric)
}

/// Options can be read back as they are, and nothing else can be set.
private func checkOptions(of metric: any Metric) throws {
  let given = metric.options.map { ($0.name, $0.value) }
  let same = try MetricCatalog.metric(named: metric.name, options: given, patterns: SwiftPatterns())
  #expect(same.identity == metric.identity)
  #expect(Set(metric.options.map(\.name)).count == metric.options.count)
  #expect(metric.options.allSatisfy { $0.documentation.count > 10 })
  let error = #expect(throws: MetricOptionError.self) { try MetricCatalog.metric(named: metric.name, options: [("colour", "blue")]) }
  #expect(error?.problem == .unknownOption(known: metric.options.map(\.name)))
}

private func checkScore(of metric: any Metric, _ response: Response) {
  let score = metric.score(response)
  let prediction = metric.prediction(response)
  #expect(score == metric.score(response), "the same answer has the same score")
  if !metric.scores.contains(response.kind) {
    #expect(score == nil && prediction == nil, "\(metric.name) scores \(response)")
    #expect(throws: Unscored.kind(response.kind, metric: metric.name, scores: metric.scores)) { try metric.measure(response) }
  }
  if let score {
    #expect(metric.range.contains(score) && score.isFinite, "\(metric.name) gives \(score)")
    if metric.judgesCorrectness { #expect(score == 0 || score == 1) }
  }
  if case .choices(let choices, let gold) = response {
    if let prediction { #expect(choices.indices.contains(prediction)) }
    if metric.judgesCorrectness, let prediction, let score {
      #expect(score == (gold.contains(prediction) ? 1 : 0), "\(metric.name) is right where it picks a right choice")
    }
  } else {
    #expect(prediction == nil)
  }
}

/// A task's number depends on the sum of the items' statistics alone, and records can hold them.
private func checkAggregation(of metric: any Metric) {
  let aggregation = metric.aggregation
  #expect(aggregation([]) == nil && aggregation(of: []) == nil)
  #expect(aggregation.statistic.count > 3)
  let measured = MetricContract.responses.compactMap { try? metric.measure($0) }
  let number = aggregation(of: measured)
  #expect(number != nil && number == aggregation(of: measured.reversed()), "the order of the items makes no difference")
  if let number { #expect((aggregation.range ?? metric.range).contains(number)) }
  for item in measured {
    #expect(Measurement.statistic(json: Measurement.json(statistic: item.statistic)) == item.statistic)
    if let statistic = aggregation.statistic(ofScore: item.score) {
      #expect(statistic == item.statistic)
      #expect(aggregation([item.score, item.score]) == aggregation([item.score]))
    }
  }
}

enum MetricContract {
  static func continuation(_ text: String, _ logprob: Double, without: Double? = nil, isGreedy: Bool = false) -> ContinuationLikelihood {
    ContinuationLikelihood(text: text, logprob: logprob, unconditionalLogprob: without, tokens: 1, isGreedy: isGreedy)
  }

  /// Answers of every kind, the awkward ones among them.
  static let responses: [Response] = [
    .choices([continuation("yes", -1), continuation("no", -2)], gold: [0]),
    .choices([continuation("yes", -2, without: -3), continuation("no", -1, without: -4)], gold: [0]),
    .choices([continuation("yes", -2, without: -.infinity), continuation("no", -1, without: -4)], gold: [0]),
    .choices([continuation("same", -1), continuation("same", -1, isGreedy: true)], gold: [1]),
    .choices([continuation("a", -1), continuation("b", -2), continuation("c", -3)], gold: [1, 2]),
    .choices([continuation("a", -.infinity), continuation("b", -2)], gold: [1]),
    .choices([continuation("a", -.infinity), continuation("b", -.infinity)], gold: [1]),
    .choices([continuation("a", .nan), continuation("b", -2)], gold: [1]),
    .choices([continuation("", -1), continuation("b", -2)], gold: [0]),
    .choices([continuation("a", -1), continuation("b", -2)], gold: [2]),
    .choices([continuation("a", -1), continuation("b", -2)], gold: [-100]),
    .choices([], gold: []),
    .likelihood(continuation("word", -0.5, isGreedy: true)),
    .likelihood(continuation("word", -7)),
    .likelihood(continuation("word", .nan)),
    .likelihood(continuation("word", -.infinity)),
    .rolling(RollingLikelihood(of: "four words of text", logprob: -20)),
    .rolling(RollingLikelihood(of: "", logprob: 0)),
    .rolling(RollingLikelihood(logprob: -1, words: 0, bytes: 0)),
    .rolling(RollingLikelihood(logprob: -.infinity, words: 1, bytes: 1)),
    .text("an answer", references: ["an answer"]),
    .text("an answer", references: ["another", "answer", ""]),
    .text("{\"a\": 1}", references: ["{}"]),
    .text("naïve e\u{301}\u{0}", references: ["naïve é"]),
    .text("(unclosed", references: ["(unclosed"]),
    .text("", references: [""]),
    .text("", references: []),
  ]
}

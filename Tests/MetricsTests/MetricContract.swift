// What every metric promises; a new one passes by being in the catalogue.

import Metrics
import Testing

/// Checks a metric against the promises of the protocol.
func checkContract(of metric: any Metric) {
  #expect(metric.name.wholeMatch(of: #/[a-z][a-z0-9_]*/#) != nil)
  #expect(metric.documentation.count > 40)
  #expect(!metric.scores.isEmpty)
  for response in MetricContract.responses {
    let score = metric.score(response)
    let prediction = metric.prediction(response)
    #expect(score == metric.score(response), "the same answer has the same score")
    if !metric.scores.contains(response.kind) { #expect(score == nil && prediction == nil, "\(metric.name) scores \(response)") }
    if let score { #expect(metric.range.contains(score) && !score.isNaN, "\(metric.name) gives \(score)") }
    if case .choices(let choices, let gold) = response {
      if let prediction { #expect(choices.indices.contains(prediction)) }
      if metric.judgesCorrectness, metric.scores.contains(.choices) {
        #expect(score == prediction.map { gold.contains($0) ? 1 : 0 }, "\(metric.name) is right where it picks a right choice")
      }
    } else {
      #expect(prediction == nil)
    }
  }
  for kind in metric.scores {
    #expect(MetricContract.responses.contains { $0.kind == kind && metric.score($0) != nil }, "\(metric.name) scores no \(kind)")
  }
  #expect(metric.aggregation([]) == nil)
  #expect(metric.aggregation([0.5, 0.5, 0.5]) == metric.aggregation([0.5]))
}

enum MetricContract {
  static func continuation(_ text: String, _ logprob: Double, isGreedy: Bool = false) -> ContinuationLikelihood {
    ContinuationLikelihood(text: text, logprob: logprob, tokens: 1, isGreedy: isGreedy)
  }

  /// Answers of every kind, the awkward ones among them.
  static let responses: [Response] = [
    .choices([continuation("yes", -1), continuation("no", -2)], gold: [0]),
    .choices([continuation("yes", -2), continuation("no", -1)], gold: [0]),
    .choices([continuation("same", -1), continuation("same", -1)], gold: [1]),
    .choices([continuation("a", -1), continuation("b", -2), continuation("c", -3)], gold: [1, 2]),
    .choices([continuation("a", -.infinity), continuation("b", -2)], gold: [1]),
    .choices([continuation("a", .nan), continuation("b", -2)], gold: [1]),
    .choices([continuation("", -1), continuation("b", -2)], gold: [0]),
    .choices([], gold: []),
    .likelihood(continuation("word", -0.5, isGreedy: true)),
    .likelihood(continuation("word", -7)),
    .likelihood(continuation("word", .nan)),
    .text("an answer", references: ["an answer"]),
    .text("", references: []),
  ]
}

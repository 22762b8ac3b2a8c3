// A model's likelihoods to an outcome: metrics applied, prediction named.

internal import LanguageModels
internal import Metrics
internal import Records
internal import Tasks

/// Builds the outcomes of one task's items.
struct OutcomeBuilder: Sendable {
  let task: String
  let metrics: [any Metric]
  let primary: any Metric

  init(_ task: EvaluationTask) throws {
    self.task = task.name
    metrics = try task.metrics.map { try MetricCatalog.metric(named: $0) }
    primary = try MetricCatalog.metric(named: task.primaryMetric)
  }

  /// The outcome of a scored item.
  ///
  /// - Parameter scores: one a request, in the item's order.
  func outcome(_ item: TaskItem, requests: [ScoringRequest], scores: [ScoredContinuation]) -> ItemOutcome {
    guard scores.allSatisfy({ $0.logprob.isFinite }) else { return outcome(item, failure: .notFinite) }
    let prompt = requests.first?.continuationStart ?? 0
    switch item.question {
    case .multipleChoice(_, let choices, let gold):
      let likelihoods = zip(choices, scores).map { Self.likelihood($0, $1) }
      let response = Response.choices(likelihoods, gold: gold)
      let picked = primary.prediction(response).map { choices[$0] } ?? ""
      var outcome = base(item, prediction: picked, prompt: prompt)
      outcome.choices = likelihoods.map {
        ItemOutcome.Choice(text: $0.text, logprob: $0.logprob, tokens: $0.tokens, isGreedy: $0.isGreedy)
      }
      return scored(outcome, response)
    case .likelihood(let request):
      guard let score = scores.first else { return outcome(item, failure: .notFinite) }
      let likelihood = Self.likelihood(request.continuation, score)
      var outcome = base(item, prediction: score.isGreedy ? request.continuation : "", prompt: prompt)
      outcome.choices = [
        ItemOutcome.Choice(
          text: likelihood.text, logprob: likelihood.logprob, tokens: likelihood.tokens, isGreedy: likelihood.isGreedy)
      ]
      return scored(outcome, .likelihood(likelihood))
    }
  }

  /// The outcome of an item that could not be asked or scored.
  func outcome(_ item: TaskItem, failure: ItemFailure) -> ItemOutcome {
    var outcome = base(item, prediction: "", prompt: 0)
    outcome.error = failure.failure
    return outcome
  }

  private static func likelihood(_ text: String, _ score: ScoredContinuation) -> ContinuationLikelihood {
    ContinuationLikelihood(text: text, logprob: score.logprob, tokens: score.logprobs.count, isGreedy: score.isGreedy)
  }

  private func base(_ item: TaskItem, prediction: String, prompt: Int) -> ItemOutcome {
    var outcome = ItemOutcome(
      task: task, item: item.identity, index: item.index, target: item.target, prediction: prediction,
      tokens: ItemOutcome.Tokens(prompt: prompt, output: 0))
    outcome.slices = item.slices.map { ItemOutcome.Slice(name: $0.name, value: $0.value) }
    outcome.cluster = item.cluster
    return outcome
  }

  private func scored(_ base: ItemOutcome, _ response: Response) -> ItemOutcome {
    var outcome = base
    outcome.scores = metrics.map { metric in
      ItemOutcome.Score(metric: metric.name, value: metric.score(response).flatMap { $0.isFinite ? $0 : nil })
    }
    switch primary.score(response) {
    case nil: outcome.unscored = "the metric \(primary.name) can't score this answer"
    case 1.0?: outcome.isCorrect = true
    case 0.0?: outcome.isCorrect = false
    default: outcome.isCorrect = nil
    }
    return outcome
  }
}

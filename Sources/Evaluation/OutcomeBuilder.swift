// A model's answers to outcomes: filters and metrics applied, prediction named.

internal import Documents
internal import LanguageModels
internal import Metrics
internal import Records
internal import Tasks

/// What a model answered to one item, apart from how it was computed: a record holds as much.
enum ItemAnswer: Sendable {
  /// The likelihood of each choice, or of the one continuation.
  case likelihoods([ContinuationLikelihood])
  /// The log-likelihood of the whole text, with its tokens.
  case rolling(logprob: Double, tokens: Int)
  /// Generated texts, one a repetition, with their tokens together.
  case texts([String], tokens: Int)
}

/// Builds the outcomes of one task's items.
struct OutcomeBuilder: Sendable {
  let task: String
  let metrics: [any Metric]
  let primary: any Metric
  let filters: [FilterPipeline]

  init(_ task: EvaluationTask) throws {
    self.task = task.name
    metrics = task.metrics
    primary = try task.metrics.first { $0.name == task.primaryMetric } ?? MetricCatalog.metric(named: task.primaryMetric)
    filters = task.filters
  }

  /// The names of the outcomes that an item has: one a filter pipeline where answers are texts, else `none`.
  func filterNames(_ item: TaskItem) -> [String] {
    switch item.question {
    case .generation, .unaskable(_, generates: true): filters.map(\.name)
    default: [FilterPipeline.none.name]
    }
  }

  /// The outcomes of an answered item.
  func outcomes(_ item: TaskItem, answer: ItemAnswer, promptTokens: Int) -> [ItemOutcome] {
    switch (item.question, answer) {
    case (.multipleChoice(_, let choices, let gold, _), .likelihoods(let likelihoods)):
      guard likelihoods.allSatisfy({ $0.logprob.isFinite }) else { return outcomes(item, failure: .notFinite) }
      let response = Response.choices(likelihoods, gold: gold)
      let picked = primary.prediction(response).flatMap { choices.indices.contains($0) ? choices[$0] : nil } ?? ""
      var outcome = base(item, prediction: picked, prompt: promptTokens)
      outcome.choices = likelihoods.map(Self.choice)
      return [scored(outcome, response)]
    case (.likelihood, .likelihoods(let likelihoods)):
      guard let likelihood = likelihoods.first, likelihood.logprob.isFinite else { return outcomes(item, failure: .notFinite) }
      var outcome = base(item, prediction: likelihood.isGreedy ? likelihood.text : "", prompt: promptTokens)
      outcome.choices = [Self.choice(likelihood)]
      return [scored(outcome, .likelihood(likelihood))]
    case (.rolling(let text), .rolling(let logprob, let tokens)):
      guard logprob.isFinite else { return outcomes(item, failure: .notFinite) }
      var outcome = base(item, prediction: "", prompt: promptTokens)
      outcome.choices = [ItemOutcome.Choice(text: "", logprob: logprob, tokens: tokens, isGreedy: false)]
      return [scored(outcome, .rolling(RollingLikelihood(of: text, logprob: logprob)))]
    case (.generation(_, let references), .texts(let texts, let tokens)):
      return filters.map { generated(item, texts: texts, tokens: tokens, references: references, by: $0, prompt: promptTokens) }
    default: return outcomes(item, failure: .notFinite)
    }
  }

  private func generated(
    _ item: TaskItem, texts: [String], tokens: Int, references: [String], by filter: FilterPipeline, prompt: Int
  ) -> ItemOutcome {
    var outcome = base(item, prediction: "", prompt: prompt)
    outcome.filter = filter.name
    outcome.output = texts.first
    outcome.outputs = texts.count > 1 ? texts : nil
    outcome.tokens.output = tokens
    do {
      guard let answer = try filter.apply(texts, document: item.document) else {
        outcome.unscored = "the filter \(filter.name) left no answer"
        outcome.scores = metrics.map { ItemOutcome.Score(metric: $0.name, value: nil) }
        return outcome
      }
      outcome.prediction = answer
      return scored(outcome, .text(answer, references: references))
    } catch {
      outcome.error = ItemFailure.filter(message: ItemFailure.sentence(error)).failure
      return outcome
    }
  }

  /// The outcomes of an item that could not be asked or scored.
  func outcomes(_ item: TaskItem, failure: ItemFailure) -> [ItemOutcome] {
    filterNames(item).map { filter in
      var outcome = base(item, prediction: "", prompt: 0)
      outcome.filter = filter
      outcome.error = failure.failure
      return outcome
    }
  }

  private static func choice(_ likelihood: ContinuationLikelihood) -> ItemOutcome.Choice {
    ItemOutcome.Choice(
      text: likelihood.text, logprob: likelihood.logprob, tokens: likelihood.tokens, isGreedy: likelihood.isGreedy,
      unconditionalLogprob: likelihood.unconditionalLogprob)
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
    for metric in metrics {
      do throws(Unscored) {
        let measured = try metric.measure(response)
        let isEnough = metric.aggregation.statistic(ofScore: measured.score) != nil
        outcome.scores.append(
          ItemOutcome.Score(metric: metric.name, value: measured.score, statistic: isEnough ? nil : measured.statistic))
        if metric.name == primary.name, primary.judgesCorrectness {
          outcome.isCorrect = measured.score == 1 ? true : measured.score == 0 ? false : nil
        }
      } catch {
        outcome.scores.append(ItemOutcome.Score(metric: metric.name, value: nil))
        if metric.name == primary.name { outcome.unscored = error.description }
      }
    }
    return outcome
  }
}

// The loop's second half: train an adapter on the candidate, and ask and judge the candidate with it.

internal import Adaptation
internal import Comparison
internal import Documents
internal import Evaluation
internal import LanguageModels
internal import ModelHub
internal import Policies
internal import Records
internal import Tasks

extension Gate {
  /// What the first half leaves to the second.
  struct Judged {
    var policy: Policy
    var tasks: [EvaluationTask]
    var sides: (baseline: ModelLocation, candidate: ModelLocation)
    var baseline: RecordedRun
    var result: GateResult
  }

  /// The result with its remedy, where the plan and the verdict ask for one. A remedy that fails leaves the verdict on the candidate as it came.
  ///
  /// - Throws: where the run is asked to stop; what is trained by then is kept.
  func remedied(_ judged: Judged, by plan: RemedyPlan?) async throws -> GateResult {
    guard let plan, plan.isForced || plan.rule.when == .always || judged.result.verdict == .failed else { return judged.result }
    if let record = Self.record(among: judged.sides) {
      environment.warn("no remedy was tried: \(visible(record)) is a run record, and an adapter is trained on checkpoints")
      return judged.result
    }
    let files = TrainingFiles(output: adapterPath)
    do {
      // An earlier run's adapters are of another result.
      files.clear(keepsStates: request.resumes)
      let trained = try train(plan, judged)
      let repaired = try await repaired(by: trained.adapter, judged)
      return judged.result.remedied(
        by: Remedy.Adapter(trained.adapter), Remedy.Training(trained.adapter), sweep: trained.sweep.map { Remedy.Sweep($0) }, judged: repaired,
        recipe: plan.rule.recipe, decides: plan.rule.decides)
    } catch let error as TrainingError where error.isInterruption {
      throw GateError.remedyStopped(error)
    } catch let error as EvaluationError where error.isInterruption {
      throw error
    } catch {
      // The same training would fail the same way: its state is of no use, and would be in the next run's way.
      files.removeStates()
      return judged.result.remedyFailed(explanation(of: withoutState(error)), recipe: plan.rule.recipe, decides: plan.rule.decides)
    }
  }

  /// The error without a word of the state that is not kept.
  private func withoutState(_ error: any Error) -> any Error {
    if case TrainingError.diverged(let step, let what, _) = error { TrainingError.diverged(step: step, what: what, checkpoint: nil) } else { error }
  }

  private func train(_ plan: RemedyPlan, _ judged: Judged) throws -> AdaptationRun.Result {
    let rule = plan.rule
    var adaptation = AdaptationRequest(
      old: .init(path: judged.sides.baseline.path, name: judged.sides.baseline.name, adapter: request.baselineAdapter),
      new: .init(path: judged.sides.candidate.path, name: judged.sides.candidate.name, adapter: request.candidateAdapter),
      training: try trainingSources(rule.train), model: request.model, version: FlipgateVersion.program)
    if let validation = rule.validation { adaptation.validation = try trainingSources([validation]) }
    adaptation.gate = judged.tasks
    adaptation.dropsOverlap = rule.dropsOverlap
    let run = AdaptationRun(
      adaptation, settings: plan.settings, objective: plan.objective, sweep: plan.sweep, output: adapterPath, resumes: request.resumes,
      environment: TrainingEnvironment(
        clock: environment.clock, isCancelled: environment.isCancelled, report: environment.trainingProgress))
    return try run.run()
  }

  /// The policy's judgement of the candidate with the adapter, on the same items.
  private func repaired(by adapter: TrainedAdapter, _ judged: Judged) async throws -> GateResult {
    let side = try await open(judged.sides.candidate, adapter: adapter.path, as: "repaired candidate")
    let outcomes = try await outcomes(of: side, as: "repaired candidate", recordName: "repaired", on: judged.tasks)
    for note in outcomes.notes { environment.warn(note) }
    let comparison = try Comparison.compare(
      judged.baseline, outcomes, settings: judged.policy.comparisonSettings, notable: judged.policy.notablePairs)
    return judged.policy.judge(comparison, today: CalendarDate(unixTime: environment.now()))
  }
}

extension Remedy.Adapter {
  init(_ adapter: TrainedAdapter) {
    self.init(path: adapter.path, digest: adapter.digest, rank: adapter.rank, parameters: adapter.parameters)
  }
}

extension Remedy.Training {
  init(_ adapter: TrainedAdapter) {
    let outcome = adapter.outcome
    self.init(
      examples: adapter.examples, tokens: adapter.tokens, steps: outcome.steps, seconds: outcome.seconds, bestStep: outcome.bestStep,
      curve: outcome.curve.map {
        Remedy.CurvePoint(step: $0.step, epoch: $0.epoch, loss: $0.loss, validationLoss: $0.validationLoss, learningRate: $0.learningRate)
      })
  }
}

extension Remedy.Sweep {
  init(_ sweep: SweepResult) {
    let flips = sweep.entries.first?.adapter.flips ?? TokenFlips()
    let frontier = Set(sweep.frontier)
    self.init(
      tokens: flips.tokens, candidate: Figures(right: flips.rightBefore, negativeFlips: flips.negativeBefore),
      entries: sweep.entries.enumerated().map { place, entry in
        let (adapter, flips) = (entry.adapter, entry.adapter.flips ?? TokenFlips())
        return Entry(
          recipe: entry.recipe.name, path: adapter.path, digest: adapter.digest,
          figures: Figures(right: flips.rightAfter, negativeFlips: flips.negativeAfter), validationLoss: adapter.outcome.bestLoss,
          steps: adapter.outcome.steps, seconds: adapter.outcome.seconds, isOnFrontier: frontier.contains(place))
      }, failures: sweep.failures.map { Failure(recipe: $0.recipe.name, reason: $0.error.description) }, chosen: sweep.chosen)
  }
}

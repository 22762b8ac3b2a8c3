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

  /// The result with its remedy, where one is asked for: by the request, or by the policy and the verdict.
  func remedied(_ judged: Judged) async throws -> GateResult {
    guard let rule = try remedyRule(for: judged) else { return judged.result }
    let path = Files.path("adapter", relativeTo: request.reportDirectory)
    // An earlier run's adapter is of another result.
    if Files.exists(Files.path("adapter_config.json", relativeTo: path)) { Files.removeFolder(path) }
    let trained: AdaptationRun.Result
    do { trained = try train(rule, judged, to: path) } catch { throw GateError.remedy(error) }
    let repaired = try await repaired(by: trained.adapter, judged)
    let outcome = trained.adapter.outcome
    return judged.result.remedied(
      by: Remedy.Adapter(
        path: trained.adapter.path, digest: trained.adapter.digest, rank: trained.adapter.rank, parameters: trained.adapter.parameters),
      Remedy.Training(
        examples: trained.adapter.examples, tokens: trained.adapter.tokens, steps: outcome.steps, seconds: outcome.seconds,
        bestStep: outcome.bestStep,
        curve: outcome.curve.map {
          Remedy.CurvePoint(
            step: $0.step, epoch: $0.epoch, loss: $0.loss, validationLoss: $0.validationLoss, learningRate: $0.learningRate)
        }), judged: repaired, recipe: rule.recipe, decides: rule.decides)
  }

  /// What is to be done, nil for nothing.
  private func remedyRule(for judged: Judged) throws -> RemedyRule? {
    var rule = judged.policy.remedy
    if !request.training.isEmpty {
      // What the command names goes before the policy's data, and is relative to the working folder.
      rule = rule ?? RemedyRule(train: [])
      rule?.train = request.training
    } else if let files = rule?.train {
      rule?.train = files.map(besidePolicy)
    }
    let validation = rule?.validation.map(besidePolicy)
    rule?.validation = validation
    let isForced = request.remediates
    guard let rule else {
      if isForced { throw GateError.noTrainingData(policy: request.policy) }
      return nil
    }
    guard isForced || rule.when == .always || judged.result.verdict == .failed else { return nil }
    for location in [judged.sides.baseline, judged.sides.candidate] where OutcomeSource.isRecord(location.path) {
      if isForced { throw GateError.remedyOfRecord(path: location.path) }
      environment.warn("no remedy was tried: \(visible(location.path)) is a run record, and an adapter is trained on checkpoints")
      return nil
    }
    return rule
  }

  private func besidePolicy(_ name: String) -> String {
    let beside = Files.path(name, relativeTo: Files.parent(of: request.policy))
    return Files.exists(beside) ? beside : name
  }

  private func train(_ rule: RemedyRule, _ judged: Judged, to path: String) throws -> AdaptationRun.Result {
    var adaptation = AdaptationRequest(
      old: .init(path: judged.sides.baseline.path, name: judged.sides.baseline.name, adapter: request.baselineAdapter),
      new: .init(path: judged.sides.candidate.path, name: judged.sides.candidate.name, adapter: request.candidateAdapter),
      training: try sources(rule.train), model: request.model, version: FlipgateVersion.program)
    if let validation = rule.validation { adaptation.validation = try sources([validation]) }
    adaptation.gate = judged.tasks
    adaptation.dropsOverlap = rule.dropsOverlap
    let run = AdaptationRun(
      adaptation, settings: rule.settings, objective: try rule.objective(), sweep: try Sweep(rule.sweep), output: path, resumes: request.resumes,
      environment: TrainingEnvironment(
        clock: environment.clock, isCancelled: environment.isCancelled, report: environment.trainingProgress))
    return try run.run()
  }

  private func sources(_ names: [String]) throws -> [AdaptationRequest.Source] {
    try names.flatMap { name -> [AdaptationRequest.Source] in
      if AdaptationRequest.Source.isFile(name) { return [.file(name)] }
      let known = request.data.filter { $0.key.hasPrefix(name + "/") }
      return try TaskCatalog.loadTraining([name], data: known).map { .task($0) }
    }
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

extension RemedyRule {
  /// The trainer's settings, with what the rule says in their place.
  var settings: TrainingSettings {
    var settings = TrainingSettings()
    if let rank {
      settings.adapter.rank = rank
      settings.adapter.alpha = Float(2 * rank)
    }
    if let learningRate { settings.learningRate = learningRate }
    if let epochs { settings.epochs = epochs }
    settings.maxSteps = maxSteps
    settings.maxSeconds = maxMinutes.map { $0 * 60 }
    if let seed { settings.seed = UInt64(clamping: seed) }
    return settings
  }

  func objective() throws(TrainingError) -> Objective {
    var objective = Objective()
    if let mask {
      guard let known = TokenMask(rawValue: mask.rawValue) else {
        throw .badSetting(name: "mask", found: mask.rawValue, expected: TokenMask.allCases.map(\.rawValue).joined(separator: ", "))
      }
      objective.mask = known
    }
    if let lambda { objective.lambda = lambda }
    if let temperature { objective.temperature = temperature }
    return objective
  }
}

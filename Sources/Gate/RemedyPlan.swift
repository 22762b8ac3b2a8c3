// What is to be done about a regression, known before anything is asked: whatever can be wrong with it then is said then.

internal import Adaptation
internal import Documents
internal import LanguageModels
internal import ModelHub
internal import Policies
internal import Tasks

/// The policy's remedy with what the command says in its place.
struct RemedyPlan {
  var rule: RemedyRule
  var settings: TrainingSettings
  var objective: Objective
  var sweep: Sweep
  /// Whether the command asks for it, whatever the verdict is.
  var isForced: Bool
}

extension Gate {
  /// The plan of a remedy; nil where nobody asks for one.
  ///
  /// - Throws: ``GateError`` for a remedy that can't be trained as it is written or has an interrupted run's state in its place, and, where it is sure to
  ///   be trained, for data that is not there and sides that are records.
  func remedyPlan(of policy: Policy, for sides: (baseline: ModelLocation, candidate: ModelLocation)) throws -> RemedyPlan? {
    var rule = policy.remedy
    if !request.training.isEmpty {
      // What the command names goes before the policy's data, and is relative to the working folder.
      rule = rule ?? RemedyRule(train: [])
      rule?.train = request.training
    } else if let files = rule?.train {
      rule?.train = files.map(besidePolicy)
    }
    guard var rule else {
      if request.remediates { throw GateError.noTrainingData(policy: request.policy) }
      return nil
    }
    rule.validation = rule.validation.map(besidePolicy)
    let plan: RemedyPlan
    do {
      plan = RemedyPlan(
        rule: rule, settings: rule.settings, objective: try rule.objective(), sweep: try Sweep(request.sweep.isEmpty ? rule.sweep : request.sweep),
        isForced: request.remediates)
      // Checks settings and objective, too.
      _ = try plan.sweep.recipes(plan.settings, plan.objective)
      if !request.resumes { try TrainingFiles(output: adapterPath).checkUnfinished() }
    } catch {
      throw GateError.remedyUnusable(error)
    }
    if plan.isForced || rule.when == .always { try checkPlaces(of: plan, sides) }
    return plan
  }

  private func checkPlaces(of plan: RemedyPlan, _ sides: (baseline: ModelLocation, candidate: ModelLocation)) throws {
    if let record = Self.record(among: sides) {
      if plan.isForced { throw GateError.remedyOfRecord(path: record) }
      return
    }
    do {
      _ = try trainingSources(plan.rule.train + (plan.rule.validation.map { [$0] } ?? []))
    } catch {
      throw GateError.remedyUnusable(error)
    }
  }

  /// A side that is a record, which no adapter can be trained for.
  static func record(among sides: (baseline: ModelLocation, candidate: ModelLocation)) -> String? {
    [sides.baseline.path, sides.candidate.path].first { OutcomeSource.isRecord($0) }
  }

  /// Where the remedy's adapter is to be.
  var adapterPath: String { Files.path("adapter", relativeTo: request.reportDirectory) }

  /// Files and the training splits of tasks.
  func trainingSources(_ names: [String]) throws -> [AdaptationRequest.Source] {
    try names.flatMap { name -> [AdaptationRequest.Source] in
      if AdaptationRequest.Source.isFile(name) {
        guard Files.exists(name) else { throw FileError(path: name, problem: .notFound) }
        return [.file(name)]
      }
      let known = request.data.filter { $0.key.hasPrefix(name + "/") }
      return try TaskCatalog.loadTraining([name], data: known).map { .task($0) }
    }
  }

  private func besidePolicy(_ name: String) -> String {
    let beside = Files.path(name, relativeTo: Files.parent(of: request.policy))
    return Files.exists(beside) ? beside : name
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
    if let start { settings.start = start == .zero ? .zero : .residual }
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
    if let weighting {
      guard let known = Adaptation.Weighting.Rule(rawValue: weighting.rawValue) else {
        let names = Adaptation.Weighting.Rule.allCases.map(\.rawValue).joined(separator: ", ")
        throw .badSetting(name: "weighting", found: weighting.rawValue, expected: names)
      }
      objective.weighting.rule = known
    }
    if let weight { objective.weighting.weight = weight }
    if let restWeight { objective.weighting.rest = restWeight }
    if let lambda { objective.lambda = lambda }
    if let temperature { objective.temperature = temperature }
    return objective
  }
}

// The whole of training: models opened once, data checked once, and then one adapter or several.

internal import Checkpoints
internal import Documents
internal import LanguageModels
internal import Tensors
internal import Tokenization

/// Trains adapters on one set of data; the teachers' hidden states are shared by all of them. One caller at a time.
public final class AdaptationSession {
  private let request: AdaptationRequest
  private let environment: TrainingEnvironment
  private let data: AdaptationData
  private let base: BaseWeights
  private let adapter: Adapter?
  private let old: AdapterLearner.Old?
  private let new: FrozenTeacher?
  /// The old model's weights, which a start from the residual takes.
  private let source: (base: BaseWeights, adapter: Adapter?)?
  private let cards: (old: AdapterCard.Model?, new: AdapterCard.Model)

  /// Opens the models and reads the data.
  ///
  /// - Parameters:
  ///   - settings: length, seed and validation share decide the data: all runs of a session have them in common.
  ///   - objective: whether teachers are needed, and whether prompts count.
  ///   - cacheFolder: where states of teachers are kept that memory has no room for.
  public init(
    _ request: AdaptationRequest, settings: TrainingSettings, objective: Objective, cacheFolder: String, environment: TrainingEnvironment
  ) throws {
    try settings.check()
    try objective.check()
    self.request = request
    self.environment = environment
    let checkpoint = try Checkpoint(path: request.new.path)
    let blueprint = try ArchitectureCatalog.blueprint(of: checkpoint)
    data = try AdaptationData(
      request, settings: settings, objective: objective, checkpoint: checkpoint, contextLength: blueprint.contextLength)
    base = try BaseWeights(checkpoint, options: request.model)
    adapter = try request.new.adapter.map { try Adapter(path: $0) }
    let weights = try checkpoint.weightsDigest()
    let newCard = AdapterCard.Model(name: request.new.name, weightsDigest: weights, adapterDigest: adapter?.digest)
    guard objective.needsOldModel else {
      (old, new, source, cards) = (nil, nil, nil, (nil, newCard))
      return
    }
    guard let oldModel = request.old else { throw ObjectiveError.missingTeacher(.old) }
    let threads = request.model.threads
    func teacher(_ model: LanguageModel, _ party: ObjectiveError.Party, _ card: AdapterCard.Model) -> FrozenTeacher {
      let identity = "\(card.weightsDigest) \(card.adapterDigest ?? "") \(model.checkpoint.configDigest) \(request.model.precision.rawValue)"
      let cache = TeacherCache(
        teacher: identity, width: model.vocabularySlices.width, memoryLimit: request.teacherMemory / 2, folder: cacheFolder)
      return FrozenTeacher(model, party: party, cache: cache, threads: threads)
    }
    new = teacher(try LanguageModel(base: base, adapter: adapter, options: request.model), .new, newCard)
    let oldCheckpoint = try Checkpoint(path: oldModel.path)
    let oldWeights = try oldCheckpoint.weightsDigest()
    let oldAdapter = try oldModel.adapter.map { try Adapter(path: $0) }
    // Two versions that are adapters of one base share its weights.
    let isSameBase = oldWeights == weights && oldCheckpoint.configDigest == checkpoint.configDigest
    let oldBase = isSameBase ? base : try BaseWeights(oldCheckpoint, options: request.model)
    source = (oldBase, oldAdapter)
    let oldCard = AdapterCard.Model(name: oldModel.name, weightsDigest: oldWeights, adapterDigest: oldAdapter?.digest)
    let frozen = teacher(try LanguageModel(base: oldBase, adapter: oldAdapter, options: request.model), .old, oldCard)
    let tokenizer = try LanguageModel.tokenizer(of: checkpoint)
    old = frozen.model.tokenizer.sharesTokens(with: tokenizer) ? .states(frozen) : .chunks(ForeignTeacher(frozen, student: tokenizer))
    cards = (oldCard, newCard)
  }

  /// The split with what the objective's weighting makes of its examples, by what both teachers say of their completions.
  private func weighted(_ split: ValidationSplit, by objective: Objective) throws -> ValidationSplit {
    guard objective.needsOldModel, objective.weighting.rule == .flips else { return split }
    guard case .states(let old)? = old, let new else {
      throw TrainingError.badSetting(
        name: "weighting", found: Weighting.Rule.flips.rawValue, expected: "another one, for the two models have different tokenizers")
    }
    var split = split
    let examples = split.training
    for batch in EpochPlan.batches(Array(examples.indices), lengths: examples.map(\.tokens.count), batchTokens: 1024) {
      let sequences = batch.map { examples[$0].tokens }
      let (before, after) = (try old.verdicts(of: sequences), try new.verdicts(of: sequences))
      var row = 0
      for index in batch {
        // Row r has the word on token r + 1.
        let completion = row + max(1, examples[index].completionStart) - 1..<row + examples[index].tokens.count - 1
        let isFlip = completion.contains { before[$0].isRight && !after[$0].isRight }
        split.training[index].weight *= Float(objective.weighting.factor(isPicked: isFlip))
        row += examples[index].tokens.count
      }
    }
    return split
  }

  public var trainingExamples: Int { data.split.training.count }
  public var trainingTokens: Int { data.split.training.reduce(0) { $0 + $1.tokens.count } }
  public var validationExamples: Int { data.split.validation.count }
  public var droppedExamples: Int { data.dropped }
  public var truncatedExamples: Int { data.truncated }
  public var gateItems: Int { data.gateItems }
  /// Whether the old model teaches across tokenizers.
  public var crossesTokenizers: Bool { if case .chunks? = old { true } else { false } }

  /// Trains one adapter and writes its folder.
  ///
  /// - Parameters:
  ///   - output: the adapter's folder; nothing is there under this name before the adapter is whole.
  ///   - resumes: go on with the state of an interrupted run beside it, if there is one.
  ///   - keepsState: leave the finished run's state beside the adapter; a run that is resumed from it writes the adapter anew.
  public func train(
    _ settings: TrainingSettings, _ objective: Objective, to output: String, resumes: Bool, keepsState: Bool = false
  ) throws -> TrainedAdapter {
    let files = TrainingFiles(output: output)
    if resumes, keepsState, Files.exists(TrainingFiles.state(in: files.working)) { Files.removeFolder(files.output) }
    try files.check(resumes: resumes)
    try settings.check()
    let began = environment.clock()
    // What a state brings back needs no other start.
    let isResumed = resumes && Files.exists(TrainingFiles.state(in: files.working))
    let student = try makeStudent(settings, isResumed: isResumed)
    let spent = environment.clock() - began
    let split = try weighted(data.split, by: objective)
    let learner = try AdapterLearner(student, objective: objective, old: old, new: new, split: split, threads: request.model.threads)
    let trainer = try Trainer(
      learner, split: split, settings: settings, identity: identity(objective), folder: files.working, environment: environment)
    let outcome = try trainer.run(resumes: resumes, spent: settings.start == .zero || isResumed ? 0 : spent, keepsState: keepsState)
    let configuration = student.adapterConfiguration
    student.values = outcome.values
    let flips = try flips(of: student)
    let card = AdapterCard(
      old: cards.old, new: cards.new, objective: objective, settings: settings, rank: configuration.rank, parameters: student.valueCount,
      data: data.sources, trainingExamples: trainingExamples, trainingTokens: trainingTokens, validationExamples: validationExamples,
      validationIsGiven: data.validationIsGiven, droppedExamples: data.dropped, truncatedExamples: data.truncated, gateItems: data.gateItems,
      outcome: outcome, flips: flips, version: request.version)
    let writer = AdapterWriter(parameters: student.parameters, configuration: configuration)
    try writer.write(
      outcome.values, to: files.output, base: request.new.name, card: card.text, log: TrainingFiles.log(in: files.working))
    if !keepsState { Files.removeFolder(files.working) }
    return TrainedAdapter(
      path: files.output, digest: try Adapter(path: files.output).digest, rank: configuration.rank, parameters: student.valueCount,
      examples: trainingExamples, tokens: trainingTokens, validationExamples: validationExamples, droppedExamples: data.dropped,
      truncatedExamples: data.truncated, outcome: outcome, flips: flips)
  }

  /// The tokens that the validation examples turn on, by both teachers and the trained student.
  private func flips(of student: TrainableModel) throws -> TokenFlips? {
    guard case .states(let old)? = old, let new, !data.split.validation.isEmpty else { return nil }
    var flips = TokenFlips()
    let examples = data.split.validation
    for batch in EpochPlan.batches(Array(examples.indices), lengths: examples.map(\.tokens.count), batchTokens: 1024) {
      let members = batch.map { examples[$0] }
      let sequences = members.map(\.tokens)
      let targets = AdapterLearner.targets(members)
      let before = try new.verdicts(of: sequences)
      let baseline = try old.verdicts(of: sequences)
      let after = try verdicts(
        of: .student, hidden: try student.hiddenStates(TokenBatch(sequences)), vocabulary: student.vocabulary, targets: targets,
        threads: request.model.threads)
      for row in after.indices where targets.weights[row] > 0 { flips.count(old: baseline[row], before: before[row], after: after[row]) }
    }
    return flips
  }

  /// Removes the teachers' files, once nothing more is trained.
  public func close() {
    new?.cache.remove()
    switch old {
    case .states(let teacher)?: teacher.cache.remove()
    case .chunks(let teacher)?: teacher.close()
    case nil: break
    }
  }

  private func makeStudent(_ settings: TrainingSettings, isResumed: Bool) throws -> TrainableModel {
    let options = TrainingOptions(
      threads: request.model.threads, activationMemory: request.activationMemory, dropoutSeed: settings.seed)
    if settings.start == .residual, adapter != nil || source == nil {
      throw TrainingError.badSetting(
        name: "start", found: settings.start.rawValue,
        expected: adapter == nil ? "zero, for there is no old model" : "zero, for training goes on from the new model's own adapter")
    }
    if let adapter { return try TrainableModel(base: base, startingFrom: adapter, dropout: settings.adapter.dropout, options: options) }
    let student = try TrainableModel(base: base, settings: settings.adapter, seed: settings.seed, options: options)
    if settings.start == .residual, !isResumed, let source {
      try student.startFromResidual(of: source.base, adapter: source.adapter, batches: weighingBatches(settings), seed: settings.seed)
    }
    return student
  }

  /// The first examples, whose activations weigh a residual.
  private func weighingBatches(_ settings: TrainingSettings) -> [TokenBatch] {
    let examples = data.split.training
    var tokens = 0
    let few = examples.prefix { example in
      defer { tokens += example.tokens.count }
      return tokens < 8192
    }
    return EpochPlan.batches(Array(few.indices), lengths: examples.map(\.tokens.count), batchTokens: settings.batchTokens).map { batch in
      TokenBatch(batch.map { examples[$0].tokens })
    }
  }

  /// What makes two runs the same beside their settings.
  private func identity(_ objective: Objective) -> JSONValue {
    func model(_ card: AdapterCard.Model?) -> JSONValue {
      guard let card else { return .null }
      return ["weights": .string(card.weightsDigest), "adapter": card.adapterDigest.map { .string($0) } ?? .null]
    }
    return [
      "objective": objective.json, "old": model(cards.old), "new": model(cards.new), "precision": .string(request.model.precision.rawValue),
      "data": .array(data.sources.map { .string($0.digest) }),
      "examples": .string(data.split.training.map(\.example).digest),
      "validation_examples": .string(data.split.validation.map(\.example).digest),
    ]
  }
}

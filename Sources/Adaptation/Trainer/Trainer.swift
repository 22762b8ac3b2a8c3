// The training loop: steps, validations, states on disk, and the best values at the end.

public import Documents

/// Trains a learner on its examples.
///
/// A run that was stopped and resumed gives the same bits as one that was not: the state holds values, moments, place in the order, and draws; the order
/// itself follows from the seed.
public struct Trainer {
  /// What a run came to.
  public struct Outcome: Sendable {
    /// The values of the best validation, or the last ones where nothing was validated.
    public var values: [Float]
    public var bestStep: Int
    /// Cross-entropy of the best validation; nil without validation examples.
    public var bestLoss: Double?
    /// Of the values that the run began with.
    public var firstLoss: Double?
    public var steps: Int
    public var seconds: Double
    public var curve: [CurvePoint]
  }

  /// At most about so many points on the learning curve.
  private static let curvePoints = 100

  private let learner: any Learner
  private let settings: TrainingSettings
  private let environment: TrainingEnvironment
  private let folder: String
  private let plan: EpochPlan
  /// Of training examples: tokens, and Σ weights of the trained ones.
  private let tokens: [Int]
  private let weights: [Double]
  private let validationBatches: [[Int]]
  private let checkpoint: TrainingCheckpoint
  private let schedule: LearningRateSchedule
  private let epochSteps: [Int]

  /// - Parameters:
  ///   - split: the examples that the learner has, in the same order.
  ///   - identity: what tells this run from others beside its settings: data, objective, models.
  ///   - folder: where state and log are kept while the run lasts.
  public init(
    _ learner: any Learner, split: ValidationSplit, settings: TrainingSettings, identity: JSONValue, folder: String,
    environment: TrainingEnvironment
  ) throws(TrainingError) {
    try settings.check()
    self.learner = learner
    self.settings = settings
    self.environment = environment
    self.folder = folder
    tokens = split.training.map(\.tokens.count)
    weights = split.training.map { Double($0.weight) * Double($0.trained.count) }
    let lengths = split.validation.map(\.tokens.count)
    validationBatches = EpochPlan.batches(Array(lengths.indices), lengths: lengths, batchTokens: settings.batchTokens)
    plan = EpochPlan(lengths: tokens, settings: settings)
    checkpoint = TrainingCheckpoint(
      path: TrainingFiles.state(in: folder), identity: ["settings": settings.json, "run": identity])
    var total = 0
    var steps: [Int] = []
    for epoch in 0..<settings.epochs {
      steps.append(plan.epoch(epoch).count)
      total += steps[epoch]
      if let most = settings.maxSteps, total >= most { break }
    }
    total = min(total, settings.maxSteps ?? total)
    epochSteps = steps
    schedule = LearningRateSchedule(
      shape: settings.shape, peak: settings.learningRate, warmupSteps: settings.warmupSteps ?? min(500, total / 20), totalSteps: total)
  }

  /// The steps of the whole run, unless time ends it before.
  public var totalSteps: Int { schedule.totalSteps }

  /// Trains until the steps or the time are over.
  ///
  /// - Parameters:
  ///   - resumes: go on with the state in the folder, if there is one.
  ///   - spent: seconds that the learner's first values took, which count as training.
  ///   - keepsState: leave the state of the finished run, so that the same run resumed is finished at once.
  /// - Throws: ``TrainingError/interrupted(step:checkpoint:)`` once the environment is cancelled, the state being kept;
  ///   ``TrainingError/diverged(step:what:checkpoint:)``; what the learner throws; `FileError` where nothing more can be written.
  public func run(resumes: Bool, spent: Double = 0, keepsState: Bool = false) throws -> Outcome {
    var state = try firstState(resumes: resumes)
    if !state.isFinished {
      try finish(&state, spent: spent)
      state.isFinished = true
      if keepsState {
        state.values = learner.values
        try checkpoint.write(state)
      }
    }
    return outcome(state)
  }

  /// Makes the steps that are left.
  private func finish(_ state: inout TrainingState, spent: Double) throws {
    state.seconds += spent
    let log = try TrainingLog(
      path: TrainingFiles.log(in: folder), identity: checkpoint.identity, after: state.curve.isEmpty ? nil : state.optimizer.step)
    var lastSaved = environment.clock()
    // The last validation has to fit the time as well.
    var validationSeconds = 0.0
    if state.curve.isEmpty {
      let first = try validation(after: 0)
      validationSeconds = environment.clock() - lastSaved
      state.seconds += validationSeconds
      if let first { try log.append(step: 0, epoch: 0, validation: first, isBest: false) }
      state.curve.append(
        CurvePoint(step: 0, epoch: 0, loss: first?.loss ?? 0, validationLoss: first?.crossEntropy, learningRate: schedule.rate(at: 0)))
    }
    while state.optimizer.step < schedule.totalSteps, state.epoch < epochSteps.count {
      let epoch = plan.epoch(state.epoch)
      while state.stepInEpoch < epoch.count, state.optimizer.step < schedule.totalSteps {
        if environment.isCancelled() {
          state.values = learner.values
          try checkpoint.write(state)
          throw TrainingError.interrupted(step: state.optimizer.step, checkpoint: checkpoint.path)
        }
        let start = environment.clock()
        try step(epoch[state.stepInEpoch], &state, log, epochSteps: epoch.count)
        let isLast = isOver(state, epochSteps: epoch.count, spare: validationSeconds + environment.clock() - start)
        let step = state.optimizer.step
        let isEpochsEnd = state.stepInEpoch == epoch.count
        if isLast || settings.validationInterval.map({ step % $0 == 0 }) ?? isEpochsEnd {
          let began = environment.clock()
          try validate(&state, log, epochSteps: epoch.count)
          validationSeconds = environment.clock() - began
        }
        state.seconds += environment.clock() - start
        if isLast { return }
        if environment.clock() - lastSaved >= environment.checkpointInterval {
          state.values = learner.values
          try checkpoint.write(state)
          lastSaved = environment.clock()
        }
      }
      state.epoch += 1
      state.stepInEpoch = 0
    }
  }

  private func firstState(resumes: Bool) throws -> TrainingState {
    guard resumes, Files.exists(checkpoint.path) else { return TrainingState(values: learner.values, settings: settings.optimizer) }
    let state = try checkpoint.read(valueCount: learner.valueCount, settings: settings.optimizer)
    learner.values = state.values
    return state
  }

  /// One step: the gradients of its batches, clipped, and the update.
  private func step(_ batches: [[Int]], _ state: inout TrainingState, _ log: TrainingLog, epochSteps: Int) throws {
    let start = environment.clock()
    let number = state.optimizer.step + 1
    learner.clearGradients()
    let weight = batches.joined().reduce(0) { $0 + weights[$1] }
    var loss = BatchLoss()
    for (place, batch) in batches.enumerated() {
      let share = weight > 0 ? batch.reduce(0) { $0 + weights[$1] } / weight : 0
      do {
        loss.add(try learner.learn(batch, draw: state.draws + UInt64(place), gradientScale: share))
      } catch ObjectiveError.diverged(.student, _, _) {
        throw diverged("the student's output", in: number, &state)
      }
    }
    let rate = schedule.rate(at: state.optimizer.step, elapsed: settings.maxSeconds.map { state.seconds / $0 } ?? 0)
    var norm = GradientNorm(value: 0)
    var optimizer = state.optimizer
    let lossIsFinite = loss.loss.isFinite
    // The only copy of the moments is the one that is updated.
    state.optimizer = AdamW(settings.optimizer, valueCount: 0)
    learner.update { values, gradients in
      norm = GradientNorm(of: gradients)
      guard lossIsFinite, norm.value.isFinite else { return }
      optimizer.update(&values, gradients: gradients, scale: norm.scale(within: settings.clipNorm), learningRate: rate)
    }
    state.optimizer = optimizer
    if !lossIsFinite || !norm.value.isFinite { throw diverged(lossIsFinite ? "a gradient" : "the loss", in: number, &state) }
    state.draws += UInt64(batches.count)
    state.stepInEpoch += 1
    state.sinceLastPoint.add(loss)
    let tokens = batches.joined().reduce(0) { $0 + self.tokens[$1] }
    let speed = Double(tokens) / max(environment.clock() - start, 1e-9)
    let epoch = Double(state.epoch) + Double(state.stepInEpoch) / Double(epochSteps)
    try log.append(step: number, epoch: epoch, loss, learningRate: rate, norm: norm.value, tokensPerSecond: speed)
    if number % max(1, schedule.totalSteps / Self.curvePoints) == 0 { addPoint(&state, epoch: epoch, validation: nil, rate: rate) }
    environment.report(
      TrainingProgress(
        step: number, totalSteps: schedule.totalSteps, epoch: epoch, loss: loss.loss,
        validationLoss: state.curve.last { $0.validationLoss != nil }?.validationLoss, learningRate: rate, tokensPerSecond: speed,
        isFinished: false))
  }

  /// The end of a run, whose values before the step are kept.
  private func diverged(_ what: String, in step: Int, _ state: inout TrainingState) -> TrainingError {
    state.values = learner.values
    // What ends the run is the divergence; that its state can't be kept is told by there being none.
    let isKept = (try? checkpoint.write(state)) != nil
    return TrainingError.diverged(step: step, what: what, checkpoint: isKept ? checkpoint.path : nil)
  }

  private func isOver(_ state: TrainingState, epochSteps: Int, spare: Double) -> Bool {
    if state.optimizer.step >= schedule.totalSteps { return true }
    if state.epoch == self.epochSteps.count - 1, state.stepInEpoch == epochSteps { return true }
    return settings.maxSeconds.map { state.seconds + spare >= $0 } ?? false
  }

  private func addPoint(_ state: inout TrainingState, epoch: Double, validation: Double?, rate: Double) {
    if state.curve.last?.step == state.optimizer.step, let last = state.curve.indices.last {
      state.curve[last].validationLoss = validation ?? state.curve[last].validationLoss
      return
    }
    state.curve.append(
      CurvePoint(
        step: state.optimizer.step, epoch: epoch, loss: state.sinceLastPoint.loss, validationLoss: validation, learningRate: rate))
    state.sinceLastPoint = BatchLoss()
  }

  /// - Parameter step: the last step before it.
  private func validation(after step: Int) throws -> BatchLoss? {
    if validationBatches.isEmpty { return nil }
    var loss = BatchLoss()
    do {
      for batch in validationBatches { loss.add(try learner.validate(batch)) }
      if loss.loss.isFinite { return loss }
    } catch ObjectiveError.diverged(.student, _, _) {
      // Told in the run's words.
    }
    throw TrainingError.diverged(step: step, what: "the validation loss", checkpoint: nil)
  }

  private func validate(_ state: inout TrainingState, _ log: TrainingLog, epochSteps: Int) throws {
    let step = state.optimizer.step
    guard let loss = try validation(after: step) else { return }
    let epoch = Double(state.epoch) + Double(state.stepInEpoch) / Double(epochSteps)
    let judged = settings.selection == .crossEntropy ? loss.crossEntropy : loss.loss
    let isBest = settings.selection == .last || state.best.map { judged < $0.loss } ?? true
    if isBest { state.best = TrainingState.Best(step: step, loss: judged, crossEntropy: loss.crossEntropy, values: learner.values) }
    try log.append(step: step, epoch: epoch, validation: loss, isBest: isBest)
    addPoint(&state, epoch: epoch, validation: loss.crossEntropy, rate: schedule.rate(at: max(0, step - 1)))
  }

  private func outcome(_ state: TrainingState) -> Outcome {
    let last = state.curve.last
    environment.report(
      TrainingProgress(
        step: state.optimizer.step, totalSteps: schedule.totalSteps, epoch: last?.epoch ?? 0, loss: last?.loss ?? 0,
        validationLoss: state.best?.crossEntropy, learningRate: last?.learningRate ?? 0, tokensPerSecond: 0, isFinished: true))
    return Outcome(
      values: state.best?.values ?? learner.values, bestStep: state.best?.step ?? state.optimizer.step, bestLoss: state.best?.crossEntropy,
      firstLoss: state.curve.first?.validationLoss, steps: state.optimizer.step, seconds: state.seconds, curve: state.curve)
  }
}

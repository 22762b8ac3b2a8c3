// A frozen decoder whose linear maps have trained low-rank factors beside them: forward with a tape, and backward.

internal import Checkpoints
internal import Documents
public import Tensors

/// A frozen decoder with trainable low-rank factors beside its linear maps.
///
/// One caller at a time. Results have the same bits for every number of threads, with and without recomputation: products are sums in one
/// order, and a gradient's sum runs over the rows of a batch in order before it is added to what is there.
public final class TrainableModel {
  public let base: BaseWeights
  public let blueprint: DecoderBlueprint
  /// Every factor, in the order of the data flow, A before B.
  public let parameters: [TrainableParameter]
  /// What `adapter_config.json` says of the factors; the name of the base is left to the writer.
  public let adapterConfiguration: LoRAConfiguration
  /// The number of trained values.
  public let valueCount: Int
  /// The projection onto the vocabulary, which is not trained.
  public let vocabulary: VocabularySlices

  let options: TrainingOptions
  /// Where each module's factors lie.
  let factorPlaces: [AdaptationSite: FactorPlace]
  private let flatValues: Matrix
  private let flatGradients: Matrix
  private let embedding: EmbeddingLayer
  private let embeddingProjection: TrainableProjection?
  private let layers: [TrainableLayer]
  private let outputNorm: Norm?
  private let outputProjection: TrainableProjection?
  private let rotary: RotaryTables
  private let factors: [LowRankFactors]
  /// The first layer with factors at or below it; everything below has no gradient.
  private let firstTrained: Int
  private let area: TrainingArea

  private var isStale = true
  /// What the last forward pass left: the input of each layer and the output of the last, and tapes.
  private var streams: [Matrix] = []
  private var tapes: [LayerTape] = []
  private let sharedTape = LayerTape()
  private let endTape = LayerTape()
  private var pending: (pass: TrainingPass, batch: TokenBatch, keepsTape: [Bool])?

  /// New factors: A uniform in ±1/√inputs (PEFT's Kaiming uniform with a = √5) from a seeded generator, B zero.
  ///
  /// - Throws: ``ModelError``: no such target, a GGUF base, memory.
  public convenience init(base: BaseWeights, settings: LoRASettings, seed: UInt64, options: TrainingOptions) throws(ModelError) {
    let blueprint = try ArchitectureCatalog.blueprint(of: base.checkpoint)
    let plan: FactorPlan
    do throws(AdapterError) {
      plan = try FactorPlan(settings, blueprint: blueprint, place: base.checkpoint.path, isGGUF: base.checkpoint.metadata != nil)
    } catch {
      throw .adapter(error)
    }
    try self.init(base: base, blueprint: blueprint, plan: plan, options: options)
    values = plan.newValues(seed: seed)
  }

  /// The factors of an adapter: rank, alpha and targets are its own.
  ///
  /// - Throws: ``ModelError/adapter(_:)`` where it does not fit the base, or has more than plain low-rank factors: DoRA, saved modules, biases,
  ///   tokens, factors of the embedding or the vocabulary projection.
  public convenience init(base: BaseWeights, startingFrom adapter: Adapter, dropout: Float = 0, options: TrainingOptions) throws(ModelError) {
    let blueprint = try ArchitectureCatalog.blueprint(of: base.checkpoint)
    let plan: FactorPlan
    let adaptation: Adaptation
    do throws(AdapterError) {
      adaptation = try Adaptation(adapter, blueprint: blueprint, base: base.checkpoint)
      plan = try FactorPlan(adapter, adaptation, dropout: dropout, blueprint: blueprint)
    } catch {
      throw .adapter(error)
    }
    try self.init(base: base, blueprint: blueprint, plan: plan, options: options)
    values = try plan.values(of: adaptation)
  }

  private init(base: BaseWeights, blueprint: DecoderBlueprint, plan: FactorPlan, options: TrainingOptions) throws(ModelError) {
    let reader = WeightReader(base: base)
    for tensor in blueprint.tensors { _ = try base.info(tensor) }
    self.base = base
    self.blueprint = blueprint
    self.options = options
    parameters = plan.parameters
    adapterConfiguration = plan.configuration
    valueCount = plan.count
    factorPlaces = plan.places
    let maker: TrainableMaker
    do throws(TensorError) {
      // As a matrix of many rows: a single row would be filled up to sixteen.
      flatValues = try Matrix(rows: (plan.count + 1023) / 1024, columns: 1024)
      flatGradients = try Matrix(rows: (plan.count + 1023) / 1024, columns: 1024)
    } catch {
      throw .tensors(.init(error))
    }
    maker = TrainableMaker(reader: reader, places: plan.places, values: flatValues, gradients: flatGradients)
    embedding = try EmbeddingLayer(blueprint.embedding, reader: reader)
    embeddingProjection = try blueprint.embedding.projection.map { (linear) throws(ModelError) in try TrainableProjection([linear], maker) }
    outputNorm = try blueprint.unembedding.norm.map { (norm) throws(ModelError) in try Norm(norm, reader: reader) }
    outputProjection = try blueprint.unembedding.projection.map { (linear) throws(ModelError) in try TrainableProjection([linear], maker) }
    let made = Slots<TrainableLayer>(count: blueprint.layers.count)
    try withWorkers(options.threads, count: blueprint.layers.count) { (_, index) throws(ModelError) in
      made.set(index, to: try TrainableLayer(blueprint.layers[index], maker))
    }
    layers = made.values
    rotary = try RotaryTables(blueprint, reader: reader)
    vocabulary = VocabularySlices(blueprint.unembedding, reader: reader)
    area = TrainingArea(threads: options.threads)
    factors = (embeddingProjection?.factors ?? []) + layers.flatMap(\.factors) + (outputProjection?.factors ?? [])
    firstTrained = (embeddingProjection?.factors ?? []).isEmpty ? layers.firstIndex { !$0.factors.isEmpty } ?? layers.count : -1
  }
}

// MARK: The trained values

extension TrainableModel {
  /// The factors as they are now, flat, in the order of ``parameters``; reading copies. An optimizer takes ``update(_:)``.
  public var values: [Float] {
    get { flatValues.values(0..<valueCount) }
    set {
      precondition(newValue.count == valueCount, "values of another model")
      flatValues.setValues(newValue)
      isStale = true
    }
  }

  /// The gradients summed since they were last cleared; a copy.
  public var gradients: [Float] { flatGradients.values(0..<valueCount) }

  /// Changes the values in place, with the gradients at hand: what an optimizer does, without a copy.
  public func update<Failure: Error>(
    _ body: (_ values: inout MutableSpan<Float>, _ gradients: inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    isStale = true
    try Matrix.withValues(valueCount, of: flatValues, and: flatGradients, body)
  }

  public func clearGradients() { flatGradients.clear(rows: flatGradients.rows) }

  /// Bytes that activations, factors and their gradients hold now; weights are the base's.
  public var bytes: Int {
    let activations = streams.reduce(0) { $0 + $1.bytes } + tapes.reduce(sharedTape.bytes + endTape.bytes) { $0 + $1.bytes } + area.bytes
    return activations + flatValues.bytes + flatGradients.bytes + factors.reduce(0) { $0 + $1.bytes }
  }
}

// MARK: Forward and backward

extension TrainableModel {
  /// The final hidden states `[rows, width]` that the vocabulary projection takes: after the output norm, and its projection where there is one.
  ///
  /// Keeps what ``backward(_:)`` needs, until the next pass.
  ///
  /// - Parameter step: with the options' seed, the seed of dropout's masks: another one for every call of a training run.
  /// - Throws: ``ModelError`` for tokens beyond the vocabulary, sequences beyond the context, and memory.
  public func forward(_ batch: TokenBatch, step: UInt64) throws(ModelError) -> Matrix {
    try run(batch, dropout: SeededNumbers.mixed(options.dropoutSeed ^ SeededNumbers.mixed(step &+ 1)), keepsTape: true)
  }

  /// The same without dropout, and without a way back: for a validation loss.
  ///
  /// In f32 these are bit for bit ``LanguageModel/hiddenStates(_:threads:)`` with the adapter that the values are.
  public func hiddenStates(_ batch: TokenBatch) throws(ModelError) -> Matrix { try run(batch, dropout: nil, keepsTape: false) }

  /// Adds the gradients of a loss to ``gradients``, given the loss's gradient with respect to the rows of the last ``forward(_:step:)``.
  ///
  /// Once for each forward pass.
  ///
  /// - Parameter outputGradient: `[≥ rows, width]`.
  public func backward(_ outputGradient: Matrix) throws(ModelError) {
    guard let (pass, batch, keepsTape) = pending else { preconditionFailure("no forward pass to go back through") }
    pending = nil
    if pass.rows == 0 { return }
    precondition(outputGradient.columns == vocabulary.width && outputGradient.paddedRows >= pass.rows, "a gradient of other rows")
    do throws(TensorError) {
      let stream = try pass.matrix(.running, columns: blueprint.hiddenWidth)
      try outputBackward(outputGradient, into: stream, pass)
      for index in layers.indices.reversed() where index >= firstTrained {
        let input = streams[index]
        var tape = tapes[index]
        if !keepsTape[index] {
          tape = sharedTape
          try layers[index].apply(input, into: streams[index + 1], tape: tape, pass)  // what was there is what comes again
        }
        try layers[index].backward(stream, input: input, tape: tape, needsInput: index > firstTrained, pass)
      }
      if let projection = embeddingProjection, !projection.factors.isEmpty {
        try projection.backward(try embedded(batch, pass), stream, into: nil, tape: endTape, pass)
      }
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  /// - Parameter moments: gets the inputs of the modules with factors.
  func run(_ batch: TokenBatch, dropout: UInt64?, keepsTape: Bool, moments: InputMoments? = nil) throws(ModelError) -> Matrix {
    pending = nil
    try check(batch)
    refresh()
    do {
      let rules = Set(blueprint.layers.compactMap(\.attention.rotary))
      let pass = try TrainingPass(batch, rules: rules, tables: rotary, area: area, dropout: dropout, moments: moments)
      let states = try Matrix(rows: pass.rows, columns: vocabulary.width)
      if pass.rows == 0 { return states }
      let kept = keepsTape ? keptTapes(rows: pass.rows) : layers.map { _ in false }
      try prepareStreams(rows: pass.rows, count: keepsTape ? layers.count + 1 : min(2, layers.count + 1))
      try embed(batch, into: streams[0], pass)
      for (index, layer) in layers.enumerated() {
        let (input, output) = (streams[index % streams.count], streams[(index + 1) % streams.count])
        try layer.apply(input, into: output, tape: kept[index] ? tapes[index] : sharedTape, pass)
      }
      try outputs(of: streams[layers.count % streams.count], into: states, pass)
      if keepsTape { pending = (pass, batch, kept) }
      return states
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  private func check(_ batch: TokenBatch) throws(ModelError) {
    for sequence in batch.sequences {
      for token in sequence where token < 0 || Int(token) >= blueprint.vocabularySize {
        throw .tokenOutOfVocabulary(token: Int(token), vocabulary: blueprint.vocabularySize)
      }
      guard sequence.count <= blueprint.contextLength else {
        throw .contextOverflow(tokens: sequence.count, limit: blueprint.contextLength)
      }
    }
  }

  /// Brings the factors' other forms up to date.
  private func refresh() {
    if !isStale { return }
    for factors in factors { factors.refresh() }
    isStale = false
  }

  /// Which layers keep their tape within the bound: the last ones, whose memory is needed first.
  private func keptTapes(rows: Int) -> [Bool] {
    while tapes.count < layers.count { tapes.append(LayerTape()) }
    var kept = layers.map { _ in true }
    guard let bound = options.activationMemory else { return kept }
    let hidden = blueprint.hiddenWidth
    var left = bound / (max(1, rows) * MemoryLayout<Float>.size) - (layers.count + 1) * hidden
    for index in layers.indices.reversed() {
      left -= layers[index].tapeWidth(hidden: hidden)
      if left < 0 {
        kept[index] = false
        tapes[index] = LayerTape()
      }
    }
    return kept
  }

  private func prepareStreams(rows: Int, count: Int) throws(TensorError) {
    if let first = streams.first, first.rows >= rows, streams.count == count { return }
    streams = []
    for _ in 0..<count { streams.append(try Matrix(rows: rows, columns: blueprint.hiddenWidth)) }
  }

  // MARK: The ends

  private func embedded(_ batch: TokenBatch, _ pass: TrainingPass) throws(TensorError) -> Matrix {
    try pass.matrix(.embedded, columns: embedding.width)
  }

  private func embed(_ batch: TokenBatch, into stream: Matrix, _ pass: TrainingPass) throws {
    let target = embeddingProjection == nil ? stream : try embedded(batch, pass)
    for (rows, sequence) in zip(pass.sequences, batch.sequences) { try embedding.lookUp(sequence, firstRow: rows.lowerBound, into: target) }
    if let embeddingProjection { try embeddingProjection.apply(target, into: stream, tape: endTape, pass) }
    if blueprint.embedding.positions != nil {
      try embedding.addPositions(pass.positions, to: stream, scratch: try pass.matrix(.position, columns: stream.columns))
    }
  }

  private func outputs(of stream: Matrix, into states: Matrix, _ pass: TrainingPass) throws(TensorError) {
    guard let outputProjection else {
      if let outputNorm { outputNorm.apply(stream, into: states, pass) } else { pass.copy(stream, to: states) }
      return
    }
    try outputProjection.apply(try Norm.apply(outputNorm, stream, into: .normalized, pass), into: states, tape: endTape, pass)
  }

  private func outputBackward(_ gradient: Matrix, into stream: Matrix, _ pass: TrainingPass) throws(TensorError) {
    let last = streams[layers.count]
    var gradient = gradient
    if let outputProjection {
      let back = try pass.matrix(.firstGradient, columns: stream.columns)
      try outputProjection.backward(try Norm.apply(outputNorm, last, into: .normalized, pass), gradient, into: back, tape: endTape, pass)
      gradient = back
    }
    if let outputNorm { outputNorm.backward(last, gradient, into: stream, accumulating: false, pass) } else { pass.copy(gradient, to: stream) }
  }
}

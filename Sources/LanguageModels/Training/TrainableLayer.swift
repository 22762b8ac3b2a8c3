// One decoder layer with trained factors: its parts, how they add to the residual stream, and how gradients flow back.

internal import Tensors

/// The order of a layer's work, forward and backward.
struct TrainableLayer: Sendable {
  let wiring: LayerBlueprint.Wiring
  let attentionNorm: Norm?
  let attention: TrainableAttention
  let attentionOutputNorm: Norm?
  let feedForwardNorm: Norm?
  let feedForward: TrainableFeedForward
  let feedForwardOutputNorm: Norm?

  init(_ blueprint: LayerBlueprint, _ maker: TrainableMaker) throws(ModelError) {
    func norm(_ norm: NormBlueprint?) throws(ModelError) -> Norm? {
      try norm.map { (blueprint) throws(ModelError) in try Norm(blueprint, reader: maker.reader) }
    }
    wiring = blueprint.wiring
    attentionNorm = try norm(blueprint.attentionNorm)
    attention = try TrainableAttention(blueprint.attention, maker)
    attentionOutputNorm = try norm(blueprint.attentionOutputNorm)
    feedForwardNorm = try norm(blueprint.feedForwardNorm)
    feedForward = try TrainableFeedForward(blueprint.feedForward, maker)
    feedForwardOutputNorm = try norm(blueprint.feedForwardOutputNorm)
  }

  /// Floats a row that the tape of this layer holds.
  func tapeWidth(hidden: Int) -> Int {
    let sums = wiring == .parallel ? 0 : wiring == .sequential ? 1 : 2
    let outputs = (attentionOutputNorm == nil ? 0 : 1) + (feedForwardOutputNorm == nil ? 0 : 1)
    return (sums + outputs) * hidden + attention.tapeWidth + feedForward.tapeWidth
  }

  // MARK: Forward

  /// output = the residual stream behind the layer, given the one before it.
  func apply(_ input: Matrix, into output: Matrix, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    switch wiring {
    case .sequential:
      let middle = try tape.matrix(.middle, rows: pass.rows, columns: input.columns)
      pass.copy(input, to: middle)
      try attend(try Norm.apply(attentionNorm, input, into: .normalized, pass), addingTo: middle, tape, pass)
      pass.copy(middle, to: output)
      try feed(try Norm.apply(feedForwardNorm, middle, into: .normalized, pass), addingTo: output, tape, pass)
    case .parallel:
      let (first, second) = try parallelInputs(input, pass)
      pass.copy(input, to: output)
      try attend(first, addingTo: output, tape, pass)
      try feed(second, addingTo: output, tape, pass)
    case .normalizedSums:
      let middle = try tape.matrix(.middle, rows: pass.rows, columns: input.columns)
      pass.copy(input, to: middle)
      try attend(input, addingTo: middle, tape, pass)
      let between = try Norm.apply(attentionNorm, middle, into: .between, pass)
      let sum = try tape.matrix(.sum, rows: pass.rows, columns: input.columns)
      pass.copy(between, to: sum)
      try feed(between, addingTo: sum, tape, pass)
      if let feedForwardNorm { feedForwardNorm.apply(sum, into: output, pass) } else { pass.copy(sum, to: output) }
    }
  }

  /// What the two parts of a parallel layer read: one matrix, where there is one norm.
  private func parallelInputs(_ input: Matrix, _ pass: TrainingPass) throws(TensorError) -> (attention: Matrix, feedForward: Matrix) {
    let first = try Norm.apply(attentionNorm, input, into: .normalized, pass)
    guard feedForwardNorm != nil else { return (first, first) }
    return (first, try Norm.apply(feedForwardNorm, input, into: .secondNormalized, pass))
  }

  private func attend(_ input: Matrix, addingTo stream: Matrix, _ tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    guard let norm = attentionOutputNorm else { return try attention.apply(input, into: stream, accumulating: true, tape: tape, pass) }
    let output = try tape.matrix(.attentionOutput, rows: pass.rows, columns: stream.columns)
    try attention.apply(input, into: output, accumulating: false, tape: tape, pass)
    pass.add(try Norm.apply(norm, output, into: .added, pass), to: stream)
  }

  private func feed(_ input: Matrix, addingTo stream: Matrix, _ tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    guard let norm = feedForwardOutputNorm else { return try feedForward.apply(input, into: stream, accumulating: true, tape: tape, pass) }
    let output = try tape.matrix(.feedForwardOutput, rows: pass.rows, columns: stream.columns)
    try feedForward.apply(input, into: output, accumulating: false, tape: tape, pass)
    pass.add(try Norm.apply(norm, output, into: .added, pass), to: stream)
  }

  // MARK: Backward

  /// Turns the gradient with respect to the residual stream behind the layer into that before it.
  ///
  /// - Parameter needsInput: whether anything below is trained; if not, `stream` is of no meaning afterwards.
  func backward(_ stream: Matrix, input: Matrix, tape: LayerTape, needsInput: Bool, _ pass: TrainingPass) throws(TensorError) {
    let first = try pass.matrix(.firstGradient, columns: stream.columns)
    switch wiring {
    case .sequential:
      let middle = try tape.matrix(.middle, rows: pass.rows, columns: stream.columns)
      try feedBackward(try Norm.apply(feedForwardNorm, middle, into: .normalized, pass), stream, into: first, tape, pass)
      Norm.addBackward(feedForwardNorm, middle, first, to: stream, pass)
      try attendBackward(try Norm.apply(attentionNorm, input, into: .normalized, pass), stream, into: needsInput ? first : nil, tape, pass)
      if needsInput { Norm.addBackward(attentionNorm, input, first, to: stream, pass) }
    case .parallel:
      let second = try pass.matrix(.secondGradient, columns: stream.columns)
      let inputs = try parallelInputs(input, pass)
      try feedBackward(inputs.feedForward, stream, into: needsInput ? second : nil, tape, pass)
      try attendBackward(inputs.attention, stream, into: needsInput ? first : nil, tape, pass)
      guard needsInput else { return }
      if feedForwardNorm == nil {
        pass.add(second, to: first)
        Norm.addBackward(attentionNorm, input, first, to: stream, pass)
      } else {
        Norm.addBackward(attentionNorm, input, first, to: stream, pass)
        Norm.addBackward(feedForwardNorm, input, second, to: stream, pass)
      }
    case .normalizedSums:
      let sum = try tape.matrix(.sum, rows: pass.rows, columns: stream.columns)
      feedForwardNorm?.backward(sum, stream, into: stream, accumulating: false, pass)
      let middle = try tape.matrix(.middle, rows: pass.rows, columns: stream.columns)
      try feedBackward(try Norm.apply(attentionNorm, middle, into: .between, pass), stream, into: first, tape, pass)
      pass.add(first, to: stream)
      attentionNorm?.backward(middle, stream, into: stream, accumulating: false, pass)
      try attendBackward(input, stream, into: needsInput ? first : nil, tape, pass)
      if needsInput { pass.add(first, to: stream) }
    }
  }

  private func attendBackward(_ input: Matrix, _ stream: Matrix, into inputGradient: Matrix?, _ tape: LayerTape, _ pass: TrainingPass)
    throws(TensorError)
  {
    var gradient = stream
    if let norm = attentionOutputNorm {
      let output = try tape.matrix(.attentionOutput, rows: pass.rows, columns: stream.columns)
      gradient = try pass.matrix(.addedGradient, columns: stream.columns)
      norm.backward(output, stream, into: gradient, accumulating: false, pass)
    }
    try attention.backward(input, gradient, into: inputGradient, tape: tape, pass)
  }

  private func feedBackward(_ input: Matrix, _ stream: Matrix, into inputGradient: Matrix?, _ tape: LayerTape, _ pass: TrainingPass)
    throws(TensorError)
  {
    var gradient = stream
    if let norm = feedForwardOutputNorm {
      let output = try tape.matrix(.feedForwardOutput, rows: pass.rows, columns: stream.columns)
      gradient = try pass.matrix(.addedGradient, columns: stream.columns)
      norm.backward(output, stream, into: gradient, accumulating: false, pass)
    }
    try feedForward.backward(input, gradient, into: inputGradient, tape: tape, pass)
  }
}

extension TrainableLayer {
  /// Every factor of the layer.
  var factors: [LowRankFactors] {
    var projections = [attention.queryKeyValue, attention.output]
    switch feedForward {
    case .dense(let dense): projections += [dense.inner, dense.down]
    case .mixture(let mixture): projections += [mixture.router] + mixture.experts.flatMap { [$0.inner, $0.down] }
    }
    return projections.flatMap(\.factors)
  }
}

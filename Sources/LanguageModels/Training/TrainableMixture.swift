// A mixture of experts with trained factors, forward and backward: gradients flow through the experts and through their shares.

internal import Foundation
internal import Tensors

/// Experts and their router.
struct TrainableMixture: Sendable {
  let router: TrainableProjection
  let experts: [TrainableDense]
  let chosen: Int
  let sharesSumToOne: Bool

  init(_ blueprint: MixtureBlueprint, _ maker: TrainableMaker) throws(ModelError) {
    router = try TrainableProjection([LinearBlueprint(blueprint.router)], maker)
    var layers: [TrainableDense] = []
    for expert in blueprint.experts { layers.append(try TrainableDense(expert, maker)) }
    experts = layers
    chosen = blueprint.chosen
    sharesSumToOne = blueprint.sharesSumToOne
  }

  private typealias Place = (row: Int, share: Float)

  /// Each expert computes the rows that chose it; a row adds its experts in the order of their numbers.
  func apply(_ input: Matrix, into output: Matrix, accumulating: Bool, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let logits = try tape.matrix(.routerLogits, rows: pass.rows, columns: experts.count)
    try router.apply(input, into: logits, tape: tape, pass)
    if !accumulating { output.clear(rows: pass.rows) }
    let gathered = try pass.matrix(.gathered, columns: input.columns)
    let computed = try pass.matrix(.computed, columns: output.columns)
    for (expert, places) in zip(experts, assigned(logits, pass)) where !places.isEmpty {
      for (index, place) in places.enumerated() { gathered.copyRow(place.row, of: input, to: index) }
      try expert.apply(gathered, into: computed, accumulating: false, tape: pass.area.expertTape, pass.gathering(places.count))
      for (index, place) in places.enumerated() { output.addRow(index, of: computed, scaledBy: place.share, to: place.row) }
    }
  }

  func backward(_ input: Matrix, _ gradient: Matrix, into inputGradient: Matrix?, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let logits = try tape.matrix(.routerLogits, rows: pass.rows, columns: experts.count)
    let logitGradient = try pass.matrix(.routerGradient, columns: experts.count)
    let gathered = try pass.matrix(.gathered, columns: input.columns)
    let computed = try pass.matrix(.computed, columns: gradient.columns)
    let computedGradient = try pass.matrix(.computedGradient, columns: gradient.columns)
    let gatheredGradient = try pass.matrix(.gatheredGradient, columns: input.columns)
    inputGradient?.clear(rows: pass.rows)
    // By row: the gradients of its experts' shares.
    var shareGradients: [[(expert: Int, share: Float, gradient: Float)]] = Array(repeating: [], count: pass.rows)
    for (number, places) in assigned(logits, pass).enumerated() where !places.isEmpty {
      let (expert, part, tape) = (experts[number], pass.gathering(places.count), pass.area.expertTape)
      for (index, place) in places.enumerated() { gathered.copyRow(place.row, of: input, to: index) }
      try expert.apply(gathered, into: computed, accumulating: false, tape: tape, part)
      computedGradient.clear(rows: places.count)
      for (index, place) in places.enumerated() {
        shareGradients[place.row].append((number, place.share, gradient.dot(place.row, computed, index)))
        computedGradient.addRow(place.row, of: gradient, scaledBy: place.share, to: index)
      }
      try expert.backward(gathered, computedGradient, into: inputGradient == nil ? nil : gatheredGradient, tape: tape, part)
      if let inputGradient {
        for (index, place) in places.enumerated() { inputGradient.addRow(index, of: gatheredGradient, scaledBy: 1, to: place.row) }
      }
    }
    for row in 0..<pass.rows { routerGradient(shareGradients[row], logits.row(row), into: logitGradient, row: row) }
    try router.backward(input, logitGradient, into: inputGradient, accumulating: true, tape: tape, pass)
  }

  /// The gradient of a softmax of which the best values are kept, divided by their sum or not.
  private func routerGradient(_ shares: [(expert: Int, share: Float, gradient: Float)], _ logits: [Float], into output: Matrix, row: Int) {
    let mean = shares.reduce(0) { $0 + $1.share * $1.gradient }
    if sharesSumToOne {  // then the shares are a softmax of the chosen alone
      for expert in logits.indices { output[row, expert] = 0 }
    } else {
      let top = logits.max() ?? 0
      let weights = logits.map { expf($0 - top) }
      let sum = weights.reduce(0, +)
      for expert in logits.indices { output[row, expert] = -weights[expert] / sum * mean }
    }
    for (expert, share, gradient) in shares { output[row, expert] = share * (gradient - mean) }
  }

  /// The rows of each expert.
  private func assigned(_ logits: Matrix, _ pass: TrainingPass) -> [[Place]] {
    var assigned: [[Place]] = Array(repeating: [], count: experts.count)
    for row in 0..<pass.rows {
      for (expert, share) in MixtureLayer.shares(logits.row(row), chosen: chosen, sumToOne: sharesSumToOne) {
        assigned[expert].append((row, share))
      }
    }
    return assigned
  }
}

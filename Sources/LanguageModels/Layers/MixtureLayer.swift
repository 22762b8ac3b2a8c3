// A mixture of experts made ready: a router picks the experts of each token, whose outputs are added by their shares.

internal import Foundation
internal import Tensors

/// Experts and their router.
struct MixtureLayer: Sendable {
  /// `[experts, hidden]`
  let router: Projection
  let experts: [DenseLayer]
  let chosen: Int
  let sharesSumToOne: Bool

  init(_ blueprint: MixtureBlueprint, reader: WeightReader) throws(ModelError) {
    router = try reader.projection([LinearBlueprint(blueprint.router)])
    var layers: [DenseLayer] = []
    for expert in blueprint.experts { layers.append(try DenseLayer(expert, reader: reader)) }
    experts = layers
    chosen = blueprint.chosen
    sharesSumToOne = blueprint.sharesSumToOne
  }

  var bytes: Int { router.bytes + experts.reduce(0) { $0 + $1.bytes } }

  /// Each expert computes the rows that chose it; a row adds its experts in the order of their numbers, whatever rows are beside it.
  func apply(_ input: Matrix, rows: Int, into output: Matrix, accumulating: Bool, area: WorkArea) throws(TensorError) {
    let logits = try area.matrix(.router, columns: experts.count)
    try router.apply(input, rows: rows, into: logits, area: area)
    var assigned: [[(row: Int, share: Float)]] = Array(repeating: [], count: experts.count)
    for row in 0..<rows {
      for (expert, share) in Self.shares(logits.row(row), chosen: chosen, sumToOne: sharesSumToOne) { assigned[expert].append((row, share)) }
    }
    if !accumulating { output.clear(rows: rows) }
    let gathered = try area.matrix(.gathered, columns: input.columns)
    let computed = try area.matrix(.computed, columns: output.columns)
    for (expert, places) in zip(experts, assigned) where !places.isEmpty {
      for (index, place) in places.enumerated() { gathered.copyRow(place.row, of: input, to: index) }
      try expert.apply(gathered, rows: places.count, into: computed, accumulating: false, area: area)
      for (index, place) in places.enumerated() { output.addRow(index, of: computed, scaledBy: place.share, to: place.row) }
    }
  }

  /// The best experts of a row by their share of the softmax; of equal ones the first.
  static func shares(_ logits: [Float], chosen: Int, sumToOne sharesSumToOne: Bool) -> [(expert: Int, share: Float)] {
    let top = logits.max() ?? 0
    let weights = logits.map { expf($0 - top) }
    let sum = weights.reduce(0, +)
    let best = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }.prefix(chosen)
    let kept = sharesSumToOne ? best.reduce(0) { $0 + weights[$1] / sum } : 1
    return best.map { ($0, weights[$0] / sum / kept) }
  }
}

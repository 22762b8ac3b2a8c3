// A normalisation made ready.

internal import Tensors

/// Weights of a norm, with what it takes together.
struct Norm: Sendable {
  let kind: NormBlueprint.Kind
  /// `[1, width]`, or one head behind the other.
  let weight: Matrix
  let bias: Matrix?
  let epsilon: Float
  let groups: NormalizationGroups

  /// - Parameters:
  ///   - heads: the heads of a projection, where the norm is one of queries or keys.
  ///   - column: the first of its columns.
  init(_ blueprint: NormBlueprint, reader: WeightReader, heads: Int = 1, column: Int = 0) throws(ModelError) {
    kind = blueprint.kind
    epsilon = blueprint.epsilon
    var values: [Float]
    if case .separateHeads(let references) = blueprint.scope {
      values = []
      for reference in references { values += try reader.values(reference) }
    } else {
      values = try reader.values(blueprint.weight)
    }
    if kind == .rootMeanSquareOffByOne { values = values.map { 1 + $0 } }
    weight = try reader.row(values)
    bias = try blueprint.bias.map { (reference) throws(ModelError) in try reader.vector(reference) }
    groups =
      switch blueprint.scope {
      case .row: NormalizationGroups(firstColumn: column, width: values.count)
      case .head: NormalizationGroups(firstColumn: column, count: heads, width: values.count)
      case .separateHeads(let references):
        NormalizationGroups(firstColumn: column, count: references.count, width: values.count / references.count, sharesWeights: false)
      }
  }

  /// - Parameter output: may be the input.
  func apply(_ input: Matrix, rows: Int, into output: Matrix) {
    switch kind {
    case .rootMeanSquare, .rootMeanSquareOffByOne:
      input.normalizeRootMeanSquare(rows: rows, groups: groups, weight: weight, epsilon: epsilon, into: output)
    case .layer: input.normalizeLayer(rows: rows, groups: groups, weight: weight, bias: bias, epsilon: epsilon, into: output)
    }
  }

  /// The same by all threads of an area.
  func apply(_ input: Matrix, rows: Int, into output: Matrix, area: WorkArea) {
    area.share(rows: rows, width: groups.count * groups.width) { part in
      apply(Matrix(rows: part, of: input), rows: part.count, into: Matrix(rows: part, of: output))
    }
  }
}

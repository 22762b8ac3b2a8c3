// The two trained factors of one module: y += (x Aᵀ) (s B)ᵀ, and their gradients.

internal import Tensors

/// Which of a model's values are a module's factors.
struct FactorPlace: Sendable {
  /// Its number among all factors.
  var index: Int
  var rank: Int
  var inputs: Int
  var outputs: Int
  /// alpha / rank, or alpha / √rank.
  var scale: Float
  /// The share of the module's inputs that a training step hides from the factors.
  var dropout: Float
  /// Where A `[rank, inputs]` begins among the values, and B `[outputs, rank]`.
  var down: Int
  var up: Int
}

/// The factors of a module in the forms in which products take them; the values themselves lie in the model's flat memory.
final class LowRankFactors: @unchecked Sendable {
  let place: FactorPlace
  /// The first of the outputs in the projection that they belong to, and how many.
  let column: Int
  let width: Int
  /// The module's row for each of these outputs.
  private let sources: [Int]
  private let down: Matrix
  private let up: Matrix
  private let downGradient: Matrix
  private let upGradient: Matrix
  /// `[inputs, ranks]`: Aᵀ; ranks are filled up with zeros to whole vectors.
  private let turnedDown: Matrix
  /// `[width, ranks]`: s B in the order of the projection's outputs; and `[rank, width]`.
  private let scaledUp: Matrix
  private let turnedUp: Matrix

  init(_ place: FactorPlace, column: Int, sources: [Int], values: Matrix, gradients: Matrix) throws(TensorError) {
    self.place = place
    self.column = column
    self.sources = sources
    width = sources.count
    let ranks = (place.rank + 15) / 16 * 16
    down = Matrix(rows: place.rank, columns: place.inputs, in: values, from: place.down)
    up = Matrix(rows: place.outputs, columns: place.rank, in: values, from: place.up)
    downGradient = Matrix(rows: place.rank, columns: place.inputs, in: gradients, from: place.down)
    upGradient = Matrix(rows: place.outputs, columns: place.rank, in: gradients, from: place.up)
    turnedDown = try Matrix(rows: place.inputs, columns: ranks)
    scaledUp = try Matrix(rows: sources.count, columns: ranks)
    turnedUp = try Matrix(rows: place.rank, columns: sources.count)
  }

  var bytes: Int { turnedDown.bytes + scaledUp.bytes + turnedUp.bytes }
  private var ranks: Int { turnedDown.columns }

  /// Takes over values that have changed.
  func refresh() {
    down.transpose(into: turnedDown)
    scaledUp.clear(rows: width)
    for (row, source) in sources.enumerated() { scaledUp.addRow(source, of: up, width: place.rank, scaledBy: place.scale, to: row) }
    scaledUp.transpose(columns: place.rank, into: turnedUp)
  }

  /// output[:, column...] += (x Aᵀ) (s B)ᵀ; x Aᵀ stays on the tape.
  func apply(_ input: Matrix, into output: Matrix, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let inner = try tape.matrix(.lowRank(place.index), rows: pass.rows, columns: ranks)
    let seen = try dropped(input, pass)
    pass.area.share(rows: pass.rows) { [self] part in
      seen.multiplyRows(part, by: turnedDown, into: inner, accumulating: false)
      inner.multiplyRows(part, by: turnedUp, into: output, at: column, accumulating: true)
    }
  }

  /// Adds the gradients of both factors, and to `inputGradient` what flows back through them.
  ///
  /// A gradient's sum runs over the rows of the batch in order and is then added to what is there: no thread has a share in it.
  ///
  /// - Parameters:
  ///   - gradient: with respect to the projection's outputs.
  func backward(_ input: Matrix, _ gradient: Matrix, inputGradient: Matrix?, tape: LayerTape, _ pass: TrainingPass) throws(TensorError) {
    let (rows, area) = (pass.rows, pass.area)
    let inner = try tape.matrix(.lowRank(place.index), rows: rows, columns: ranks)
    let innerGradient = try area.matrix(.lowRankGradient, rows: rows, columns: ranks)
    area.share(rows: rows) { [self] part in
      gradient.multiplyRows(part, from: column, by: scaledUp, into: innerGradient, accumulating: false)
    }
    let seen = try dropped(input, pass)
    area.share(columns: place.inputs) { [downGradient] part in
      innerGradient.multiplyTransposed(seen, rows: rows, columns: part, into: downGradient)
    }
    // Bᵀ's gradient is the one that whole vectors can compute; it is turned as it is added.
    let turned = Matrix(rows: ranks, columns: width, in: try area.matrix(.factorGradient, rows: ranks, columns: width), from: 0)
    let straight = try area.matrix(.turnedGradient, rows: width, columns: ranks)
    turned.clear(rows: ranks)
    area.share(columns: width) { [self] part in inner.multiplyTransposed(gradient, from: column, rows: rows, columns: part, into: turned) }
    turned.transpose(into: straight)
    for (row, source) in sources.enumerated() {
      upGradient.addRow(row, of: straight, width: place.rank, scaledBy: place.scale, to: source)
    }
    guard let inputGradient else { return }
    if let key = key(pass) {
      let back = try area.matrix(.droppedGradient, rows: rows, columns: place.inputs)
      area.share(rows: rows) { [self] part in
        innerGradient.multiplyRows(part, by: down, into: back, accumulating: false)
        back.dropped(rows: part, share: place.dropout, key: key, into: inputGradient, accumulating: true)
      }
    } else {
      area.share(rows: rows) { [down] part in innerGradient.multiplyRows(part, by: down, into: inputGradient, accumulating: true) }
    }
  }

  /// What the factors see of a module's inputs.
  private func dropped(_ input: Matrix, _ pass: TrainingPass) throws(TensorError) -> Matrix {
    guard let key = key(pass) else { return input }
    let seen = try pass.area.matrix(.dropped, rows: pass.rows, columns: input.columns)
    pass.area.share(rows: pass.rows) { [place] part in input.dropped(rows: part, share: place.dropout, key: key, into: seen, accumulating: false) }
    return seen
  }

  /// The module's own mask in this step.
  private func key(_ pass: TrainingPass) -> UInt64? {
    guard let seed = pass.dropout, place.dropout > 0 else { return nil }
    return SeededNumbers.mixed(seed &+ UInt64(place.index) &* 0x9E37_79B9_7F4A_7C15)
  }
}

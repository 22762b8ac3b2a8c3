// One batch on its way through the layers.

internal import Tensors

/// The rows of a batch, their angles, and what the layers work with.
struct TrainingPass: Sendable {
  private(set) var rows: Int
  /// The rows of each sequence.
  let sequences: [Range<Int>]
  /// Of each row in its sequence.
  let positions: [Int32]
  let area: TrainingArea
  /// The seed of dropout's masks; nil where nothing is dropped.
  let dropout: UInt64?
  /// Gets what modules with factors read.
  let moments: InputMoments?
  /// By rule: rows that turn by one table.
  private let rotations: [RotaryRule: [Rotation]]

  struct Rotation: Sendable {
    var rows: Range<Int>
    var table: RotaryTable
  }

  init(
    _ batch: TokenBatch, rules: Set<RotaryRule>, tables: RotaryTables, area: TrainingArea, dropout: UInt64?, moments: InputMoments?
  ) throws(TensorError) {
    sequences = batch.ranges
    rows = batch.rows
    positions = sequences.flatMap { (0..<$0.count).map { Int32($0) } }
    self.area = area
    self.dropout = dropout
    self.moments = moments
    let longest = sequences.map(\.count).max() ?? 0
    var rotations: [RotaryRule: [Rotation]] = [:]
    for rule in rules {
      var list: [Rotation] = []
      for range in sequences where !range.isEmpty {
        let table = try tables.table(of: rule, lengthClass: tables.lengthClass(of: range.count), positions: longest)
        list.append(Rotation(rows: range, table: table))
      }
      rotations[rule] = list
    }
    self.rotations = rotations
  }

  /// Calls `body` with the rows of a part, their positions and their table.
  func rotate(_ part: Range<Int>, by rule: RotaryRule, _ body: (_ rows: Range<Int>, _ positions: ArraySlice<Int32>, _ table: RotaryTable) -> Void) {
    for rotation in rotations[rule] ?? [] {
      let rows = rotation.rows.clamped(to: part)
      if !rows.isEmpty { body(rows, positions[rows], rotation.table) }
    }
  }

  /// The same for some rows of the batch, gathered for an expert.
  func gathering(_ count: Int) -> TrainingPass {
    var part = self
    part.rows = count
    return part
  }

  func matrix(_ purpose: TrainingArea.Purpose, columns: Int) throws(TensorError) -> Matrix {
    try area.matrix(purpose, rows: rows, columns: columns)
  }

  /// target = source, row by row.
  func copy(_ source: Matrix, to target: Matrix) {
    area.share(rows: rows) { part in
      target.copy(part.count, rowsOf: source, from: (part.lowerBound, 0), to: (part.lowerBound, 0), width: source.columns)
    }
  }

  /// target += source, row by row.
  func add(_ source: Matrix, to target: Matrix) {
    area.share(rows: rows) { part in Matrix(rows: part, of: target).add(Matrix(rows: part, of: source), rows: part.count) }
  }
}

extension Norm {
  /// The normalised rows; without a norm the rows themselves.
  static func apply(_ norm: Norm?, _ input: Matrix, into output: TrainingArea.Purpose, _ pass: TrainingPass) throws(TensorError) -> Matrix {
    guard let norm else { return input }
    let normalized = try pass.matrix(output, columns: input.columns)
    norm.apply(input, into: normalized, pass)
    return normalized
  }

  func apply(_ input: Matrix, into output: Matrix, _ pass: TrainingPass) {
    pass.area.share(rows: pass.rows) { part in apply(Matrix(rows: part, of: input), rows: part.count, into: Matrix(rows: part, of: output)) }
  }

  /// output (+)= the gradient with respect to the input, given that of the result; `output` may be `gradient`.
  func backward(_ input: Matrix, _ gradient: Matrix, into output: Matrix, accumulating: Bool, _ pass: TrainingPass) {
    pass.area.share(rows: pass.rows) { part in
      let (input, gradient, output) = (Matrix(rows: part, of: input), Matrix(rows: part, of: gradient), Matrix(rows: part, of: output))
      switch kind {
      case .rootMeanSquare, .rootMeanSquareOffByOne:
        input.normalizeRootMeanSquareBackward(
          gradient, rows: part.count, groups: groups, weight: weight, epsilon: epsilon, into: output, accumulating: accumulating)
      case .layer:
        input.normalizeLayerBackward(
          gradient, rows: part.count, groups: groups, weight: weight, epsilon: epsilon, into: output, accumulating: accumulating)
      }
    }
  }

  /// output += the gradient with respect to the input of a norm, or of none.
  static func addBackward(_ norm: Norm?, _ input: Matrix, _ gradient: Matrix, to output: Matrix, _ pass: TrainingPass) {
    if let norm { norm.backward(input, gradient, into: output, accumulating: true, pass) } else { pass.add(gradient, to: output) }
  }
}

// Tokens to the residual stream: rows of the embedding, read from the checkpoint when a token needs them.

internal import Checkpoints
internal import Tensors

/// The embedding, with positions where they are learned.
struct EmbeddingLayer: Sendable {
  /// A table whose rows are read one by one.
  private struct Table: Sendable {
    var checkpoint: Checkpoint
    var tensor: TensorInfo

    func read(_ row: Int, into matrix: Matrix, row target: Int) throws(CheckpointError) {
      try matrix.withRows(target..<target + 1) { (span) throws(CheckpointError) in
        try checkpoint.dequantize(tensor, rows: row..<row + 1, into: &span)
      }
    }
  }

  private let tokens: Table
  private let positions: Table?
  private let firstPosition: Int
  private let scale: Float?
  private let projection: Projection?
  private let change: EmbeddingChange?

  init(_ blueprint: EmbeddingBlueprint, reader: WeightReader) throws(ModelError) {
    func table(_ reference: TensorReference, site: AdaptationSite?) throws(ModelError) -> Table {
      let (checkpoint, tensor) = try reader.located(reference, site: site)
      return Table(checkpoint: checkpoint, tensor: tensor)
    }
    tokens = try table(blueprint.tokens, site: .embedding)
    positions = try blueprint.positions.map { (reference) throws(ModelError) in try table(reference, site: nil) }
    firstPosition = blueprint.firstPosition
    scale = blueprint.scale
    projection = try blueprint.projection.map { (linear) throws(ModelError) in try reader.projection([linear]) }
    change = try EmbeddingChange(reader, width: blueprint.tokens.inputs)
  }

  /// The width of a token's vector.
  var width: Int { tokens.tensor.rowLength }

  /// Writes the residual stream `[rows, hidden]` of a pack's tokens.
  ///
  /// - Parameter positions: of the pack's rows.
  func embed(_ pack: TokenPack, positions: [Int32], into hidden: Matrix, area: WorkArea) throws(ModelError) {
    do {
      let embedded = projection == nil ? hidden : try area.matrix(.embedded, columns: width)
      for segment in pack.segments { try lookUp(segment.tokens, firstRow: segment.firstRow, into: embedded) }
      if let projection { try projection.apply(embedded, rows: pack.rows, into: hidden, area: area) }
      if self.positions != nil { try addPositions(positions, to: hidden, scratch: try area.matrix(.position, columns: hidden.columns)) }
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  /// Writes the vectors of tokens, scaled, into rows from `firstRow` on.
  func lookUp(_ ids: [Int32], firstRow: Int, into embedded: Matrix) throws(ModelError) {
    for (offset, token) in ids.enumerated() {
      let row = firstRow + offset
      guard token >= 0, Int(token) < tokens.tensor.rowCount else {
        throw .tokenOutOfVocabulary(token: Int(token), vocabulary: tokens.tensor.rowCount)
      }
      do throws(CheckpointError) {
        try tokens.read(Int(token), into: embedded, row: row)
        try change?.apply(to: embedded, row: row, token: Int(token))
      } catch {
        throw .checkpoint(error)
      }
      if let scale { embedded.scaleRow(row, by: scale) }
    }
  }

  /// Adds the vectors of positions, where they are learned.
  ///
  /// - Parameter scratch: a row of the residual stream's width.
  func addPositions(_ places: [Int32], to hidden: Matrix, scratch: Matrix) throws(ModelError) {
    guard let positions else { return }
    for (row, place) in places.enumerated() {
      do throws(CheckpointError) {
        try positions.read(Int(place) + firstPosition, into: scratch, row: 0)
      } catch {
        throw .checkpoint(error)
      }
      hidden.addRow(0, of: scratch, scaledBy: 1, to: row)
    }
  }
}

/// What an adapter changes in the vectors of tokens.
private struct EmbeddingChange: Sendable {
  private let weights: Checkpoint
  private let rows: Adaptation.TokenRows?
  private let rank: Int
  /// `[vocabulary, rank]`: the lower factor, token by token.
  private let down: [Float]
  /// `[rank, width]`: the upper factor, scaled.
  private let up: Matrix?

  /// - Returns: nil where nothing changes.
  init?(_ reader: WeightReader, width: Int) throws(ModelError) {
    guard let adaptation = reader.adaptation else { return nil }
    let factors = adaptation.factors[.embedding]
    rows = adaptation.tokenRows[.embedding]
    if factors == nil && rows == nil { return nil }
    weights = adaptation.weights
    rank = factors?.rank ?? 0
    guard let factors else {
      down = []
      up = nil
      return
    }
    do {
      let lower = try weights.floats(of: factors.down)
      let vocabulary = lower.count / rank
      var transposed = Array(repeating: Float(0), count: lower.count)
      for index in 0..<rank { for token in 0..<vocabulary { transposed[token * rank + index] = lower[index * vocabulary + token] } }
      down = transposed
      let upper = try weights.floats(of: factors.up)
      let matrix = try Matrix(rows: rank, columns: width)
      for column in 0..<width { for index in 0..<rank { matrix[index, column] = factors.scale * upper[column * rank + index] } }
      up = matrix
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  func apply(to matrix: Matrix, row: Int, token: Int) throws(CheckpointError) {
    if let rows, let source = rows.rows[token] {
      try matrix.withRows(row..<row + 1) { (span) throws(CheckpointError) in
        try weights.dequantize(rows.tensor, rows: source..<source + 1, into: &span)
      }
    }
    guard let up else { return }
    for index in 0..<rank { matrix.addRow(index, of: up, scaledBy: down[token * rank + index], to: row) }
  }
}

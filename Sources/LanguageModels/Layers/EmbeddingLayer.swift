// Tokens to the residual stream: rows of the embedding, read from the checkpoint when a token needs them.

internal import Checkpoints
internal import Tensors

/// The embedding, with positions where they are learned.
struct EmbeddingLayer: Sendable {
  private let checkpoint: Checkpoint
  private let tokens: TensorInfo
  private let positions: TensorInfo?
  private let firstPosition: Int
  private let scale: Float?
  private let projection: Projection?

  init(_ blueprint: EmbeddingBlueprint, reader: WeightReader) throws(ModelError) {
    checkpoint = reader.checkpoint
    tokens = try reader.info(blueprint.tokens)
    positions = try blueprint.positions.map { (reference) throws(ModelError) in try reader.info(reference) }
    firstPosition = blueprint.firstPosition
    scale = blueprint.scale
    projection = try blueprint.projection.map { (linear) throws(ModelError) in try reader.projection([linear]) }
  }

  /// Writes the residual stream `[rows, hidden]` of a pack's tokens.
  ///
  /// - Parameter positions: of the pack's rows.
  func embed(_ pack: TokenPack, positions: [Int32], into hidden: Matrix, area: WorkArea) throws(ModelError) {
    do {
      let embedded = projection == nil ? hidden : try area.matrix(.embedded, columns: tokens.rowLength)
      for segment in pack.segments {
        for (offset, token) in segment.tokens.enumerated() {
          let row = segment.firstRow + offset
          guard token >= 0, Int(token) < tokens.rowCount else {
            throw ModelError.tokenOutOfVocabulary(token: Int(token), vocabulary: tokens.rowCount)
          }
          try read(Int(token), of: tokens, into: embedded, row: row)
          if let scale { embedded.scaleRow(row, by: scale) }
        }
      }
      if let projection { try projection.apply(embedded, rows: pack.rows, into: hidden, scratch: area.scratch) }
      if let table = self.positions {
        let position = try area.matrix(.position, columns: hidden.columns)
        for (row, place) in positions.enumerated() {
          try read(Int(place) + firstPosition, of: table, into: position, row: 0)
          hidden.addRow(0, of: position, scaledBy: 1, to: row)
        }
      }
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  private func read(_ source: Int, of tensor: TensorInfo, into matrix: Matrix, row: Int) throws(CheckpointError) {
    try matrix.withRows(row..<row + 1) { (span) throws(CheckpointError) in
      try checkpoint.dequantize(tensor, rows: source..<source + 1, into: &span)
    }
  }
}

// What an adapter changes in a weight: rows and lengths, factors kept apart or merged, biases.

internal import Checkpoints
internal import Tensors

extension WeightReader {
  /// Whether the packed form of some rows is not the base's.
  func changesWeights(_ piece: Piece) -> Bool {
    guard let adaptation else { return false }
    if adaptation.replacements[piece.site] != nil { return true }
    if let tokens = adaptation.tokenRows[piece.site], tokens.rows.keys.contains(where: piece.rows.contains) { return true }
    return mergesAdapter && adaptation.factors[piece.site] != nil
  }

  /// Rows of tokens that the adapter has in its own form.
  func readTokenRows(_ piece: Piece, into matrix: Matrix, firstRow: Int) throws {
    guard let adaptation, let tokens = adaptation.tokenRows[piece.site] else { return }
    for (token, row) in tokens.rows where piece.rows.contains(token) {
      let target = firstRow + token - piece.rows.lowerBound
      try matrix.withRows(target..<target + 1) { span in
        try adaptation.weights.dequantize(tokens.tensor, rows: row..<row + 1, into: &span)
      }
    }
  }

  /// The bias of the upper factor, scaled (`lora_bias`).
  func addedBias(_ piece: Piece) throws(ModelError) -> [Float]? {
    guard let adaptation, let factors = adaptation.factors[piece.site], let bias = factors.upBias else { return nil }
    let values = try floats(bias)
    return piece.rows.map { factors.scale * values[piece.weight.source(ofRow: $0)] }
  }

  /// The low-rank changes of pieces side by side; nil where the adapter has none for them.
  func change(of pieces: [Piece]) throws(ModelError) -> LowRankChange? {
    guard let adaptation else { return nil }
    // Parts of one tensor share its lower factor.
    var sites: [AdaptationSite] = []
    for piece in pieces where adaptation.factors[piece.site] != nil && !sites.contains(piece.site) { sites.append(piece.site) }
    if sites.isEmpty { return nil }
    do {
      var firstRanks: [AdaptationSite: Int] = [:]
      var ranks = 0
      for site in sites {
        firstRanks[site] = ranks
        ranks += adaptation.factors[site]?.rank ?? 0
      }
      ranks = (ranks + LowRankChange.rankStep - 1) / LowRankChange.rankStep * LowRankChange.rankStep
      let down = try Matrix(rows: ranks, columns: pieces[0].weight.inputs)
      for site in sites {
        guard let factors = adaptation.factors[site], let first = firstRanks[site] else { continue }
        try down.withRows(first..<first + factors.rank) { span in
          try adaptation.weights.dequantize(factors.down, rows: 0..<factors.rank, into: &span)
        }
      }
      let up = try Matrix(rows: pieces.reduce(0) { $0 + $1.rows.count }, columns: ranks)
      var lengths: [Float] = []
      var row = 0
      for piece in pieces {
        guard let factors = adaptation.factors[piece.site], let first = firstRanks[piece.site] else {
          lengths += Array(repeating: 1, count: piece.rows.count)
          row += piece.rows.count
          continue
        }
        let upper = try upper(factors, piece)
        let rescaling = try rescaling(piece, factors)
        for offset in 0..<piece.rows.count {
          for rank in 0..<factors.rank { up[row + offset, first + rank] = rescaling[offset] * factors.scale * upper[offset, rank] }
        }
        lengths += rescaling
        row += piece.rows.count
      }
      let isRescaled = sites.contains { adaptation.factors[$0]?.magnitude != nil }
      return LowRankChange(
        down: try base.library.pack(down, precision: .f32, storage: .f32), up: try base.library.pack(up, precision: .f32, storage: .f32),
        factors: isRescaled ? try Matrix(row: lengths) : nil)
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  /// Adds the low-rank change to rows that were read, and gives them their trained lengths.
  func merge(_ piece: Piece, into matrix: Matrix, firstRow: Int) throws {
    guard let factors = adaptation?.factors[piece.site] else { return }
    try add(factors, piece, to: matrix, firstRow: firstRow)
    guard let magnitude = factors.magnitude else { return }
    let magnitudes = try floats(magnitude)
    for (offset, row) in piece.rows.enumerated() {
      let target = firstRow + offset
      matrix.scaleRow(target, by: magnitudes[piece.weight.source(ofRow: row)] / Self.length(matrix.row(target)))
    }
  }

  /// The factor on each row that gives the changed weight its trained lengths: 1 but for weight-decomposed adapters.
  private func rescaling(_ piece: Piece, _ factors: Adaptation.Factors) throws -> [Float] {
    guard let magnitude = factors.magnitude else { return Array(repeating: 1, count: piece.rows.count) }
    let magnitudes = try floats(magnitude)
    let changed = try Matrix(rows: piece.rows.count, columns: piece.weight.inputs)
    try read(piece, into: changed, firstRow: 0)
    try add(factors, piece, to: changed, firstRow: 0)
    if let tensor = base.checkpoint[piece.weight.name] { base.checkpoint.discard(tensor) }
    return piece.rows.enumerated().map { offset, row in
      magnitudes[piece.weight.source(ofRow: row)] / Self.length(changed.row(offset))
    }
  }

  /// matrix[row, :] += scale · up[row, :] · down, for the rows of a piece.
  private func add(_ factors: Adaptation.Factors, _ piece: Piece, to matrix: Matrix, firstRow: Int) throws {
    guard let adaptation else { return }
    let down = try Matrix(rows: factors.rank, columns: piece.weight.inputs)
    try down.withRows(0..<factors.rank) { span in
      try adaptation.weights.dequantize(factors.down, rows: 0..<factors.rank, into: &span)
    }
    let upper = try upper(factors, piece)
    for offset in 0..<piece.rows.count {
      for rank in 0..<factors.rank { matrix.addRow(rank, of: down, scaledBy: factors.scale * upper[offset, rank], to: firstRow + offset) }
    }
  }

  /// The upper factor's rows of a piece, `[rows, rank]`.
  private func upper(_ factors: Adaptation.Factors, _ piece: Piece) throws -> Matrix {
    let upper = try Matrix(rows: piece.rows.count, columns: factors.rank)
    guard let adaptation else { return upper }
    for (offset, row) in piece.rows.enumerated() {
      let source = piece.weight.source(ofRow: row)
      try upper.withRows(offset..<offset + 1) { span in
        try adaptation.weights.dequantize(factors.up, rows: source..<source + 1, into: &span)
      }
    }
    return upper
  }

  /// √Σw², summed in Double.
  private static func length(_ row: [Float]) -> Float {
    Float(row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
  }

  private func floats(_ tensor: TensorInfo) throws(ModelError) -> [Float] {
    guard let adaptation else { return [] }
    do { return try adaptation.weights.floats(of: tensor) } catch { throw .checkpoint(error) }
  }
}

// From a reference to numbers: checks the shape, takes the rows that are meant, packs them for the matrix library.

internal import Checkpoints
internal import Documents
internal import Tensors

/// Reads weights of a base by reference, with the changes of an adapter.
struct WeightReader: Sendable {
  let base: BaseWeights
  let adaptation: Adaptation?
  /// Low-rank changes are added to the weights before these are packed, instead of to the products.
  let mergesAdapter: Bool
  /// Of the thread that packs; without it every weight takes memory of its own on its way.
  var staging: Staging?

  init(base: BaseWeights, adaptation: Adaptation? = nil, mergesAdapter: Bool = false) {
    self.base = base
    self.adaptation = adaptation
    self.mergesAdapter = mergesAdapter
  }

  /// Where a tensor's numbers are: in the adapter, if it has its own, or in the base.
  func located(_ reference: TensorReference, site: AdaptationSite? = nil) throws(ModelError) -> (checkpoint: Checkpoint, tensor: TensorInfo) {
    if let adaptation, let own = adaptation.replacements[site ?? .tensor(reference.name)] { return (adaptation.weights, own) }
    return (base.checkpoint, try base.info(reference))
  }

  /// The values of a vector, or of the rows of a small matrix one behind the other, those that are meant.
  func values(_ reference: TensorReference) throws(ModelError) -> [Float] {
    let (checkpoint, tensor) = try located(reference)
    let all: [Float]
    do { all = try checkpoint.floats(of: tensor) } catch { throw ModelError(wrapping: error) }
    if reference.rows == .all { return all }
    let columns = reference.inputs
    return (0..<reference.outputs).flatMap { row in
      let first = reference.source(ofRow: row) * columns
      return all[first..<first + columns]
    }
  }

  /// A vector as a matrix of one row.
  func vector(_ reference: TensorReference) throws(ModelError) -> Matrix { try row(try values(reference)) }

  func row(_ values: [Float]) throws(ModelError) -> Matrix {
    do { return try Matrix(row: values) } catch { throw .tensors(.init(error)) }
  }

  /// Weights of the same inputs, packed under each other, with their biases and what an adapter adds.
  ///
  /// - Parameters:
  ///   - rows: only these rows, of a single weight.
  ///   - site: where the weight is used, if its tensor is read in more than one place.
  func projection(_ parts: [LinearBlueprint], rows: Range<Int>? = nil, site: AdaptationSite? = nil) throws(ModelError) -> Projection {
    let pieces = parts.map { Piece(weight: $0.weight, rows: rows ?? 0..<$0.weight.outputs, site: site ?? .tensor($0.weight.name)) }
    let bias = try bias(of: parts, pieces)
    let isOwn = pieces.contains { changesWeights($0) }
    let key = BaseWeights.Key(weights: parts.map(\.weight), rows: rows)
    let packed = isOwn ? try pack(pieces) : try base.packed(key) { () throws(ModelError) in try pack(pieces) }
    return Projection(
      weights: packed, change: mergesAdapter ? nil : try change(of: pieces),
      bias: try bias.map { (values) throws(ModelError) in try row(values) })
  }

  /// The same weights of the base as `[inputs, outputs]`: a gradient times them is the gradient of the inputs.
  func transposed(_ parts: [LinearBlueprint], rows: Range<Int>? = nil, site: AdaptationSite? = nil) throws(ModelError) -> any PackedWeights {
    let pieces = parts.map { Piece(weight: $0.weight, rows: rows ?? 0..<$0.weight.outputs, site: site ?? .tensor($0.weight.name)) }
    if pieces.contains(where: { changesWeights($0) }) { return try pack(pieces, isTransposed: true) }
    let key = BaseWeights.Key(weights: parts.map(\.weight), rows: rows, isTransposed: true)
    return try base.packed(key) { () throws(ModelError) in try pack(pieces, isTransposed: true) }
  }

  /// Rows of a weight, for the place that uses them.
  struct Piece {
    var weight: TensorReference
    var rows: Range<Int>
    var site: AdaptationSite
  }

  private func bias(of parts: [LinearBlueprint], _ pieces: [Piece]) throws(ModelError) -> [Float]? {
    var all: [Float] = []
    var isNeeded = false
    for (part, piece) in zip(parts, pieces) {
      var values = Array(repeating: Float(0), count: piece.rows.count)
      if let bias = part.bias {
        values = Array(try self.values(bias)[piece.rows])
        isNeeded = true
      }
      if let added = try addedBias(piece) {
        for (index, value) in added.enumerated() { values[index] += value }
        isNeeded = true
      }
      all += values
    }
    return isNeeded ? all : nil
  }

  private func pack(_ pieces: [Piece], isTransposed: Bool = false) throws(ModelError) -> any PackedWeights {
    do {
      let (rows, columns) = (pieces.reduce(0) { $0 + $1.rows.count }, pieces[0].weight.inputs)
      let matrix = try staging?.matrix(rows: rows, columns: columns) ?? Matrix(rows: rows, columns: columns)
      var first = 0
      for piece in pieces {
        try read(piece, into: matrix, firstRow: first)
        if mergesAdapter { try merge(piece, into: matrix, firstRow: first) }
        first += piece.rows.count
      }
      for piece in pieces where piece.rows.count == piece.weight.outputs {
        if let tensor = base.checkpoint[piece.weight.name] { base.checkpoint.discard(tensor) }
      }
      return try base.library.pack(isTransposed ? matrix.transposed() : matrix, precision: base.precision, storage: storage(of: pieces))
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  /// Weights of 16 bits stay so, whatever they are multiplied in: no result changes, and half as much comes from memory.
  private func storage(of pieces: [Piece]) -> WeightStorage {
    guard !pieces.contains(where: changesWeights) else { return .f32 }
    switch Set(pieces.map { base.checkpoint[$0.weight.name]?.elementType }) {
    case [.bf16]: return .bf16
    case [.f16]: return .f16
    default: return .f32
    }
  }

  /// Writes rows of a weight, `[rows, inputs]`, into a matrix; low-rank changes are not in them.
  func read(_ piece: Piece, into matrix: Matrix, firstRow: Int) throws {
    let (reference, rows) = (piece.weight, piece.rows)
    let (checkpoint, tensor) = try located(reference, site: piece.site)
    if reference.isTransposed {
      let (outputs, inputs) = reference.extent
      let stored = try Matrix(rows: inputs, columns: outputs)
      try stored.withRows(0..<inputs) { span in try checkpoint.dequantize(tensor, rows: 0..<inputs, into: &span) }
      let sources = rows.map { reference.source(ofRow: $0) }
      for input in 0..<inputs {
        let values = stored.row(input)
        for (offset, source) in sources.enumerated() { matrix[firstRow + offset, input] = values[source] }
      }
      return
    }
    var row = rows.lowerBound
    while row < rows.upperBound {  // as many rows at a time as lie one behind the other
      let source = reference.source(ofRow: row)
      var end = row + 1
      while end < rows.upperBound, reference.source(ofRow: end) == source + end - row { end += 1 }
      let target = firstRow + row - rows.lowerBound
      try matrix.withRows(target..<target + end - row) { span in
        try checkpoint.dequantize(tensor, rows: source..<source + end - row, into: &span)
      }
      row = end
    }
    try readTokenRows(piece, into: matrix, firstRow: firstRow)
  }
}

// From a reference to numbers: checks the shape, takes the rows that are meant, packs them for the matrix library.

internal import Checkpoints
internal import Documents
internal import Tensors

/// Reads weights of a checkpoint by reference.
struct WeightReader: Sendable {
  let checkpoint: Checkpoint
  let library: any MatrixLibrary
  let precision: Precision
  /// Keep weights of 16 bits in that size, although they are multiplied in f32.
  var isCompact = false

  func info(_ reference: TensorReference) throws(ModelError) -> TensorInfo {
    do { return try checkpoint.tensor(reference.name, shape: reference.shape) } catch { throw .checkpoint(error) }
  }

  /// The values of a vector, or of the rows of a small matrix one behind the other, those that are meant.
  func values(_ reference: TensorReference) throws(ModelError) -> [Float] {
    let all: [Float]
    do { all = try checkpoint.floats(of: try info(reference)) } catch { throw ModelError(wrapping: error) }
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

  /// Weights of the same inputs, packed under each other, with their biases.
  func projection(_ parts: [LinearBlueprint], rows: Range<Int>? = nil) throws(ModelError) -> Projection {
    let packed = try packed(parts.map(\.weight), rows: rows)
    guard parts.contains(where: { $0.bias != nil }) else { return Projection(weights: packed, bias: nil) }
    var bias: [Float] = []
    for part in parts {
      bias += try part.bias.map { (reference) throws(ModelError) in try values(reference) }
        ?? Array(repeating: 0, count: part.weight.outputs)
    }
    return Projection(weights: packed, bias: try row(rows.map { Array(bias[$0]) } ?? bias))
  }

  /// Weights of the same inputs, packed under each other; with `rows`, those rows of a single weight.
  func packed(_ references: [TensorReference], rows: Range<Int>? = nil) throws(ModelError) -> any PackedWeights {
    let total = rows?.count ?? references.reduce(0) { $0 + $1.outputs }
    do {
      let matrix = try Matrix(rows: total, columns: references[0].inputs)
      var first = 0
      for reference in references {
        let range = rows ?? 0..<reference.outputs
        try read(reference, rows: range, into: matrix, firstRow: first)
        first += range.count
      }
      for name in Set(references.map(\.name)) { if let tensor = checkpoint[name], rows == nil { checkpoint.discard(tensor) } }
      return try library.pack(matrix, precision: precision, storage: storage(of: references))
    } catch {
      throw ModelError(wrapping: error)
    }
  }

  private func storage(of references: [TensorReference]) -> WeightStorage {
    guard isCompact else { return .f32 }
    switch Set(references.map { checkpoint[$0.name]?.elementType }) {
    case [.bf16]: return .bf16
    case [.f16]: return .f16
    default: return .f32
    }
  }

  /// Writes rows of a weight, `[rows, inputs]`, into a matrix.
  private func read(_ reference: TensorReference, rows: Range<Int>, into matrix: Matrix, firstRow: Int) throws {
    let tensor = try info(reference)
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
  }
}
